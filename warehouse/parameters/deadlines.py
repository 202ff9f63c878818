"""Terms of cases by rule and owner, by the day they are in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import NonNegativeFloat, NonNegativeInt, PositiveFloat, model_validator

from warehouse.parameters.dated import Dated, Version, in_force_on, parameter_path, read_once_each

DEADLINES_FILE = "deadlines.yaml"


class DeadlineVersion(Version):
    """A term from a day on."""

    working_days: NonNegativeInt
    self_check_until: dt.date | None
    points: NonNegativeFloat
    risk: PositiveFloat
    look_back_from: dt.date | None = None


class DeadlineDeclaration(Dated):
    """The terms of one rule, or of every rule of an owner."""

    rule: str | None = None
    owner: str | None = None
    versions: tuple[DeadlineVersion, ...]

    @model_validator(mode="after")
    def _of_one_thing(self) -> DeadlineDeclaration:
        if (self.rule is None) == (self.owner is None):
            raise ValueError("rule 和 owner 写一个 / a deadline is either of a rule or of an owner")
        return self


@dataclass(frozen=True)
class Deadline:
    """The terms in force for one rule. `points` are deducted per error; `risk` weighs the draw of re-checks.

    What happened before `look_back_from` is no case of the rule.
    """

    rule_code: str
    working_days: int
    self_check_until: dt.date | None
    points: float
    risk: float
    look_back_from: dt.date | None
    source: str


@cache
def _declarations(site: Path | None) -> tuple[DeadlineDeclaration, ...]:
    return read_once_each(DeadlineDeclaration, parameter_path(DEADLINES_FILE, site), "rule", "owner")


def rules_with_deadlines(site: Path | None = None) -> set[str]:
    """The rules that have a deadline of their own."""
    return {entry.rule for entry in _declarations(site) if entry.rule}


def deadlines_on(day: dt.date, owners: Mapping[str, str], site: Path | None = None) -> list[Deadline]:
    """The terms of every rule (owner by rule_code) on a day. Raises LookupError where a rule has none."""
    by_rule = {entry.rule: entry for entry in _declarations(site) if entry.rule}
    by_owner = {entry.owner: entry for entry in _declarations(site) if entry.owner}
    found = []
    for rule, owner in sorted(owners.items()):
        declared = by_rule.get(rule) or by_owner.get(owner)
        version = in_force_on(day, declared.versions) if declared else None
        if version is None:
            raise LookupError(f"{rule} 在 {day} 没有期限 / no deadline of {rule} is in force on {day}")
        found.append(Deadline(rule, **version.model_dump(exclude={"valid_from"})))
    return found
