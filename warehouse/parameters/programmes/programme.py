"""Reading the programme files of this folder, and laying out their rules by period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator

from warehouse.document import read_as

FOLDER = Path(__file__).parent
PeriodKind = Literal["calendar_year", "calendar_quarter", "year_of_age"]
_MONTHS = {"calendar_year": 12, "calendar_quarter": 3, "year_of_age": 12}


def _overlap(first: dt.date | None, last: dt.date | None, other: dt.date | None, other_last: dt.date | None) -> bool:
    """Whether two spans have a day in common; a blank end is open."""
    return (first or dt.date.min) <= (other_last or dt.date.max) and (other or dt.date.min) <= (last or dt.date.max)


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
            raise ValueError(
                f"{self.rule}: years 只用于 year_of_age / years go with periods by year of age, and only with them"
            )
        if self.monthly_amount <= 0 or self.monthly_amount != round(self.monthly_amount, 2):
            raise ValueError(
                f"{self.rule}: 金额应大于零、以元为单位、至多两位小数 / amounts are in yuan and cents, above zero"
            )
        for first, last in (("valid_from", "valid_to"), ("born_from", "born_to")):
            begins, ends = getattr(self, first), getattr(self, last)
            if begins and ends and ends < begins:
                raise ValueError(f"{self.rule}: {last} 早于 {first} / {last} is before {first}")
        return self

    def meets(self, other: Rule) -> bool:
        """Whether both rules give to one person, by day of birth and grade, on one day."""
        return (
            (self.grade is None or other.grade is None or self.grade == other.grade)
            and _overlap(self.valid_from, self.valid_to, other.valid_from, other.valid_to)
            and _overlap(self.born_from, self.born_to, other.born_from, other.born_to)
        )


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
                    f"{self.programme}.{rule.rule}: 应写明 born_from 和发至几岁 / "
                    "children's rules say from which birth and to which age"
                )
        for rule in self.rules:
            self._require_first_period(rule)
        for rule, other in combinations(self.rules, 2):
            if rule.rule == other.rule and "year_of_age" in (rule.period, other.period):
                raise ValueError(f"rule {rule.rule} 写了两次，请另取代码 / is there twice: give one another code")
            if rule.meets(other):
                raise ValueError(
                    f"{rule.rule}、{other.rule} 会对同一人同时有效：请给旧规则写 valid_to / "
                    f"{rule.rule} and {other.rule} hold for one person at once: end the old one with valid_to"
                )
        return self

    def _require_first_period(self, rule: Rule) -> None:
        """Raises ValueError where a rule begins within a calendar period that no rule has for the same people.

        A rule counts in the periods that open while it is in force: that period would be nobody's, without a word.
        """
        if rule.period == "year_of_age":
            return
        opens = _period_opens(rule.period, rule.valid_from)
        before = rule.model_copy(update={"valid_from": opens, "valid_to": opens})
        if opens < rule.valid_from and not any(before.meets(other) for other in self.rules):
            raise ValueError(
                f"{rule.rule}: valid_from 应为一期的第一天（{opens}），从哪个月起算写在 first_month / "
                f"valid_from is to be the first day of a period ({opens}); the month that counts first is first_month"
            )


def _period_opens(kind: PeriodKind, day: dt.date) -> dt.date:
    """The first day of the calendar period that a day is in."""
    length = _MONTHS[kind]
    return day.replace(month=(day.month - 1) // length * length + 1, day=1)


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
                raise ValueError(
                    f"{path.name} 写的是 {programme.programme}：文件名应与 programme 相同 / "
                    "file and programme must have one name"
                )
            programmes[programme.programme] = programme
    named: dict[str, str] = {}
    for code, programme in programmes.items():
        for name in programme.names:
            if name in named:
                raise ValueError(
                    f"programmes: {named[name]} 和 {code} 都叫“{name}” / {named[name]} and {code} are written alike"
                )
            named[name] = code
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
