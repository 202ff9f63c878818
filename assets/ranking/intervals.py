"""The places that the evidence allows each ranked unit, found without forming every pair of units.

Of others of like variance, sorted by score, most are settled by a search; only scores near the margin are compared one
by one. n units cost n·√n searches.
"""

from __future__ import annotations

import datetime as dt
from math import ceil, sqrt

import numpy as np
import polars as pl

from assets.building import Computed
from warehouse.engines.engine import Engine
from warehouse.home import Home
from warehouse.reference import Rows

_NEAR = 1e-6  # points of score: more than rounding can move a margin; what is nearer is compared itself


def _surely_behind(score: np.ndarray, variance: np.ndarray, quantile: float) -> np.ndarray:
    """For each unit, how many have a score so much higher that chance does not explain it."""
    behind = np.zeros(len(score), dtype=np.int64)
    for block in np.array_split(np.argsort(variance), ceil(sqrt(len(score)))):
        others = block[np.argsort(score[block])]
        least, most = (quantile * np.sqrt(variance + bound(variance[others])) for bound in (np.min, np.max))
        first = np.searchsorted(score[others], score + least - _NEAR)
        last = np.searchsorted(score[others], score + most + _NEAR)
        behind += len(others) - last
        # Between first and last the other's own variance decides.
        unit = np.repeat(np.arange(len(score)), last - first)
        step = np.arange(len(unit)) - np.repeat(np.cumsum(last - first) - (last - first), last - first)
        other = others[first[unit] + step]
        higher = score[other] - score[unit] > quantile * np.sqrt(variance[unit] + variance[other])
        behind += np.bincount(unit[higher], minlength=len(score))
    return behind


def rank_intervals(score: np.ndarray, variance: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """The first and the last place that the evidence allows each unit of a kind."""
    from scipy.special import ndtri

    units = len(score)
    quantile = -ndtri((1.0 - level) / (2 * max(units - 1, 1)))
    return 1 + _surely_behind(score, variance, quantile), units - _surely_behind(-score, variance, quantile)


def _intervals(engine: Engine, _home: Home, _day: dt.date) -> dict[str, Rows]:
    """The places that the evidence allows each ranked unit: it is surely behind those that are significantly better and
    before those that are significantly worse. Each unit is compared with every other at a level divided among the
    comparisons (Bonferroni), so that its true place, tied places included, lies inside with at least the declared
    confidence. Method: marginal confidence sets for ranks, Mogstad, Romano, Shaikh and Wilhelm 2024,
    doi:10.1093/restud/rdad006.
    """
    level = pl.DataFrame(engine.read("this_day"))["rank_interval_level"].item()
    ranked = pl.DataFrame(engine.read("unit_score")).filter(pl.col("status") == "ranked")
    found: Rows = []
    for kind in ranked.partition_by("unit_type"):
        low, high = rank_intervals(kind["score"].to_numpy(), kind["score_variance"].to_numpy(), level)
        found += kind.select("unit_type", "unit_code", rank_low=low, rank_high=high).to_dicts()
    return {"unit_rank_interval": found}


COMPUTED = (Computed(("unit_rank_interval",), _intervals),)
