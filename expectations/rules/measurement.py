"""How often each rule is right, measured on simulated towns whose errors are known; kept with the rules.

The file is made by `python -m benchmarks.rules` (make measure-rules), never by hand.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, model_validator

from warehouse.document import read_yaml

PATH = Path(__file__).parent / "measured" / "simulated_towns.yaml"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Towns(_Part):
    """The towns that were measured: one day each, by size and seed, with the delivered error rates."""

    persons: int
    day: dt.date
    seeds: tuple[int, ...]


class RuleMeasure(_Part):
    """Cases of one rule over all towns: expected (planted or by delay), reported, and reported rightly."""

    expected: int
    reported: int
    right: int

    @model_validator(mode="after")
    def _adds_up(self) -> RuleMeasure:
        if not 0 <= self.right <= min(self.expected, self.reported):
            raise ValueError("no more cases can be right than were expected or reported")
        return self

    @property
    def recall(self) -> float | None:
        """Share of the expected cases that were found."""
        return round(self.right / self.expected, 4) if self.expected else None

    @property
    def precision(self) -> float | None:
        """Share of the reported cases that are true."""
        return round(self.right / self.reported, 4) if self.reported else None


class Measurement(_Part):
    """The whole file."""

    measured_on: dt.date
    towns: Towns
    rules: dict[str, RuleMeasure]

    @property
    def words(self) -> tuple[str, str]:
        """On what it was measured, in Chinese and in English."""
        seeds = "、".join(map(str, self.towns.seeds))
        return (
            f"{len(self.towns.seeds)} 个模拟镇（各 {self.towns.persons} 人，种子 {seeds}），{self.measured_on}",
            f"{len(self.towns.seeds)} simulated towns of {self.towns.persons} persons, "
            f"seeds {seeds.replace('、', ', ')}, on {self.measured_on}",
        )


@cache
def read_measurement(path: Path = PATH) -> Measurement:
    """The measurement delivered with the rules."""
    return Measurement.model_validate(read_yaml(path))


def write_measurement(found: Measurement, path: Path = PATH) -> None:
    """Writes a measurement, one rule a line, so that a reviewer sees what changed."""
    head = "# Made by `python -m benchmarks.rules`; do not edit. How often each rule is right on simulated towns.\n"
    document = found.model_dump()
    rules = document.pop("rules")
    lines = [
        f"  {code}: {{expected: {rule['expected']}, reported: {rule['reported']}, right: {rule['right']}}}"
        for code, rule in sorted(rules.items())
    ]
    body = yaml.safe_dump(document, sort_keys=False, default_flow_style=None)
    path.write_text(head + body + "rules:\n" + "\n".join(lines) + "\n", encoding="utf-8")
