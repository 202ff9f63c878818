"""The measurement kept with the rules: of every rule, well formed, and read by whoever looks a rule up."""

import datetime as dt

import pytest
from pydantic import ValidationError

from assets.registries.day_input import rule_rows
from expectations.rules import read_measurement, read_rules
from expectations.rules.measurement import (
    PATH,
    Measurement,
    RuleMeasure,
    Towns,
    write_measurement,
)
from expectations.rules.measurement import (
    read_measurement as read,
)

LEAST = 0.95


def test_every_rule_is_measured_and_no_other():
    assert set(read_measurement().rules) == {*read_rules(), "ALL"}


@pytest.mark.parametrize("code", sorted(read_rules()))
def test_every_rule_had_cases_and_none_is_below_what_is_asked(code):
    rule = read_measurement().rules[code]
    assert rule.expected > 0
    assert rule.precision >= LEAST
    assert rule.recall >= LEAST


def test_the_towns_are_not_those_that_the_weights_of_voices_were_learned_from():
    assert not set(read_measurement().towns.seeds) & {101, 102, 103, 104}


def test_the_file_is_what_the_module_writes(tmp_path):
    write_measurement(read_measurement(), tmp_path / "again.yaml")
    assert (tmp_path / "again.yaml").read_bytes() == PATH.read_bytes()


def test_a_measurement_is_read_as_it_was_written(tmp_path):
    towns = Towns(persons=10, day=dt.date(2026, 10, 1), seeds=(7, 8))
    rules = {
        "NAME_DIFFERS": RuleMeasure(expected=4, reported=3, right=2),
        "ID_SEX": RuleMeasure(expected=0, reported=0, right=0),
    }
    found = Measurement(measured_on=dt.date(2026, 10, 2), towns=towns, rules=rules)
    write_measurement(found, tmp_path / "m.yaml")
    assert read(tmp_path / "m.yaml") == found
    assert (found.rules["NAME_DIFFERS"].recall, found.rules["NAME_DIFFERS"].precision) == (0.5, 0.6667)
    assert (found.rules["ID_SEX"].recall, found.rules["ID_SEX"].precision) == (None, None)


def test_more_right_than_reported_is_refused():
    with pytest.raises(ValidationError, match="no more cases"):
        RuleMeasure(expected=4, reported=3, right=4)


def test_the_rule_table_carries_the_measurement():
    for row in rule_rows():
        measured = read_measurement().rules[row["rule_code"]]
        assert (row["measured_precision"], row["measured_recall"]) == (measured.precision, measured.recall)
        assert str(read_measurement().measured_on) in row["measured_on"]
