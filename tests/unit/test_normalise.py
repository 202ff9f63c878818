"""Values in many spellings, one form."""

import datetime as dt

import polars as pl
import pytest
from id_validator import validator

from warehouse.normalise import areas, citizen_id, dates
from warehouse.normalise.periods import period_code
from warehouse.normalise.text import clean_text, person_name

VALID = "37048119800101101X"


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        (VALID, VALID),
        ("37048119800101101x", VALID),
        ("３７０４８１１９８００１０１１０１Ｘ", VALID),
        (" 370481 19800101 101X\t", VALID),
        ("370421800101101", "370421198001011013"),
        ("", None),
        (None, None),
        ("无", "无"),
        ("3.70E+17", "3.70E+17"),
    ],
)
def test_ids_come_to_one_form(written, normal):
    assert citizen_id.normalise(pl.Series([written], dtype=pl.String)).to_list() == [normal]


def test_normalising_leaves_its_input_alone():
    given = pl.Series(["３７０４８１１９８００１０１１０１Ｘ", "370421800101101", " a "])
    before = given.to_list()
    citizen_id.normalise(given)
    clean_text(given)
    assert given.to_list() == before


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        (VALID, True),
        ("370481198001011010", False),  # check character
        ("370481198013011017", False),  # month 13
        ("370481198002301014", False),  # 30 February
        ("37048119800101", False),
        ("37048119800101101A", False),
        (None, False),
    ],
)
def test_validity(number, valid):
    assert citizen_id.is_valid(pl.Series([number], dtype=pl.String)).to_list() == [valid]


@pytest.mark.parametrize(("day", "valid"), [(9, False), (10, True), (11, True)])
def test_nobody_has_a_number_before_birth(day, valid):
    number = pl.Series(["370481202611100027"])
    assert citizen_id.is_valid(number, dt.date(2026, 11, day)).to_list() == [valid]


def iso_7064_mod_11_2(number):
    """The standard's own definition: the weighted sum, weights 2^(17-i) mod 11, leaves remainder 1."""
    values = [10 if character == "X" else int(character) for character in number]
    return sum(value * pow(2, 17 - place, 11) for place, value in enumerate(values)) % 11 == 1


def test_every_check_character_agrees_with_the_standard():
    numbers = [f"370481{year}0101{sequence:03d}" for year in range(1990, 2020) for sequence in range(1, 30)]
    whole = [number + character for number in numbers for character in "0123456789X"]
    ours = citizen_id.is_valid(pl.Series(whole)).to_list()
    assert ours == [iso_7064_mod_11_2(number) for number in whole]
    assert sum(ours) == len(numbers)


def test_an_independent_validator_agrees():
    for number in (VALID, "370481198001011010", "370481199902300018"):
        assert citizen_id.is_valid(pl.Series([number])).to_list() == [bool(validator.is_valid(number))]


def test_an_area_of_a_time_before_its_code_is_still_a_valid_number():
    # python-stdnum rejects 370481 with a birth before 1989: the area says where a number was issued, not when.
    assert citizen_id.is_valid(pl.Series(["370481198001011018", VALID])).to_list() == [False, True]
    assert areas.is_unknown_prefix(pl.Series([VALID, "999999198001011018", None, "12"])).to_list() == [
        False,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("text", ["3.70E+17", "3.7048119800101e+17", "3.7E17", "370481198001011000.0"])
def test_a_destroyed_id_is_told_from_a_wrong_one(text):
    assert citizen_id.is_lossy(pl.Series([text])).to_list() == [True]


@pytest.mark.parametrize("text", [VALID, "370421800101101", "12E", "E1234567", None])
def test_a_whole_id_is_not_called_destroyed(text):
    assert citizen_id.is_lossy(pl.Series([text], dtype=pl.String)).to_list() == [False]


@pytest.mark.parametrize(
    "text", ["2014-09", "201409", "2014年9月", "2014/9", " ２０１４.０９ ", "2014-09-13", "20140913", "2014年09月份"]
)
def test_months_in_every_style(text):
    assert dates.month(pl.Series([text])).to_list() == ["2014-09"]


def test_what_names_no_month_is_none():
    texts = pl.Series(["十一月", "2014", "2014-13", "9月", "合计", "", None], dtype=pl.String)
    assert dates.month(texts).to_list() == [None] * len(texts)


def test_birth_date_and_sex_inside_the_number():
    numbers = pl.Series([VALID, "370481198001011028", None, "12"])
    assert citizen_id.birth_date(numbers).to_list() == [dt.date(1980, 1, 1), dt.date(1980, 1, 1), None, None]
    assert citizen_id.sex(numbers).to_list() == ["1", "2", None, None]


@pytest.mark.parametrize(
    "text",
    [
        "2014-09-13",
        "20140913",
        "2014/9/13",
        "2014年9月13日",
        "２０１４－０９－１３ ",
        "41895",
        "41895.5",
        "2014-09-13 08:30:11",
        "20140913083011",
        "2014年9月13日 8时30分",
        "2014.9.13",
        "20140913.0",
    ],
)
def test_dates_in_every_style(text):
    assert dates.normalise(pl.Series([text])).to_list() == [dt.date(2014, 9, 13)]


@pytest.mark.parametrize("text", ["2014-02-30", "2014-13-01", "13.9.2014", "unknown", "", None, "1700-01-01", "201409"])
def test_what_is_no_date_stays_blank(text):
    assert dates.normalise(pl.Series([text], dtype=pl.String)).to_list() == [None]


@pytest.mark.parametrize("text", ["阿里•木", "阿里.木", "阿里．木", "阿里・木", " 阿里·木 "])
def test_one_kind_of_middle_dot(text):
    assert person_name(pl.Series([text])).to_list() == ["阿里·木"]


def test_area_codes():
    given = pl.Series(["370481105224", " 370481105224.0", "37 0481", "x", "1234567890123456", None])
    assert areas.normalise(given).to_list() == ["370481105224", "370481105224", "370481", None, None, None]


@pytest.mark.parametrize("written", [[], [None, None, None]])
def test_a_column_without_dates_is_a_column_of_dates(written):
    assert dates.normalise(pl.Series(written, dtype=pl.String)).dtype == pl.Date


@pytest.mark.parametrize(
    ("code", "spellings"),
    [
        ("2026", ["2026", "2026年", "2026年度"]),
        (
            "2026Q1",
            [
                "2026Q1",
                "2026q1",
                "2026-Q1",
                "2026年Q1",
                "2026年第1季度",
                "2026年第一季度",
                "2026 年一季度",
                "2026第1季度",
            ],
        ),
        ("2026Q4", ["2026年度第四季度", "2026年4季度", "2026年四季"]),
        ("Y2", ["Y2", "第2年", "第二年", "2年", "第二周岁年"]),
        ("2026年上半年", ["2026年上半年"]),
        ("2026年第5季度", ["2026年第5季度"]),
        ("", [""]),
    ],
)
def test_a_period_has_one_code_however_it_is_written(code, spellings):
    assert {period_code(written) for written in spellings} == {code}
