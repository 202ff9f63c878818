"""Villages by edition, and those that became part of another."""

import datetime as dt

import pytest

from warehouse.document import DeclarationError
from warehouse.parameters import read_place
from warehouse.parameters.dated import require_editions

BEFORE, AFTER = dt.date(2026, 1, 1), dt.date(2026, 7, 1)
PLACE = """zh: 某镇
en: a town
code: "370481105"
editions:
  - {valid_from: 2020-01-01, edition: 1, source: first}
  - {valid_from: 2026-07-01, edition: 2, source: second}
"""
_1, _2, _3, _4 = (f"37048110520{number}" for number in range(1, 5))
HEAD = "village_code,village_name,branch_code,branch_name,in_edition_1,in_edition_2"


def site(folder, *rows):
    """A site's folder with its villages."""
    (folder / "place.yaml").write_text(PLACE, encoding="utf-8")
    (folder / "villages.csv").write_text("\n".join(rows), encoding="utf-8")
    return folder


def test_a_village_is_part_of_another_over_several_mergers(tmp_path):
    own = site(
        tmp_path,
        f"{HEAD},merged_into",
        f"{_1},甲村,D,总支,1,0,{_2}",
        f"{_2},乙村,D,总支,0,0,{_3}",
        f"{_3},丙村,D,总支,1,1,",
        f"{_4},丁村,D,总支,1,0,",
    )
    assert read_place(AFTER, own).former == {_1: _3, _2: _3}
    # As long as it is a village of its own nothing is told as another.
    assert read_place(BEFORE, own).former == {_2: _3}


def test_names_of_every_edition_are_known_and_those_of_today_last(tmp_path):
    own = site(tmp_path, f"{HEAD},merged_into", f"{_2},甲村,D,总支,0,1,", f"{_1},甲村,D,总支,1,0,{_2}")
    assert list(read_place(AFTER, own).known_names.items()) == [(_1, "甲村"), (_2, "甲村")]
    assert list(read_place(BEFORE, own).known_names.items()) == [(_2, "甲村"), (_1, "甲村")]


def test_a_list_without_mergers_needs_no_column_for_them(tmp_path):
    own = site(tmp_path, HEAD, f"{_1},甲村,D,总支,1,1")
    assert read_place(AFTER, own).former == {}


@pytest.mark.parametrize(("into", "word"), [("370481105202", "圈"), ("370481105209", "没有这个村码")])
def test_a_merger_that_leads_nowhere_is_refused(tmp_path, into, word):
    own = site(
        tmp_path,
        f"{HEAD},merged_into",
        f"{_1},甲村,D,总支,1,0,{into}",
        f"{_2},乙村,D,总支,1,0,{_1}",
        f"{_3},丙村,D,总支,1,1,",
    )
    with pytest.raises(DeclarationError, match=rf"villages\.csv.*{word}"):
        read_place(AFTER, own)


@pytest.mark.parametrize(
    ("second", "names"),
    [
        ("370481105201,甲村", ["甲村（200）", "甲村（201）"]),
        ("370481105201,甲社区", ["甲村", "甲社区"]),
    ],
)
def test_villages_of_one_name_are_told_apart(tmp_path, second, names):
    own = site(tmp_path, HEAD, "370481105200,甲村,D,总支,1,1", f"{second},D,总支,1,1")
    assert [village.village_name for village in read_place(AFTER, own).villages] == names


def test_villages_of_one_name_in_two_towns_are_told_apart_by_both(tmp_path):
    own = site(tmp_path, HEAD, "370481105200,甲村,D,总支,1,1", "370481106200,甲村,E,西总支,1,1")
    (own / "place.yaml").write_text(PLACE.replace("370481105", "370481"), encoding="utf-8")
    names = [village.village_name for village in read_place(AFTER, own).villages]
    assert names == ["甲村（105200）", "甲村（106200）"]


