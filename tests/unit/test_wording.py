"""What stands on a list for a village is in words: no code of a registry reaches the paper."""

import pytest

from assets.cases.wording import value_words
from warehouse.catalogue import catalogue

WORDS = {
    ("marital_status", "21"): "初婚",
    ("marital_status", "divorce"): "离婚登记",
    ("marital_status", "marriage"): "结婚登记",
    ("sex", "2"): "女",
    ("registered_village_code", "370481105206"): "级索村",
    ("registered_village_code", "370404101001"): "外地 370404101001",
    ("name", "王芳"): "王芳",
    ("name", None): "（空）",
    ("record_id", "370481199001011234"): "370481********1234",
    ("record_id", "370481105200001843"): "370481105200001843",  # of the health registry: no year stands in it
    ("id_number", "370481199001011234"): "370481199001011234",
}


@pytest.mark.parametrize(("field", "value"), WORDS)
def test_a_value_in_words(field, value):
    assert value_words(catalogue(), {"370481105206": "级索村"}, field, value) == WORDS[field, value]
