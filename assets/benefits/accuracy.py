"""Recall and precision of benefit outcomes, posting lists and fee findings against the truth of a simulated home.

An outcome is right where person, period, outcome and reason or direction are those of the truth. Persons whose own
records carry a planted error are left out on both sides: who is meant is then a question of linkage.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import polars as pl

from warehouse.engines.duckdb_engine import WORK
from warehouse.home import Home

_OUTCOME = ["programme", "period", "subject", "outcome", "why"]
_FINDING = ["registry", "record_id", "finding", "to_refund", "status"]
_POSTED = ["list_no", "item_no", "amount"]


@dataclass(frozen=True)
class Accuracy:
    """One kind: expected by the truth, reported, and reported rightly."""

    kind: str
    expected: int
    reported: int
    right: int

    @property
    def recall(self) -> float:
        """Share of the expected that was reported."""
        return self.right / self.expected if self.expected else 1.0

    @property
    def precision(self) -> float:
        """Share of the reported that is true."""
        return self.right / self.reported if self.reported else 1.0


def _frame(connection: duckdb.DuckDBPyConnection, query: str) -> pl.DataFrame:
    return pl.DataFrame(connection.sql(query).to_arrow_table())


def _compare(truth: pl.DataFrame, found: pl.DataFrame, keys: list[str], kind: str) -> list[Accuracy]:
    both = truth.join(found, on=keys, how="inner", nulls_equal=True)
    kinds = sorted(set(truth[kind].unique()) | set(found[kind].unique()))
    return [Accuracy(name, *(int((frame[kind] == name).sum()) for frame in (truth, found, both))) for name in kinds]


def measure_outcomes(home: Home, connection: duckdb.DuckDBPyConnection) -> list[Accuracy]:
    """Accuracy per outcome on the day that the work schema holds."""
    truth = pl.read_parquet(home.truth / "benefit_outcome.parquet")
    hard = truth.filter(~pl.col("usable"))["subject"].unique()
    found = _frame(
        connection,
        f"""select programme, period, coalesce(household_record, certificate_no) as subject, outcome,
                   coalesce(direction, reason) as why
            from {WORK}.benefit_decision""",
    )
    known = found.filter(~pl.col("subject").is_in(hard.implode()))
    return _compare(truth.filter("usable").unique(_OUTCOME), known, _OUTCOME, "outcome")


def measure_findings(home: Home, connection: duckdb.DuckDBPyConnection) -> list[Accuracy]:
    """Accuracy per finding on charges, penalties, contract penalties and the catalogue, open or closed as it is."""
    truth = pl.read_parquet(home.truth / "fee_finding.parquet")
    found = _frame(connection, f"select {', '.join(_FINDING)} from {WORK}.fee_finding")
    return _compare(truth, found, _FINDING, "finding")


def measure_postings(home: Home, connection: duckdb.DuckDBPyConnection) -> list[Accuracy]:
    """Accuracy per list that hangs out on the day: the lines it shows, with their amounts."""
    truth = pl.read_parquet(home.truth / "posted_line.parquet")
    found = _frame(connection, f"select {', '.join(_POSTED)} from {WORK}.benefit_posting")
    return _compare(truth, found, _POSTED, "list_no")
