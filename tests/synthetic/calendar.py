"""Days as numbers. Everything that happens in the town carries an int32: days since 1970-01-01."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

NEVER = 2_000_000  # later than any day of the calendar used here
YEAR = 365.2425
_EPOCH = dt.date(1970, 1, 1)


def day_number(date: dt.date | str) -> int:
    """A calendar date, or its ISO form, as a day number."""
    return ((dt.date.fromisoformat(date) if isinstance(date, str) else date) - _EPOCH).days


def date_of(day: int) -> dt.date:
    """A day number as a calendar date."""
    return _EPOCH + dt.timedelta(days=int(day))


def year_of(days: np.ndarray) -> np.ndarray:
    """The calendar year of each day number."""
    return days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def iso(days: np.ndarray | pl.Series) -> pl.Series:
    """Day numbers as text, 2014-09-13; NEVER and nulls become null."""
    numbers = pl.Series(days, dtype=pl.Int32)
    blank = numbers.is_null() | (numbers >= NEVER)
    return numbers.set(blank, None).cast(pl.Date).dt.to_string("%Y-%m-%d")
