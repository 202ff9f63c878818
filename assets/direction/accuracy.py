"""How often the named side of a case is the wrong one, beside majority vote and authority alone on the same errors.

Over the planted errors where two values stand against each other. Whoever cannot tell scores as a coin would.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import duckdb
import polars as pl

from assets.direction.labels import seeded_cases
from warehouse.engines.duckdb_engine import KEPT
from warehouse.home import Home

UNDECIDED_COUNTS = 1 / 2  # as a coin would score
EVIDENCE, MAJORITY, AUTHORITY = "evidence", "majority", "authority"


@dataclass(frozen=True)
class DirectionAccuracy:
    """One way to tell: errors judged, those where it named a value, those where that value was right."""

    method: str
    cases: int
    named: int
    right: int

    @property
    def undecided(self) -> int:
        """Errors where it could not tell."""
        return self.cases - self.named

    @property
    def share_of_named_right(self) -> float | None:
        """Share of the values named that were right."""
        return self.right / self.named if self.named else None

    @property
    def share_right(self) -> float | None:
        """Share of the errors told rightly, each undecided one as a coin would: the three compare by it."""
        return (self.right + self.undecided * UNDECIDED_COUNTS) / self.cases if self.cases else None

    def as_document(self) -> dict[str, Any]:
        """All of it by name, for machines."""
        return asdict(self) | {
            "undecided": self.undecided,
            "share_of_named_right": self.share_of_named_right,
            "undecided_counts_as": UNDECIDED_COUNTS,
            "share_right": self.share_right,
        }


@dataclass(frozen=True)
class Directions:
    """The three ways side by side, and the expected calibration error of the confidence."""

    methods: tuple[DirectionAccuracy, ...]
    calibration_error: float | None


def calibration_error(judged: pl.DataFrame) -> float | None:
    """Expected calibration error of confidence against is_right: the gap of each tenth, weighted by its cases."""
    if judged.is_empty():
        return None
    gaps = judged.group_by(pl.col("confidence").round(1).alias("tenth")).agg(
        pl.len().alias("cases"), (pl.col("confidence").mean() - pl.col("is_right").mean()).abs().alias("gap")
    )
    return float((gaps["gap"] * gaps["cases"]).sum()) / len(judged)


def judge(home: Home, connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """One row per planted error with two values: case_id, right_side (none where both are wrong), each method's side,
    confidence. Raises NoTruthError.
    """
    cases = seeded_cases(home, connection).filter(
        pl.col("value_a").is_not_null() & pl.col("value_b").is_not_null() & (pl.col("field") != "record_id")
    )
    direction = connection.sql(f"select as_of, case_id, likely_value, confidence from {KEPT}.case_direction").pl()
    votes = connection.sql(
        f"""select voice.as_of, voice.case_id, voice.side, count(*) as votes, min(weight.authority_rank) as best
            from {KEPT}.case_voice as voice
            inner join {KEPT}.voice_weight as weight on voice.field = weight.field and voice.voice = weight.voice
            where weight.authority_rank is not null group by all"""
    ).pl()
    found = cases.join(direction, on=["as_of", "case_id"], how="inner")
    for side in ("a", "b"):
        one = (
            votes.filter(pl.col("side") == side).drop("side").rename({"votes": f"votes_{side}", "best": f"best_{side}"})
        )
        found = found.join(one, on=["as_of", "case_id"], how="left")
    nobody = len(votes)  # after every rank there is
    a_votes, b_votes = (pl.col(f"votes_{side}").fill_null(0) for side in ("a", "b"))
    a_rank, b_rank = (pl.col(f"best_{side}").fill_null(nobody) for side in ("a", "b"))
    return found.select(
        "case_id",
        "rule_code",
        "confidence",
        pl.when("wrong_a", "wrong_b")
        .then(None)
        .when("wrong_a")
        .then(pl.lit("b"))
        .otherwise(pl.lit("a"))
        .alias("right_side"),
        pl.when(pl.col("likely_value") == pl.col("value_a"))
        .then(pl.lit("a"))
        .when(pl.col("likely_value") == pl.col("value_b"))
        .then(pl.lit("b"))
        .alias(EVIDENCE),
        pl.when(a_votes > b_votes).then(pl.lit("a")).when(b_votes > a_votes).then(pl.lit("b")).alias(MAJORITY),
        pl.when(a_rank < b_rank).then(pl.lit("a")).when(b_rank < a_rank).then(pl.lit("b")).alias(AUTHORITY),
    )


def summarise(judged: pl.DataFrame) -> Directions:
    """The comparison of the three ways over judged cases."""
    methods = []
    for method in (EVIDENCE, MAJORITY, AUTHORITY):
        named = judged.filter(pl.col(method).is_not_null())
        right = named.filter(pl.col(method).eq_missing(pl.col("right_side")))
        methods.append(DirectionAccuracy(method, len(judged), len(named), len(right)))
    stated = judged.filter(pl.col(EVIDENCE).is_not_null()).select(
        "confidence", pl.col(EVIDENCE).eq_missing(pl.col("right_side")).alias("is_right")
    )
    return Directions(tuple(methods), calibration_error(stated))


def measure_direction(home: Home, connection: duckdb.DuckDBPyConnection) -> Directions:
    """The newest day's directions against the truth of a simulated home. Raises NoTruthError."""
    return summarise(judge(home, connection))
