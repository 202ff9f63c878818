"""Completeness by dual-system estimation: its interval covers the truth, and it stays within what can be."""

import datetime as dt
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.catalogue import catalogue
from warehouse.engines.duckdb_engine import DuckDBEngine, connect
from warehouse.parameters import source_pairs_on

DAY = dt.date(2026, 11, 1)
TOWNS = 2_000
LEAST_COVERAGE = 0.93


@contextmanager
def estimated(counts):
    """The model's rows for towns of given counts (in_registry, in_other, in_both), in their order."""
    rows = [
        {
            "as_of": DAY, "unit_type": "town", "unit_code": f"{place:06d}", "registry": "household_register",
            "other_registry": "hospital_delivery", "window_start": DAY, "window_end": DAY,
            "in_registry": n1, "in_other": n2, "in_both": both, "tail": 0.025,
        }
        for place, (n1, n2, both) in enumerate(counts)
    ]  # fmt: skip
    with connect(":memory:") as connection:
        engine = DuckDBEngine(connection, catalogue())
        engine.begin_day(DAY)
        engine.put_rows("birth_source_count", rows)
        engine.build("registration_completeness")
        yield engine.read("registration_completeness").sort_by("unit_code").to_pylist()


@pytest.mark.parametrize(
    ("births", "registered", "reported"),
    [(40, 0.9, 0.9), (40, 0.98, 0.7), (150, 0.97, 0.95), (600, 0.994, 0.994), (600, 0.8, 0.6), (5_000, 0.95, 0.9)],
)
def test_the_interval_covers_the_true_completeness(births, registered, reported):
    rng = np.random.default_rng([births, int(1000 * registered)])
    in_registry = rng.random((TOWNS, births)) < registered
    in_other = rng.random((TOWNS, births)) < reported
    counts = zip(in_registry.sum(1), in_other.sum(1), (in_registry & in_other).sum(1), strict=True)
    true = in_registry.mean(1)
    with estimated([tuple(map(int, row)) for row in counts]) as rows:
        covered = [
            row["completeness_low"] <= truth + 1e-6 and truth <= row["completeness_high"] + 1e-6
            for row, truth in zip(rows, true, strict=True)
        ]
        off = np.mean([row["completeness"] for row in rows]) - true.mean()
    assert np.mean(covered) >= LEAST_COVERAGE
    assert abs(off) < 0.01


def test_sources_that_are_not_independent_would_mislead():
    """Why a declaration is asked for: where one list is made from the other, the estimate is too high."""
    rng = np.random.default_rng(1)
    in_registry = rng.random((TOWNS, 600)) < 0.9
    copied = in_registry & (rng.random((TOWNS, 600)) < 0.95)
    counts = zip(in_registry.sum(1), copied.sum(1), copied.sum(1), strict=True)
    with estimated([tuple(map(int, row)) for row in counts]) as rows:
        covered = [row["completeness_low"] <= truth for row, truth in zip(rows, in_registry.mean(1), strict=True)]
    assert np.mean(covered) < 0.5


COUNTS = st.tuples(st.integers(0, 400), st.integers(0, 400), st.integers(0, 400)).map(
    lambda found: (found[0] + found[2], found[1] + found[2], found[2])
)


@settings(max_examples=10)
@given(st.lists(COUNTS, min_size=1, max_size=100))
def test_it_lies_within_its_interval_and_never_passes_all(counts):
    with estimated(counts) as rows:
        for row, (in_registry, in_other, in_both) in zip(rows, counts, strict=True):
            assert row["estimated_births"] >= in_registry + in_other - in_both - 0.01
            if not in_other:
                assert row["completeness"] is None
                continue
            assert 0 <= row["completeness_low"] <= row["completeness"] + 1e-6
            assert row["completeness"] <= row["completeness_high"] + 1e-6
            assert row["completeness_high"] <= 1


def test_no_pair_is_estimated_that_is_not_declared_independent():
    pairs = source_pairs_on(DAY)
    assert {pair.is_independent for pair in pairs} == {True, False}
    with connect(":memory:") as connection:
        engine = DuckDBEngine(connection, catalogue())
        engine.begin_day(DAY)
        engine.put_rows("this_day", [{"as_of": DAY, "registration_term_days": 30}])
        engine.put_rows(
            "source_pair",
            [
                {"registry": p.registry, "other_registry": p.other_registry, "is_independent": p.is_independent,
                 "window_days": p.window_days, "tail": p.tail, "source": p.source}
                for p in pairs
            ],
        )  # fmt: skip
        for table in ("village", "person", "subject_person", *(f"stg_{name}" for name in catalogue().layouts)):
            engine.put_rows(table, [])
        engine.build("birth_source_count")
        found = {(row["registry"], row["other_registry"]) for row in engine.read("birth_source_count").to_pylist()}
    assert found == {(pair.registry, pair.other_registry) for pair in pairs if pair.is_independent}
