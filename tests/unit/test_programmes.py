"""Programmes of a site: rules that would give twice, or nothing, are refused with their file."""

import pytest

from warehouse.document import DeclarationError
from warehouse.parameters.programmes import FOLDER, read_programmes

MEALS = """programme: meals
zh: 学前营养补助
en: meals
message_zh: 惠民补贴
names: [学前营养补助]
entitled: children
outreach: true
document: 文件
rules:
"""
RULE = """  - rule: {rule}
    clause_zh: 按季
    clause_en: by the quarter
    source: default
    valid_from: {valid_from}
{more}    born_from: 2020-01-01
    period: calendar_quarter
    months_of_age: 60
    monthly_amount: "{amount}"
    after_death: month
"""


def rule(name="quarterly", valid_from="2026-01-01", amount="50.00", more=""):
    return RULE.format(rule=name, valid_from=valid_from, amount=amount, more=more)


def read(folder, *rules):
    (folder / "meals.yaml").write_text(MEALS + "".join(rules), encoding="utf-8")
    return read_programmes(FOLDER, folder)["meals"]


def test_a_rule_that_was_ended_gives_way_to_the_next(tmp_path):
    old, new = rule(more="    valid_to: 2026-06-30\n"), rule("new", "2026-07-01", "60.00")
    assert [found.rule for found in read(tmp_path, old, new).rules] == ["quarterly", "new"]


def test_a_rule_that_takes_the_place_of_another_may_begin_within_a_period(tmp_path):
    """The period that was open then is the old rule's."""
    old, new = rule(more="    valid_to: 2026-08-14\n"), rule("new", "2026-08-15", "60.00")
    assert len(read(tmp_path, old, new).rules) == 2


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ((rule(), rule("new", "2026-07-01", "60.00")), "quarterly、new 会对同一人同时有效"),
        ((rule(more="    valid_to: 2025-12-31\n"),), "valid_to 早于 valid_from"),
        ((rule(amount="-50.00"),), "金额应大于零"),
        ((rule(valid_from="2026-02-01"),), r"valid_from 应为一期的第一天（2026-01-01）"),
        ((rule(valid_from="2026-12-31"),), r"valid_from 应为一期的第一天（2026-10-01）"),
        ((rule(amount="50.005"),), "金额应大于零"),
    ],
)
def test_rules_that_cannot_be_are_refused(tmp_path, rules, words):
    with pytest.raises(DeclarationError, match=rf"(?s)meals\.yaml:.*{words}"):
        read(tmp_path, *rules)
