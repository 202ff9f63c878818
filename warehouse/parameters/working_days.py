"""Which days are working days: the State Council's yearly notices, and a site's own exceptions.

The notices come from the maintained package `chinesecalendar` (MIT). A year whose notice is not out yet has plain
weekends, and its days say so (`announced` is false). A site's config/working_days.yaml overrides single days:
`2027-02-15: {working: false, source: "notice of the county, no. 3"}`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, StrictBool

from warehouse.document import read_entry, read_yaml, reading

OVERRIDES = "working_days.yaml"
_WRITE_SO = "请写作 / an entry reads `2027-02-15: {working: false, source: ...}`"


class Override(BaseModel):
    """What a site says of a day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    working: StrictBool  # 否 is text to YAML, and a text that is not blank would be taken for true
    source: str


@dataclass(frozen=True)
class CalendarDay:
    """A day of the working calendar. `working_number` counts the working days of the span up to and with this day."""

    day: dt.date
    working: bool
    announced: bool
    working_number: int


@dataclass(frozen=True)
class MovedDay:
    """A day on which a term would end but for holidays, and the working day that is its last instead."""

    term: str
    day: dt.date
    last_day: dt.date


@cache
def _overrides(site: Path | None) -> dict[dt.date, bool]:
    path = site / OVERRIDES if site else None
    if path is None or not path.exists():
        return {}
    with reading(path):
        document = read_yaml(path) or {}
        if not isinstance(document, dict):
            raise ValueError(_WRITE_SO)
        return {_day(day): read_entry(Override, path, day, entry, _WRITE_SO).working for day, entry in document.items()}


def _day(written: Any) -> dt.date:
    if not isinstance(written, dt.date) or isinstance(written, dt.datetime):
        raise ValueError(f"{written}: {_WRITE_SO}")
    return written


def _by_notice(day: dt.date) -> tuple[bool, bool]:
    """Whether a day is a working day, and whether its year's notice is known."""
    import chinese_calendar

    try:
        return chinese_calendar.is_workday(day), True
    except NotImplementedError:
        return day.weekday() < 5, False


def calendar_days(first: dt.date, last: dt.date, site: Path | None = None) -> list[CalendarDay]:
    """Every day of a span, both ends included."""
    own = _overrides(site)
    found, number = [], 0
    for offset in range((last - first).days + 1):
        day = first + dt.timedelta(days=offset)
        working, announced = _by_notice(day)
        if day in own:
            working, announced = own[day], True
        number += working
        found.append(CalendarDay(day, working, announced, number))
    return found


def moved_days(terms: Iterable[str], days: list[CalendarDay]) -> list[MovedDay]:
    """For each of the terms, every day of the calendar that cannot be its last, and the next that can."""
    found: dict[dt.date, dt.date] = {}
    following: dt.date | None = None
    for entry in reversed(days):
        if entry.working:
            following = entry.day
        elif following:
            found[entry.day] = following
    return [MovedDay(term, day, found[day]) for term in terms for day in sorted(found)]
