"""What stands on a list for a village is in words: no code of a registry reaches the paper."""

import datetime as dt

import pytest

from assets.cases.wording import person_words, value_words
from warehouse.catalogue import catalogue

WORDS = {
    ("marital_status", "21"): "初婚",
    ("marital_status", "divorce"): "离婚登记",
    ("marital_status", "marriage"): "结婚登记",
    ("sex", "2"): "女",
    ("registered_village_code", "370481105206"): "级索村",
    ("registered_village_code", "370404101001"): "外地 370404101001",
    ("registered_village_code", "370481105299"): "本地没有的村码 370481105299",
    ("registered_village_code", "370481"): "外地 370481",
    ("name", "王芳"): "王芳",
    ("name", None): "（空）",
    ("record_id", "370481199001011234"): "370481********1234",
    ("record_id", "370481105200001843"): "370481105200001843",  # of the health registry: no year stands in it
    ("id_number", "370481199001011234"): "370481199001011234",
}


@pytest.mark.parametrize(("field", "value"), WORDS)
def test_a_value_in_words(field, value):
    assert value_words(catalogue(), {"370481105206": "级索村"}, field, value) == WORDS[field, value]


@pytest.mark.parametrize(
    ("case", "told"),
    [
        ({"person_name": "王芳"}, "王芳"),
        ({}, "（未登记）"),
        (
            {"parent_role": "mother", "parent_name": "赵敏", "child_sex": "2", "child_birth_date": dt.date(2026, 5, 3)},
            "（未登记）母 赵敏，女，2026-05-03 生",
        ),
        ({"person_name": "周子", "parent_role": "father", "parent_name": "周三"}, "周子（父 周三）"),
        ({"child_sex": "1", "child_birth_date": dt.date(2026, 5, 3)}, "（未登记）男，2026-05-03 生"),
    ],
)
def test_whom_a_case_is_about(case, told):
    blank = dict.fromkeys(("person_name", "parent_role", "parent_name", "child_sex", "child_birth_date"))
    assert person_words(catalogue(), blank | case) == told
