"""Named functions that models may call and every engine registers: what SQL cannot say portably.

Each works on whole columns (pyarrow arrays of equal length in, one array out), gives blank for blank, and has an answer
for any text: an engine may evaluate every branch of a CASE and throw results away. Only records that already differ
reach the cause functions, so their cost grows with the number of cases, not of records.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class NamedFunction:
    """A function of models: SQL types of its arguments and result, and the column function behind it."""

    name: str
    arguments: tuple[str, ...]
    result: str
    call: Callable[..., pa.Array]


@cache
def _readings(character: str) -> frozenset[str]:
    """All readings of a character without tones; the character itself where it has none."""
    from pypinyin import Style, pinyin

    return frozenset(pinyin(character, style=Style.NORMAL, heteronym=True)[0])


def _name_cause(a: str, b: str) -> str:
    if len(a) == len(b):
        differing = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
        if differing and all(_readings(x) & _readings(y) for x, y in differing):
            return "homophone"
    return "other"


@cache
def _lunar_as_solar(text: str) -> str | None:
    """The solar date of a text read as a lunar date; None where the lunar calendar has no such day."""
    from borax.calendars.lunardate import LunarDate

    year, month, day = (int(part) for part in text.split("-"))
    try:
        return LunarDate(year, month, day).to_solar_date().isoformat()
    except ValueError:
        return None


def _date_cause(a: str, b: str) -> str:
    if not (_DATE.fullmatch(a) and _DATE.fullmatch(b)):
        return "other"
    if a[:4] == b[:4] and a[5:7] == b[8:10] and a[8:10] == b[5:7]:
        return "month_day_swapped"
    if _lunar_as_solar(a) == b or _lunar_as_solar(b) == a:
        return "lunar"
    if sum(x != y for x, y in zip(a, b, strict=True)) == 1:
        return "one_digit"
    return "other"


def _pairwise(cause: Callable[[str, str], str]) -> Callable[[pa.Array, pa.Array], pa.Array]:
    def call(a: pa.Array, b: pa.Array) -> pa.Array:
        pairs = zip(a.to_pylist(), b.to_pylist(), strict=True)
        return pa.array([cause(x, y) if x is not None and y is not None else None for x, y in pairs], pa.string())

    return call


def _binomial_lower_tail(successes: pa.Array, trials: pa.Array, probability: pa.Array) -> pa.Array:
    from scipy.stats import binom

    arrays = (column.to_numpy(zero_copy_only=False) for column in (successes, trials, probability))
    tail = binom.cdf(*arrays)
    return pa.array(tail, pa.float64(), mask=np.isnan(tail))


def _normal_upper_quantile(probability: pa.Array) -> pa.Array:
    from scipy.stats import norm

    return pa.array(norm.isf(probability.to_numpy(zero_copy_only=False)), pa.float64())


_MONTHS_OF_A_YEAR = 12


def _month_number(day: pa.Array) -> pa.Array:
    return pc.add(pc.multiply(pc.year(day), _MONTHS_OF_A_YEAR), pc.month(day)).cast(pa.int64())


def _anniversary(day: pa.Array, years: pa.Array) -> pa.Array:
    """The same day of a later year; the 29th of February falls on the 28th of a year without it."""
    days = day.to_numpy(zero_copy_only=False).astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    later = months + _MONTHS_OF_A_YEAR * np.nan_to_num(years.to_numpy(zero_copy_only=False)).astype(np.int64)
    last = (later + 1).astype("datetime64[D]") - 1
    found = np.minimum(later.astype("datetime64[D]") + (days - months.astype("datetime64[D]")), last)
    return pa.array(found, pa.date32(), mask=np.isnat(days) | np.asarray(years.is_null()))


FUNCTIONS = (
    NamedFunction("month_number", ("DATE",), "BIGINT", _month_number),
    NamedFunction("anniversary", ("DATE", "INTEGER"), "DATE", _anniversary),
    NamedFunction("name_cause", ("VARCHAR", "VARCHAR"), "VARCHAR", _pairwise(_name_cause)),
    NamedFunction("date_cause", ("VARCHAR", "VARCHAR"), "VARCHAR", _pairwise(_date_cause)),
    NamedFunction("binomial_lower_tail", ("BIGINT", "BIGINT", "DOUBLE"), "DOUBLE", _binomial_lower_tail),
    NamedFunction("normal_upper_quantile", ("DOUBLE",), "DOUBLE", _normal_upper_quantile),
)
