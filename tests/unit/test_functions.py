"""The named functions on numbers and days: the former held against the distributions of scipy.stats."""

from __future__ import annotations

import calendar
import datetime as dt

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, binom

from warehouse.engines.functions import FUNCTIONS

CALL = {function.name: function.call for function in FUNCTIONS}
SHARES = st.floats(0.001, 0.999)
MANY = 1_000_000


def value_of(function: str, successes: int | None, trials: int | None, share: float | None) -> float | None:
    arguments = (pa.array([successes], pa.int64()), pa.array([trials], pa.int64()), pa.array([share], pa.float64()))
    found: float | None = CALL[function](*arguments)[0].as_py()
    return found


@given(st.integers(0, MANY), st.integers(0, MANY), SHARES)
def test_the_lower_tail_is_that_of_the_binomial_distribution(successes: int, failures: int, share: float) -> None:
    found = value_of("binomial_lower_tail", successes, successes + failures, share)
    assert found == pytest.approx(binom.cdf(successes, successes + failures, share), rel=1e-9, abs=1e-12)


@given(st.integers(1, MANY), st.integers(0, MANY), SHARES)
def test_the_lower_bound_of_a_proportion_is_exact(successes: int, failures: int, tail: float) -> None:
    found = value_of("proportion_low", successes, successes + failures, tail)
    assert found == pytest.approx(beta.ppf(tail, successes, failures + 1), rel=1e-9)


@given(st.integers(0, MANY), st.integers(1, MANY), SHARES)
def test_the_upper_bound_of_a_proportion_is_exact(successes: int, failures: int, tail: float) -> None:
    found = value_of("proportion_high", successes, successes + failures, tail)
    assert found == pytest.approx(beta.ppf(1 - tail, successes + 1, failures), rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("function", ["binomial_lower_tail", "proportion_low", "proportion_high"])
@pytest.mark.parametrize("arguments", [(None, 3, 0.1), (1, None, 0.1), (1, 3, None), (3, 3, None)])
def test_blank_gives_blank(function: str, arguments: tuple[int | None, int | None, float | None]) -> None:
    assert value_of(function, *arguments) is None


@pytest.mark.parametrize(
    ("function", "expected"), [("binomial_lower_tail", 1.0), ("proportion_low", 0.0), ("proportion_high", 1.0)]
)
def test_of_nothing_nothing_is_known(function: str, expected: float) -> None:
    assert value_of(function, 0, 0, 0.1) == expected


def months_later(day: dt.date | None, months: int | None) -> dt.date | None:
    arguments = (pa.array([day], pa.date32()), pa.array([months], pa.int32()))
    found: dt.date | None = CALL["months_later"](*arguments)[0].as_py()
    return found


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)), st.integers(0, 240))
def test_months_later_is_the_same_day_or_the_last_of_the_month(day: dt.date, months: int) -> None:
    found = months_later(day, months)
    assert found is not None
    assert (found.year - day.year) * 12 + found.month - day.month == months
    assert found.day == min(day.day, calendar.monthrange(found.year, found.month)[1])


def test_no_day_and_no_number_of_months_give_blank() -> None:
    assert months_later(None, 1) is None
    assert months_later(dt.date(2026, 1, 31), None) is None
