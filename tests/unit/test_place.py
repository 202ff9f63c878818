"""Villages by edition, and those that became part of another."""

import datetime as dt

import pytest

from warehouse.document import DeclarationError
from warehouse.parameters import read_place

BEFORE, AFTER = dt.date(2026, 1, 1), dt.date(2026, 7, 1)
PLACE = """zh: 某镇
en: a town
code: "370481105"
editions:
  - {valid_from: 2020-01-01, edition: 1, source: first}
  - {valid_from: 2026-07-01, edition: 2, source: second}
"""
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
        "1,甲村,D,总支,1,0,2",
        "2,乙村,D,总支,0,0,3",
        "3,丙村,D,总支,1,1,",
        "4,丁村,D,总支,1,0,",
    )
    assert read_place(AFTER, own).former == {"1": "3", "2": "3"}
    # As long as it is a village of its own nothing is told as another.
    assert read_place(BEFORE, own).former == {"2": "3"}


def test_names_of_every_edition_are_known_and_those_of_today_last(tmp_path):
    own = site(tmp_path, f"{HEAD},merged_into", "2,甲村,D,总支,0,1,", "1,甲村,D,总支,1,0,2")
    assert list(read_place(AFTER, own).known_names.items()) == [("1", "甲村"), ("2", "甲村")]
    assert list(read_place(BEFORE, own).known_names.items()) == [("2", "甲村"), ("1", "甲村")]


def test_a_list_without_mergers_needs_no_column_for_them(tmp_path):
    own = site(tmp_path, HEAD, "1,甲村,D,总支,1,1")
    assert read_place(AFTER, own).former == {}


@pytest.mark.parametrize(("into", "word"), [("2", "圈"), ("9", "没有这个村码")])
def test_a_merger_that_leads_nowhere_is_refused(tmp_path, into, word):
    own = site(
        tmp_path, f"{HEAD},merged_into", f"1,甲村,D,总支,1,0,{into}", "2,乙村,D,总支,1,0,1", "3,丙村,D,总支,1,1,"
    )
    with pytest.raises(DeclarationError, match=rf"villages\.csv.*{word}"):
        read_place(AFTER, own)


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
