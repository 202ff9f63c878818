"""Rank intervals by search are those of comparing every pair."""

import numpy as np
import pytest
from scipy.stats import norm

from assets.ranking.intervals import rank_intervals

LEVEL = 0.9


def by_pairs(score: np.ndarray, variance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The definition: each unit against every other."""
    units = len(score)
    quantile = norm.isf((1.0 - LEVEL) / (2 * max(units - 1, 1)))
    margin = quantile * np.sqrt(variance[:, None] + variance[None, :])
    better = score[None, :] - score[:, None] > margin
    return 1 + better.sum(1), units - better.sum(0)


@pytest.mark.parametrize("units", [1, 2, 3, 51, 700])
@pytest.mark.parametrize("spread", [0.0, 3.0, 30.0])
@pytest.mark.parametrize("alike", [True, False])
def test_searching_finds_what_all_pairs_give(units, spread, alike):
    random = np.random.default_rng(units)
    score = np.round(random.normal(70, spread, units).clip(0, 100), 2)
    variance = np.full(units, 4.0) if alike else random.lognormal(0, 2, units)
    found, expected = rank_intervals(score, variance, LEVEL), by_pairs(score, variance)
    assert [ends.tolist() for ends in found] == [ends.tolist() for ends in expected]


def test_a_score_exactly_at_the_margin_is_not_surely_behind():
    variance = np.array([2.0, 2.0])
    margin = norm.isf((1.0 - LEVEL) / 2) * 2
    low, high = rank_intervals(np.array([0.0, margin]), variance, LEVEL)
    assert (low.tolist(), high.tolist()) == ([1, 1], [2, 2])
