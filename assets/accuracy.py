"""Recall and precision of the cases against the truth of a simulated home.

A perfect system reports on a day exactly the planted errors visible on that day. A planted error counts for recall only
where the records can be matched by valid ids (id_usable); every case reported counts for precision.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import duckdb
import polars as pl

from warehouse.engines.duckdb_engine import KEPT
from warehouse.home import Home

OVERALL = "ALL"
_KEY = ("rule_code", "registry_a", "record_a", "registry_b", "record_b", "field")


@dataclass(frozen=True)
class RuleAccuracy:
    """One rule: cases expected (with usable ids), reported, found of the expected ones, reported rightly."""

    rule_code: str
    expected: int
    found: int
    reported: int
    right: int

    @property
    def recall(self) -> float | None:
        """Share of the expected cases that were found."""
        return self.found / self.expected if self.expected else None

    @property
    def precision(self) -> float | None:
        """Share of the reported cases that are true."""
        return self.right / self.reported if self.reported else None


class NoTruthError(Exception):
    """The home was not simulated, or nothing was run yet."""


def _expected(home: Home, day: dt.date) -> pl.DataFrame:
    path = home.truth / "planted_error.parquet"
    if not path.exists():
        raise NoTruthError
    truth = pl.read_parquet(path)
    visible = (pl.col("visible_from") <= day) & (pl.col("visible_to").is_null() | (pl.col("visible_to") >= day))
    return truth.filter(visible & pl.col("rule_code").is_not_null()).select(*_KEY, "id_usable")


def measure(home: Home, connection: duckdb.DuckDBPyConnection) -> tuple[dt.date, list[RuleAccuracy]]:
    """The newest day and its accuracy per rule, with all rules together last. Raises NoTruthError."""
    newest = connection.execute(f"select max(as_of) from {KEPT}.day_run").fetchall()[0][0]
    if newest is None:
        raise NoTruthError
    reported = pl.DataFrame(
        connection.execute(f"select {', '.join(_KEY)} from {KEPT}.finding where as_of = ?", [newest]).to_arrow_table()
    )
    # Blank records compare as equal here, unlike in SQL.
    expected = _expected(home, newest).unique(subset=list(_KEY))
    both = reported.join(expected, on=list(_KEY), how="full", coalesce=True, nulls_equal=True, suffix="_truth").join(
        reported.with_columns(pl.lit(value=True).alias("is_reported")), on=list(_KEY), how="left", nulls_equal=True
    )
    flags = both.select(
        "rule_code",
        pl.col("is_reported").fill_null(value=False),
        pl.col("id_usable").is_not_null().alias("is_true"),
        pl.col("id_usable").fill_null(value=False),
    )

    def counted(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.group_by("rule_code").agg(
            expected=pl.col("id_usable").sum(),
            found=(pl.col("id_usable") & pl.col("is_reported")).sum(),
            reported=pl.col("is_reported").sum(),
            right=(pl.col("is_reported") & pl.col("is_true")).sum(),
        )

    rows = [
        *counted(flags).sort("rule_code").rows(),
        *counted(flags.with_columns(pl.lit(OVERALL).alias("rule_code"))).rows(),
    ]
    return newest, [RuleAccuracy(*row) for row in rows]
