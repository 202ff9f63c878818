"""A list says under which number each registry keeps its record, so that a clerk finds it there."""

import pytest
from pydantic import ValidationError

from tests.integration.days import DAY_1, HOUSEHOLD, household
from tests.integration.extracts import HEALTH, LI, WANG, inbox, write_csv
from tests.integration.returned_lists import hand_out, rows_of
from tests.integration.whole_day import kept_day
from warehouse.catalogue import catalogue
from warehouse.home import Home
from warehouse.registries import Layout

MARRIAGE = ["登记字号", "业务类型", "登记日期", "男方姓名", "男方身份证件号", "女方姓名", "女方身份证件号"]
WEDDING = ["J370481-2010-000123", "结婚登记", "2010-05-01", LI[1], LI[4], WANG[1], WANG[4]]


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    """The cases of every list, by village and what is to be checked."""
    home = Home(tmp_path_factory.mktemp("numbers"))
    write_csv(inbox(home.path, "health_registry", f"{DAY_1}_full.csv"), [HEALTH, WANG, ["R3", *WANG[1:]], LI])
    entries = [household(WANG, "H1"), household(WANG, "H2"), household(LI, "H5", 姓名="李玮")]
    write_csv(inbox(home.path, "household_register", f"{DAY_1}_full.csv"), [HOUSEHOLD, *entries])
    write_csv(inbox(home.path, "marriage_register", f"{DAY_1}_full.csv"), [MARRIAGE, WEDDING])
    kept_day(home, DAY_1)
    return [row for written in hand_out(home) for row in rows_of(written.path)]


def told(cases, *wanted):
    """Left and right of the only case in which all the words stand, by line."""
    [case] = [case for case in cases if all(word in "".join(case.values()) for word in wanted)]
    return case["登记内容甲"].split("\n"), case["登记内容乙"].split("\n")


def test_two_entries_of_one_id_are_told_apart_by_their_households(cases):
    hidden = f"{WANG[4][:6]}********{WANG[4][-4:]}"
    assert told(cases, "户号 H1") == (["公安户籍", "户号 H1", hidden], ["公安户籍", "户号 H2", hidden])


def test_a_marriage_is_named_by_its_certificate(cases):
    left, right = told(cases, WEDDING[0], "人口编码 R2")
    assert (left[:2], right[:2]) == (["全员人口信息", "人口编码 R2"], ["民政婚姻登记", f"登记字号 {WEDDING[0]}"])


def test_every_record_is_named_beside_what_it_says(cases):
    assert told(cases, "李伟", "李玮") == (["全员人口信息", "人口编码 R2", "李伟"], ["公安户籍", "户号 H5", "李玮"])


def test_a_number_that_is_the_matter_itself_is_told_once(cases):
    assert told(cases, "R1", "R3") == (["全员人口信息", "R1"], ["全员人口信息", "R3"])


def test_every_registry_has_a_number_that_is_no_id():
    layouts = catalogue().layouts
    assert layouts["household_register"].number_zh == "户号"
    assert layouts["marriage_register"].number_zh == "登记字号"
    assert layouts["birth_certificate"].number_zh == "出生证编号"
    plain = layouts["household_register"].model_dump() | {"number": None}
    assert Layout.model_validate(plain).number_zh is None


@pytest.mark.parametrize("number", ["address", "id_number"])
def test_a_number_that_does_not_lead_the_key_or_is_an_id_is_refused(number):
    plain = catalogue().layouts["household_register"].model_dump()
    with pytest.raises(ValidationError, match=number):
        Layout.model_validate(plain | {"number": number})
    with pytest.raises(ValidationError, match="id_number"):
        Layout.model_validate(plain | {"number": "id_number", "record_key": ["id_number"]})
