"""Named functions that models may call and every engine registers: what SQL cannot say portably.

Each works on whole columns (pyarrow arrays of equal length in, one array out), gives blank for blank, and has an answer
for any text: an engine may evaluate every branch of a CASE and throw results away. Only records that already differ
reach the cause functions, so their cost grows with the number of cases, not of records.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.compare import date_agreement, name_agreement, name_form, name_sound, number_agreement
from warehouse.normalise.periods import period_code

_TRIALS = ("BIGINT", "BIGINT", "DOUBLE")
_TWO_TEXTS = ("VARCHAR", "VARCHAR")
_NAME_CAUSES = frozenset({"variant", "homophone", "look_alike"})
_DATE_CAUSES = frozenset({"month_day_swapped", "lunar", "one_digit"})
_NUMBER_CAUSES = frozenset({"one_digit", "transposed"})


@dataclass(frozen=True)
class NamedFunction:
    """A function of models: SQL types of its arguments and result, and the column function behind it."""

    name: str
    arguments: tuple[str, ...]
    result: str
    call: Callable[..., pa.Array]


def _cause(agreement: Callable[[str, str], str], named: frozenset[str]) -> Callable[[str, str], str]:
    """The cause of a difference: the agreement where it is one that a case names, else `other`."""

    def cause(a: str, b: str) -> str:
        found = agreement(a, b)
        return found if found in named else "other"

    return cause


def _pairwise(compare: Callable[[str, str], str]) -> Callable[[pa.Array, pa.Array], pa.Array]:
    """A function of two columns of texts; of the rows of one call, each distinct pair of values is compared once."""

    def call(a: pa.Array, b: pa.Array) -> pa.Array:
        once = cache(compare)  # of the call, since engines send the function itself to other processes
        pairs = zip(a.to_pylist(), b.to_pylist(), strict=True)
        return pa.array([None if x is None or y is None else once(x, y) for x, y in pairs], pa.string())

    return call


def _each(convert: Callable[[str], str]) -> Callable[[pa.Array], pa.Array]:
    """A function of one column of texts. Converting costs less than finding out which values are there twice."""

    def call(value: pa.Array) -> pa.Array:
        return pa.array([None if text is None else convert(text) for text in value.to_pylist()], pa.string())

    return call


def _blank_for_nan(numbers: np.ndarray) -> pa.Array:
    """Numbers as a column: what was computed from a blank, or cannot be computed, is blank."""
    return pa.array(numbers, pa.float64(), mask=np.isnan(numbers))


def _as_floats(*columns: pa.Array) -> tuple[np.ndarray, ...]:
    return tuple(column.cast(pa.float64()).to_numpy(zero_copy_only=False) for column in columns)


def _binomial_lower_tail(successes: pa.Array, trials: pa.Array, probability: pa.Array) -> pa.Array:
    """The probability of at most so many successes: an incomplete beta function, and 1 where all may succeed."""
    from scipy.special import betaincc

    hits, tries, share = _as_floats(successes, trials, probability)
    return _blank_for_nan(np.where((hits >= tries) & (share >= 0), 1.0, betaincc(hits + 1, tries - hits, share)))


def _proportion_low(successes: pa.Array, trials: pa.Array, tail: pa.Array) -> pa.Array:
    """The exact (Clopper-Pearson) lower bound of a proportion, with a one-sided tail; 0 where nothing succeeded."""
    from scipy.special import betaincinv

    hits, tries, share = _as_floats(successes, trials, tail)
    return _blank_for_nan(np.where(hits <= 0, 0 * (tries + share), betaincinv(hits, tries - hits + 1, share)))


def _proportion_high(successes: pa.Array, trials: pa.Array, tail: pa.Array) -> pa.Array:
    """The exact (Clopper-Pearson) upper bound of a proportion: 1 less the lower bound of what failed."""
    return pc.subtract(1.0, _proportion_low(pc.subtract(trials, successes), trials, tail))


_MONTHS_OF_A_YEAR = 12
_QUARTERS_OF_A_YEAR = 4


def _month_number(day: pa.Array) -> pa.Array:
    return pc.add(pc.multiply(pc.year(day), _MONTHS_OF_A_YEAR), pc.month(day)).cast(pa.int64())


def _quarter_number(day: pa.Array) -> pa.Array:
    return pc.add(pc.multiply(pc.year(day), _QUARTERS_OF_A_YEAR), pc.quarter(day)).cast(pa.int64())


def _quarter_name(day: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(pc.year(day).cast(pa.string()), pc.quarter(day).cast(pa.string()), "Q")


def _months_later(day: pa.Array, months: pa.Array) -> pa.Array:
    """The same day of a later month, or the last day of a month without it."""
    days = day.to_numpy(zero_copy_only=False).astype("datetime64[D]")
    month = days.astype("datetime64[M]")
    later = month + np.nan_to_num(months.to_numpy(zero_copy_only=False)).astype(np.int64)
    last = (later + 1).astype("datetime64[D]") - 1
    found = np.minimum(later.astype("datetime64[D]") + (days - month.astype("datetime64[D]")), last)
    return pa.array(found, pa.date32(), mask=np.isnat(days) | np.asarray(months.is_null()))


def _anniversary(day: pa.Array, years: pa.Array) -> pa.Array:
    """The same day of a later year; the 29th of February falls on the 28th of a year without it."""
    return _months_later(day, pc.multiply(years, _MONTHS_OF_A_YEAR))


FUNCTIONS = (
    NamedFunction("name_cause", _TWO_TEXTS, "VARCHAR", _pairwise(_cause(name_agreement, _NAME_CAUSES))),
    NamedFunction("date_cause", _TWO_TEXTS, "VARCHAR", _pairwise(_cause(date_agreement, _DATE_CAUSES))),
    NamedFunction("number_cause", _TWO_TEXTS, "VARCHAR", _pairwise(_cause(number_agreement, _NUMBER_CAUSES))),
    NamedFunction("name_agreement", _TWO_TEXTS, "VARCHAR", _pairwise(name_agreement)),
    NamedFunction("date_agreement", _TWO_TEXTS, "VARCHAR", _pairwise(date_agreement)),
    NamedFunction("number_agreement", _TWO_TEXTS, "VARCHAR", _pairwise(number_agreement)),
    NamedFunction("name_form", ("VARCHAR",), "VARCHAR", _each(name_form)),
    NamedFunction("name_sound", ("VARCHAR",), "VARCHAR", _each(name_sound)),
    NamedFunction("period_code", ("VARCHAR",), "VARCHAR", _each(period_code)),
    NamedFunction("month_number", ("DATE",), "BIGINT", _month_number),
    NamedFunction("quarter_number", ("DATE",), "BIGINT", _quarter_number),
    NamedFunction("quarter_name", ("DATE",), "VARCHAR", _quarter_name),
    NamedFunction("months_later", ("DATE", "INTEGER"), "DATE", _months_later),
    NamedFunction("anniversary", ("DATE", "INTEGER"), "DATE", _anniversary),
    NamedFunction("binomial_lower_tail", ("BIGINT", "BIGINT", "DOUBLE"), "DOUBLE", _binomial_lower_tail),
    NamedFunction("proportion_low", _TRIALS, "DOUBLE", _proportion_low),
    NamedFunction("proportion_high", _TRIALS, "DOUBLE", _proportion_high),
)
