"""How two values of a field agree: names, dates, numbers, and the reviewed facts about characters."""

from itertools import pairwise

import pyarrow as pa
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from warehouse.compare import characters, date_agreement, name_agreement, name_form, name_sound, number_agreement
from warehouse.compare.dates import DATE_AGREEMENTS
from warehouse.compare.names import NAME_AGREEMENTS
from warehouse.compare.numbers import NUMBER_AGREEMENTS
from warehouse.engines.functions import FUNCTIONS

NAMED = {function.name: function for function in FUNCTIONS}


@pytest.mark.parametrize(
    ("a", "b", "agreement"),
    [
        ("张伟", "张伟", "equal"),
        ("張偉", "张伟", "variant"),  # traditional
        ("李喆", "李哲", "variant"),  # First Table of Variant Forms
        ("買買提·艾力", "买买提艾力", "variant"),  # the dot is left out as well
        ("王\ue863", "王龑", "variant"),  # private use against a rare character
        ("王?", "王龑", "variant"),
        ("王YAN", "王龑", "variant"),  # a rare character given by its reading
        ("王?", "王伟", "other"),  # every system has 伟: nothing needed a stand-in
        ("张伟", "张玮", "homophone"),
        ("张乐", "张月", "homophone"),  # 乐 reads le and yue
        ("曾行", "曾航", "homophone"),  # 行 reads xing and hang
        ("孙娟", "孙涓", "homophone"),  # shape and sound both: the sound is named
        ("刘晴", "刘睛", "look_alike"),
        ("王未", "王末", "look_alike"),
        ("刘洁", "刘浩", "look_alike"),
        ("陈俊", "陈唆", "look_alike"),  # alike but for the radical, read differently
        ("張暉", "张挥", "homophone"),  # another form and another sound: the weaker one decides
        ("王建国", "王建军", "one_character"),
        ("王国", "王军", "other"),  # in two characters, one is half the name
        ("王建国", "李建军", "other"),
        ("王建国", "王建", "other"),
    ],
)
def test_names(a: str, b: str, agreement: str) -> None:
    assert name_agreement(a, b) == agreement
    assert name_agreement(b, a) == agreement


@pytest.mark.parametrize(
    ("a", "b", "agreement"),
    [
        ("1980-03-05", "1980-03-05", "equal"),
        ("1980-03-05", "1980-05-03", "month_day_swapped"),
        ("2014-01-15", "2014-02-14", "lunar"),  # 15 January 2014 of the lunar year is 14 February
        ("2014-09-10", "2014-10-03", "lunar"),
        ("2014-09-10", "2014-11-02", "lunar"),  # the leap ninth month of 2014
        ("2014-02-30", "2014-03-11", "other"),  # no date of the calendar has no lunar reading
        ("1980-03-05", "1981-03-05", "one_digit"),
        ("1980-03-05", "1980-03-15", "one_digit"),
        ("1980-03-05", "1991-12-30", "other"),
    ],
)
def test_dates(a: str, b: str, agreement: str) -> None:
    assert date_agreement(a, b) == agreement
    assert date_agreement(b, a) == agreement


@pytest.mark.parametrize(
    ("a", "b", "agreement"),
    [
        ("370481198001011234", "370481198001011234", "equal"),
        ("370481198001011234", "370481198001011235", "one_digit"),
        ("370481198001011234", "37048119800101123", "one_digit"),  # the last digit was not copied
        ("370481198001011234", "370481198001012134", "transposed"),
        ("370481198001011234", "370481198001012235", "two_digits"),
        ("370481198001011234", "370481198001019876", "other"),
        ("370481198001011234", "3704", "other"),
    ],
)
def test_numbers(a: str, b: str, agreement: str) -> None:
    assert number_agreement(a, b) == agreement
    assert number_agreement(b, a) == agreement


def test_keys_bring_together_what_agrees() -> None:
    assert name_form("張偉") == name_form("张伟")
    assert name_sound("单雄") == "shan xiong"
    assert name_sound("张伟") == name_sound("張瑋")
    assert name_sound("王YAN") == name_sound("王龑")
    assert name_form("阿·里") == name_form("阿里") and name_sound("阿·里") == name_sound("阿里") == "a li"
    assert name_form("Ann·Lee") == "ANNLEE" and name_sound("Ann·Lee") == "ann lee"
    assert name_form("") == name_sound("") == name_sound("·") == ""


_NAMES = st.text(st.sampled_from("王张伟偉玮月乐未末己已晴睛洁浩A·?\ue863龑"), min_size=1, max_size=4)
_DATES = st.dates().map(lambda day: day.isoformat())
_NUMBERS = st.text(st.sampled_from("0129X"), min_size=1, max_size=18)


@given(_NAMES, _NAMES)
def test_name_agreement_is_symmetric_and_equal_only_for_equal_names(a: str, b: str) -> None:
    found = name_agreement(a, b)
    assert found in NAME_AGREEMENTS
    assert found == name_agreement(b, a)
    assert (found == "equal") == (a == b)


@given(_DATES, _DATES)
def test_date_agreement_is_symmetric(a: str, b: str) -> None:
    found = date_agreement(a, b)
    assert found in DATE_AGREEMENTS
    assert found == date_agreement(b, a)
    assert (found == "equal") == (a == b)


@given(_NUMBERS, _NUMBERS)
def test_number_agreement_is_symmetric(a: str, b: str) -> None:
    found = number_agreement(a, b)
    assert found in NUMBER_AGREEMENTS
    assert found == number_agreement(b, a)
    assert (found == "equal") == (a == b)


@given(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5))
def test_the_standard_form_of_a_standard_form_is_itself(character: str) -> None:
    once = characters.standard_form(character)
    assert characters.standard_form(once) == once


def test_reviewed_characters_are_in_order() -> None:
    reviewed = yaml.safe_load(characters._REVIEWED.read_text(encoding="utf-8"))
    variants = [character for group in reviewed["variants"] for character in group[1:]]
    assert len(variants) == len(set(variants)), "a variant belongs to one standard form"
    assert not set(variants) & {group[0] for group in reviewed["variants"]}
    for group in reviewed["variants"] + reviewed["look_alike"]:
        assert len(group) >= 2 and len(set(group)) == len(group), group
    groups = ["".join(sorted(group)) for group in reviewed["look_alike"]]
    assert all(a != b for a, b in pairwise(sorted(groups))), "a group is listed twice"
    for surname, reading in reviewed["surname_readings"].items():
        assert reading in characters.readings(surname)


def test_named_functions_compare_columns_and_pass_blanks_through() -> None:
    a, b = pa.array(["张伟", "张伟", None, "王建国"]), pa.array(["张玮", "张伟", "李四", "王建军"])
    assert NAMED["name_agreement"].call(a, b).to_pylist() == ["homophone", "equal", None, "one_character"]
    assert NAMED["name_cause"].call(a, b).to_pylist() == ["homophone", "other", None, "other"]
    assert NAMED["name_form"].call(pa.array(["張偉", None])).to_pylist() == ["张伟", None]
    dates = pa.array(["1980-03-05"]), pa.array(["1980-05-03"])
    assert NAMED["date_cause"].call(*dates).to_pylist() == ["month_day_swapped"]
    numbers = pa.array(["123456", "123456"]), pa.array(["123465", "123466"])
    assert NAMED["number_cause"].call(*numbers).to_pylist() == ["transposed", "one_digit"]