@pytest.mark.parametrize(
    ("village", "place", "words"),
    [
        ("370481106201", '"370481105"', "370481106201: 不在本地代码 370481105 之内"),
        ("370481105201", '"330482002"', "370481105200、370481105201: 不在本地代码 330482002 之内"),
        ("370481105201", "“370481105”", "370481105200、370481105201: 不在本地代码"),  # quotes as in Chinese text
    ],
)
def test_a_village_is_within_the_code_of_the_place(tmp_path, village, place, words):
    own = site(tmp_path, HEAD, RIGHT[0], f"{village},乙村,D02,西总支,1,1")
    (own / "place.yaml").write_text(PLACE.replace('"370481105"', place), encoding="utf-8")
    with pytest.raises(DeclarationError, match=rf"villages\.csv: {words}"):
        read_place(BEFORE, own)


def test_an_edition_to_come_is_read_before_its_day(tmp_path):
    own = site(tmp_path, HEAD.replace("in_edition_2", "in_edition_3"), *RIGHT)
    read_place(BEFORE, own)
    with pytest.raises(DeclarationError, match="第一行缺少 in_edition_2"):
        require_editions(own)


RIGHT = ("370481105200,甲村,D01,东总支,1,1", "370481105201,乙村,D02,西总支,1,0")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("3.70481E+11,丙村,D01,东总支,1,1", "第 4 行：village_code .*3.70E"),
        ("370481105200,丙村,D01,东总支,1,1", "第 2、4 行是同一个村码"),
        ("370481105,丙村,D01,东总支,1,1", "第 4 行：village_code 的位数"),
        ("370481105202,丙村,,,1,1", "第 4 行：branch_code、branch_name 没有写"),
        ("370481105202,丙村,D01,东党总支,1,1", "第 4 行：D01 有两个名称"),
        ("370481105202,丙村,D01,东总支,是,是", "第 4 行：in_edition_1 只能是"),
        ("370481105202，丙村，D01，东总支，1，1", "第 4 行的列数"),
        ("合计,2,,,,", "第 4 行：village_code"),
    ],
)
def test_a_line_that_cannot_be_is_named(tmp_path, wrong, words):
    with pytest.raises(DeclarationError, match=rf"villages\.csv: {words}"):
        read_place(BEFORE, site(tmp_path, HEAD, *RIGHT, wrong))


def test_blank_lines_and_blanks_are_nothing(tmp_path):
    own = site(tmp_path, HEAD, f" {RIGHT[0]} ", *RIGHT[1:], ",,,,,", "")
    assert [village.village_code for village in read_place(BEFORE, own).villages] == ["370481105200", "370481105201"]


@pytest.mark.parametrize(
    ("rows", "encoding", "words"),
    [
        ((HEAD, *RIGHT), "gb18030", "请存为 UTF-8"),
        ((), "utf-8", "第一行缺少 village_code"),
        ((HEAD.replace(",", ";"),), "utf-8", "第一行缺少 village_code"),
        ((HEAD,), "utf-8", "in_edition_1 中没有一个村"),
    ],
)
def test_a_list_that_is_none_is_said_so(tmp_path, rows, encoding, words):
    own = site(tmp_path)
    (own / "villages.csv").write_text("\n".join(rows), encoding=encoding)
    with pytest.raises(DeclarationError, match=rf"villages\.csv: {words}"):
        read_place(BEFORE, own)


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        (PLACE, "", "应为若干"),
        ("2020-01-01", "2020/1/1", "editions.0.valid_from: 应为日期"),
        ("2020-01-01", "2026-07-01", "2026-07-01 写了两次"),
        ("2020-01-01", "2026-06-01", "2026-01-01 没有有效的 editions"),
        ("zh:", "名称:", "zh: 没有写"),
    ],
)
def test_a_place_that_cannot_be_is_named(tmp_path, right, wrong, words):
    own = site(tmp_path, HEAD, *RIGHT)
    (own / "place.yaml").write_text(PLACE.replace(right, wrong), encoding="utf-8")
    with pytest.raises(DeclarationError, match=rf"(?s)place\.yaml:.*{words}"):
        read_place(BEFORE, own)
