"""Remarks in brackets behind a heading: those that say how a value is written, and those that say what is meant."""

import pytest

from warehouse.registries import reading_rules

# fmt: off
SEXES = ["(男/女)", "（男/女）", "(1男2女)", "[1-男，2-女]", "【男，女】", "(男/女", " （ 男/女 ） *"]
WRITTEN_HOW = [
    "公历", "阳历", "YYYY-MM-DD", "yyyymmdd", "格式：YYYY/MM/DD", "如2014-09-13", "例：20140913",
    "年月日", "年-月-日",
    "8位", "8位数字", "15或18位", "必填", "选填", "必填，公历", "公历、8位", "必填)（公历", "文本", "单位：元",
    "元", "是/否", "GB/T 2261.1",
]
MEANT = [
    "农历", "阴历", "名称", "公历或农历", "必填，农历", "万元", "月", "母亲", "原", "新", "代码", "实际", "2014", "",
    "孕情",
]
# fmt: on


@pytest.mark.parametrize("remark", SEXES)
def test_how_a_sex_is_written(remark):
    assert reading_rules().without_remarks(f"性别{remark}").strip() == "性别"


@pytest.mark.parametrize("remark", WRITTEN_HOW)
def test_how_a_value_is_written_is_no_part_of_its_heading(remark):
    assert reading_rules().without_remarks(f"某列({remark})") == "某列"


@pytest.mark.parametrize("remark", MEANT)
def test_a_remark_that_says_what_is_meant_stays(remark):
    assert reading_rules().without_remarks(f"某列（{remark}）") == f"某列（{remark}）"


def test_a_remark_stands_at_the_end():
    assert reading_rules().without_remarks("(必填)某列") == "(必填)某列"
    assert reading_rules().without_remarks("某列(公历)(农历)") == "某列(公历)(农历)"
