"""Reading the programme files of this folder, and laying out their rules by period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator

from warehouse.document import read_as

FOLDER = Path(__file__).parent
PeriodKind = Literal["calendar_year", "calendar_quarter", "year_of_age"]
_MONTHS = {"calendar_year": 12, "calendar_quarter": 3, "year_of_age": 12}


class Rule(BaseModel):
    """What a programme gives, from a day on: to whom by day of birth or grade, for which periods, how much a month."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rule: str
    clause_zh: str
    clause_en: str
    source: str
    valid_from: dt.date
    valid_to: dt.date | None = None
    grade: str | None = None
    born_from: dt.date | None = None
    born_to: dt.date | None = None
    period: PeriodKind
    first_month: dt.date | None = None  # the first calendar month that counts
    months_of_age: int | None = None  # the last month that counts is this many months after the month of birth
    years: int | None = None  # years of age that are paid
    monthly_amount: Decimal
    after_death: Literal["month", "period"]  # the month of death still counts, or the whole period that had begun

    @model_validator(mode="after")
    def _says_when_it_ends(self) -> Rule:
        if (self.period == "year_of_age") != (self.years is not None):
            raise ValueError(f"{self.rule}: years go with periods by year of age, and only with them")
        if self.monthly_amount != round(self.monthly_amount, 2):
            raise ValueError(f"{self.rule}: amounts are in yuan and cents")
        return self


class Programme(BaseModel):
    """A benefit programme. `names` are how files write it; `message_zh` is its neutral title in messages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    programme: str
    zh: str
    en: str
    message_zh: str
    names: tuple[str, ...]
    entitled: Literal["children", "confirmed"]
    outreach: bool
    document: str
    rules: tuple[Rule, ...]

    @model_validator(mode="after")
    def _rules_fit(self) -> Programme:
        for rule in self.rules:
            if self.entitled == "children" and (rule.born_from is None or (not rule.years and not rule.months_of_age)):
                raise ValueError(
                    f"{self.programme}.{rule.rule}: children's rules say from which birth and to which age"
                )
        return self


@cache
def read_programmes(*folders: Path) -> dict[str, Programme]:
    """Every programme of the folders, by code; a later folder (a site's own) may replace one by a file of its name.

    Raises ValueError where a file contradicts itself or two programmes are written alike.
    """
    programmes: dict[str, Programme] = {}
    for folder in folders or (FOLDER,):
        for path in sorted(folder.glob("*.yaml")):
            programme = read_as(Programme, path)
            if programme.programme != path.stem:
                raise ValueError(f"{path.name} describes {programme.programme}: file and programme must have one name")
            programmes[programme.programme] = programme
    names = [name for programme in programmes.values() for name in programme.names]
    if len(set(names)) != len(names):
        raise ValueError("two programmes are written alike in files")
    return programmes


def _first_of_month(year: int, month: int) -> dt.date:
    """The first day of a month; month 13 is January of the next year."""
    return dt.date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def _calendar(kind: str, day: dt.date, rule: Rule) -> Iterator[tuple[str, str, dt.date, dt.date]]:
    """Calendar periods of a rule that have begun by a day: label, Chinese label, first and last day."""
    first = (rule.first_month or rule.valid_from).year
    length = _MONTHS[kind]
    for year in range(first, day.year + 1):
        for number in range(12 // length):
            starts = dt.date(year, number * length + 1, 1)
            ends = _first_of_month(year, number * length + length + 1) - dt.timedelta(days=1)
            if starts <= day:
                whole = length == _MONTHS["calendar_year"]
                label = f"{year}" if whole else f"{year}Q{number + 1}"
                zh = f"{year}年" if whole else f"{year}年第{number + 1}季度"
                yield label, zh, starts, ends


def rule_periods(day: dt.date, programmes: dict[str, Programme]) -> list[dict[str, Any]]:
    """Rows of benefit_rule_period: every rule in every period that may have begun by a day, since the rule began.

    What was right when it was paid is right, however old. A rule counts in the periods that open while it is in force;
    for years of age the model compares with each birthday.
    """
    rows = []
    for programme in programmes.values():
        for rule in programme.rules:
            common = {
                "programme": programme.programme,
                "document": programme.document,
                "period_kind": rule.period,
                "months": _MONTHS[rule.period],
                "entitled": programme.entitled,
                **rule.model_dump(exclude={"period", "years"}),
            }
            if rule.period == "year_of_age":
                rows += [
                    {**common, "period": f"Y{year}", "period_zh": f"第{year}年", "year_no": year}
                    for year in range(1, (rule.years or 0) + 1)
                ]
                continue
            rows += [
                {**common, "period": label, "period_zh": zh, "period_start": starts, "period_end": ends}
                for label, zh, starts, ends in _calendar(rule.period, day, rule)
                if rule.valid_from <= starts and (rule.valid_to is None or starts <= rule.valid_to)
            ]
    return rows
