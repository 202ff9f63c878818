"""Right values as people write them: what they become, and which are none that their field can have."""

import datetime as dt

import polars as pl
import pytest

from assets.cases.returned import parse
from assets.cases.written_values import corrected_values
from assets.registries.sheet import ROW, Sheet
from warehouse.parameters import read_place
from warehouse.parameters.village_list import told_apart

DAY = dt.date(2026, 11, 9)
VILLAGES = {
    "370481105200": "姚庄村",
    "370481105201": "前杨岗村",
    "370481105202": "前杨岗社区",
    "370481105203": "坝子涯村",
}


def become(field, words):
    return corrected_values(pl.Series([words]), field, VILLAGES).item()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("姚庄村", "370481105200"),
        ("姚庄", "370481105200"),
        (" 姚 庄村委会", "370481105200"),
        ("姚庄村民委员会", "370481105200"),
        ("级索镇姚庄村", "370481105200"),
        ("山东省滕州市级索镇坝子涯", "370481105203"),
        ("前杨岗村", "370481105201"),
        ("前杨岗", "前杨岗"),
        ("荆河街道某村", "荆河街道某村"),
        ("370481105999", "370481105999"),
    ],
)
def test_a_village_is_known_by_its_name_however_it_is_called(words, code):
    assert become("registered_village_code", words) == code


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("永丰村（200）", "370481105200"),
        ("永丰村(201)", "370481105201"),
        ("永丰社区", "370481105001"),
        ("永丰村", "永丰村"),
        ("永丰", "永丰"),
        ("级索镇永丰村", "级索镇永丰村"),
    ],
)
def test_a_name_that_several_villages_bear_is_none_of_them(words, code):
    names = {"370481105001": "永丰社区", "370481105200": "永丰村", "370481105201": "永丰村"}
    assert corrected_values(pl.Series([words]), "registered_village_code", told_apart(names)).item() == code


def test_every_village_of_the_place_is_known_by_its_name():
    names = read_place(DAY).known_names
    for code, name in names.items():
        assert names[corrected_values(pl.Series([name]), "registered_village_code", names).item()] == name, code


@pytest.mark.parametrize(
    ("words", "code"), [("已婚", "20"), ("离异", "40"), ("结婚登记", "20"), ("离婚登记", "40"), ("21", "21")]
)
def test_a_marital_status_may_be_told_by_its_event(words, code):
    assert become("marital_status", words) == code


def reasons(kind, field, reply, words):
    """Why a row with this answer is not taken; none where it is."""
    prefix = {"worklist": "K", "recheck": "F"}[kind]
    cells = {"c0": ["疑点编号", f"{prefix}-0123-4567-89ab-cdef"], "c1": ["核实结果", reply], "c2": ["正确值", words]}
    sheet = Sheet(pl.DataFrame({ROW: pl.Series([1, 2], dtype=pl.Int32), **cells}), "xlsx")
    given = {"case_id": "0123456789abcdef", "kind": kind, "recipient": "village", "village_code": "v", "field": field}
    answers = parse({1: sheet}, pl.DataFrame([given]), VILLAGES, DAY)
    assert len(answers.accepted) + len(answers.rejected) == 1
    return answers.rejected["reason_code"].to_list()


@pytest.mark.parametrize(
    ("field", "words", "expected"),
    [
        ("sex", "女的", ["NO_CODE"]),
        ("sex", "女性", []),
        ("sex", "2", []),
        ("marital_status", "离了", ["NO_CODE"]),
        ("marital_status", "已婚", []),
    ],
)
def test_a_word_that_is_no_code_comes_back_where_a_code_is_kept(field, words, expected):
    """It would differ from whatever the registry says, and a blind re-check would count it as an error."""
    assert reasons("worklist", field, "全员人口库有误", words) == expected
    assert reasons("recheck", field, "已见证件", words) == expected
    assert reasons("worklist", field, "无法核实", words) == []


@pytest.mark.parametrize(
    ("words", "expected"), [("姚庄", []), ("370481108204", []), ("370112", []), ("王家庄", ["NO_VILLAGE"])]
)
def test_a_re_check_that_names_no_village_comes_back(words, expected):
    assert reasons("recheck", "registered_village_code", "已见证件", words) == expected
    assert reasons("worklist", "registered_village_code", "全员人口库有误", words) == []
