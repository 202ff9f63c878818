"""Drawing resolved cases for blind re-checks: random, reproducible, weighted to risk, unforeseeable outside.

The draw is systematic sampling with probability proportional to risk (Madow 1949), within each village, in an order
shuffled by a secret of the house. Who has the secret can repeat the draw; who has only the published figures cannot
guess it. What was drawn, and with which weight, is recorded as handed over, so nothing later depends on the secret.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets

import numpy as np
import polars as pl

from assets.cases.handover import handed_over_lists
from warehouse.files import write_atomically
from warehouse.home import Home
from warehouse.parquet import reading_kept_tables

_KEY_BYTES = 32
_PRIVATE = 0o600
_UNIT = 2.0**64


def secret(home: Home) -> bytes:
    """The house's secret, made at first use."""
    path = home.private_database.parent / "recheck.key"
    if not path.exists():
        made = secrets.token_bytes(_KEY_BYTES)
        write_atomically(path, lambda temporary: temporary.write_bytes(made), mode=_PRIVATE)
    return path.read_bytes()


def already_drawn(home: Home, before: dt.date) -> pl.DataFrame:
    """Cases that were drawn on earlier days (case_id). The draw of the day itself may be repeated."""
    files = handed_over_lists(home)
    if not files:
        return pl.DataFrame(schema={"case_id": pl.String})
    drawn = (pl.col("kind") == "recheck") & (pl.col("list_date") < before)
    with reading_kept_tables(files):
        return pl.scan_parquet(files).filter(drawn).select("case_id").unique().collect()


def _uniform(key: bytes, *words: str) -> float:
    """A number in [0, 1) that only the key's holder can compute."""
    mark = hmac.new(key, "|".join(words).encode(), hashlib.sha256).digest()
    return int.from_bytes(mark[:8], "big") / _UNIT


def inclusion(weights: np.ndarray, size: int) -> np.ndarray:
    """Probabilities of being drawn, proportional to weights, none above 1, adding up to size (at most their number)."""
    if size >= len(weights):
        return np.ones(len(weights))
    certain = np.zeros(len(weights), dtype=bool)
    while True:
        left = size - certain.sum()
        chance = np.where(certain, 1.0, left * weights / weights[~certain].sum())
        over = chance > 1.0
        if not over.any():
            return chance
        certain |= over


def _draw_village(cases: pl.DataFrame, key: bytes, day: dt.date, share: float, minimum: int) -> pl.DataFrame:
    size = max(min(len(cases), minimum), int(np.ceil(share * len(cases))))
    village = str(cases["village_code"][0])
    marks = [_uniform(key, day.isoformat(), case_id) for case_id in cases["case_id"]]
    shuffled = cases.with_columns(pl.Series("mark", marks)).sort("mark")
    chance = inclusion(shuffled["risk"].to_numpy(), size)
    # Every whole number that the running sum passes, from a random start on, draws one case.
    passed = np.floor(np.cumsum(chance) + _uniform(key, day.isoformat(), village, "start") - 1e-12)
    drawn = np.diff(passed, prepend=0.0) > 0
    return shuffled.with_columns(pl.Series("draw_weight", 1.0 / chance)).filter(pl.Series(drawn)).drop("mark")


def draw(resolved: pl.DataFrame, key: bytes, day: dt.date, *, share: float, minimum: int) -> pl.DataFrame:
    """Draws from resolved cases (village_code, case_id, risk and more): a share of each village's, but not fewer than
    the minimum. Adds draw_weight, 1 / probability."""
    villages = [
        _draw_village(cases, key, day, share, minimum)
        for _, cases in resolved.sort("village_code", "case_id").group_by("village_code", maintain_order=True)
    ]
    return pl.concat(villages) if villages else resolved.with_columns(pl.lit(None, pl.Float64).alias("draw_weight"))
