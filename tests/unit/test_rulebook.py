"""Law on fees, reasons of deregistration, matters and messages: what is written wrongly never passes for right."""

import datetime as dt

import pytest

from warehouse.document import DeclarationError
from warehouse.parameters import rulebook
from warehouse.parameters.dated import FOLDER

DAY = dt.date(2026, 11, 1)


def read_all(site):
    """Everything that a day reads."""
    rulebook.fee_rules(site)
    rulebook.fee_finding_kinds(site)
    rulebook.obsolete_hotlines(DAY, site)
    rulebook.deregistration_patterns(DAY, site)
    rulebook.matters_on(DAY, site)
    rulebook.message_templates(site)


@pytest.mark.parametrize("name", ["fee_rules.yaml", "deregistration.yaml", "matters.yaml", "messages.yaml"])
def test_a_copy_of_what_is_delivered_fits_and_an_empty_file_does_not(tmp_path, name):
    text = (FOLDER / name).read_text(encoding="utf-8")
    (tmp_path / name).write_text(text, encoding="utf-8")
    read_all(tmp_path)
    (tmp_path / name).write_text("", encoding="utf-8")
    with pytest.raises(DeclarationError, match=f"{name}:"):
        read_all(tmp_path)


@pytest.mark.parametrize(
    ("name", "right", "wrong", "words"),
    [
        (
            "fee_rules.yaml",
            "    valid_from: 2021-08-20",
            "    valid_from: 2021/8/20",
            "abolished.0.valid_from: 应为日期",
        ),
        # Read letter by letter, every fee with 费 in its name would be abolished.
        ("fee_rules.yaml", "names: [社会抚养费]", "names: 社会抚养费", "abolished.0.names: 应为列表"),
        ("fee_rules.yaml", "names: [社会抚养费]", "name: [社会抚养费]", "abolished.0.name: 没有这一项"),
        ("fee_rules.yaml", "findings:", "finding:", "finding: 没有这一项"),
        ("deregistration.yaml", "- meaning: death", "- meaning: dead", "meaning: 只能是"),
        ("deregistration.yaml", "valid_from: 1958-01-09", "valid_from: 1958/1/9", "valid_from: 应为日期"),
        ("deregistration.yaml", "[误, ", "[误(, ", "不是正则表达式"),
        ("matters.yaml", "term_days: 15", "term_days: 15天", "出生医学证明:\n  term_days: 应为整数"),
        ("matters.yaml", "term_days: 15", "term_days: -15", "term_days: 至少为 0"),
        ("matters.yaml", "valid_from: 2025-01-01", "valid_from: 2025/1/1", "育儿补贴申请:\n  valid_from: 应为日期"),
        ("matters.yaml", "term_days: 15,", "term_days: 15, 备注: 无,", "备注: 没有这一项"),
        ("matters.yaml", "matter_name: 出生医学证明", "matter_name: 生育登记", "生育登记 1949-10-01 写了两次"),
        ("messages.yaml", "event: payment_failed", "event: payment_fail", "event 应为.*payment_failed"),
        ("messages.yaml", "申请已收到", "申请{已收到", "只能写"),
    ],
)
def test_what_is_wrong_is_told_by_file_and_entry(tmp_path, name, right, wrong, words):
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert right in text
    (tmp_path / name).write_text(text.replace(right, wrong), encoding="utf-8")
    with pytest.raises(DeclarationError, match=rf"(?s){name}:.*{words}"):
        read_all(tmp_path)
