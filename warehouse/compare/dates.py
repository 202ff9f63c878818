"""Dates, written as 2014-09-13: equal, month and day swapped, the lunar reading of each other, one digit off."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache

_SHAPE = re.compile(r"\d{4}-\d{2}-\d{2}")

# From the strongest agreement to none.
DATE_AGREEMENTS = ("equal", "month_day_swapped", "lunar", "one_digit", "other")


@cache
def _lunar_as_solar(text: str) -> frozenset[str]:
    """The solar dates of a text read as a lunar date, in an ordinary or a leap month; none if there is no such day."""
    from borax.calendars.lunardate import LunarDate

    year, month, day = (int(part) for part in text.split("-"))
    found = set()
    for leap in (0, 1):
        try:
            found.add(LunarDate(year, month, day, leap).to_solar_date().isoformat())
        except ValueError:
            continue
    return frozenset(found)


def is_date(text: str) -> bool:
    """Whether a text is a date of the calendar, written as 2014-09-13."""
    if not _SHAPE.fullmatch(text):
        return False
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def date_agreement(a: str, b: str) -> str:
    """How two dates agree, as one of DATE_AGREEMENTS."""
    if a == b:
        return "equal"
    if not (_SHAPE.fullmatch(a) and _SHAPE.fullmatch(b)):
        return "other"
    if a[:4] == b[:4] and a[5:7] == b[8:10] and a[8:10] == b[5:7]:
        return "month_day_swapped"
    if is_date(a) and is_date(b) and (b in _lunar_as_solar(a) or a in _lunar_as_solar(b)):
        return "lunar"
    if sum(x != y for x, y in zip(a, b, strict=True)) == 1:
        return "one_digit"
    return "other"
