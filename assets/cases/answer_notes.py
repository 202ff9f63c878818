"""What the reply to a returned workbook says of answers to cases that were answered before.

It says what the ledger will make of them (warehouse/models/cases): what was said before a case was sent back no longer
counts, "cannot be verified" contradicts nothing, an answer with its value completes one without, and on lists of
owners, decisions and re-checks the last word counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from warehouse.parquet import reading_kept_tables

_ANSWER = ("case_id", "kind", "reply", "corrected_value")
_CASE = ("case_id", "kind")


def answers_that_count(files: Iterable[Path]) -> pl.DataFrame:
    """Distinct answers in the rows of workbooks, without those from before their case was sent back."""
    paths = list(files)
    if not paths:
        return pl.DataFrame(schema=dict.fromkeys(_ANSWER, pl.String))
    with reading_kept_tables(paths):
        rows = pl.scan_parquet(paths).select(*_ANSWER, "received_at").collect()
    sent_back = (
        rows.filter(pl.col("reply") == "send_back").group_by("case_id").agg(pl.col("received_at").max().alias("at"))
    )
    stands = pl.col("at").is_null() | (pl.col("received_at") >= pl.col("at"))
    return rows.join(sent_back, on="case_id", how="left").filter(stands).select(_ANSWER).unique()


def with_notes(accepted: pl.DataFrame, earlier: pl.DataFrame) -> pl.DataFrame:
    """Says of each accepted row whether the same or another answer to its case is already here, or beside it."""
    said = pl.concat([earlier, accepted.select(_ANSWER)]).filter(pl.col("reply") != "unverifiable")
    told = said.group_by(_CASE).agg(
        pl.col("reply").n_unique().alias("replies"), pl.col("corrected_value").drop_nulls().n_unique().alias("values")
    )
    differs = (pl.max_horizontal("replies", "values") > 1) & (pl.col("reply") != "unverifiable")
    return (
        accepted.with_columns(pl.int_range(pl.len()).over(_ANSWER).alias("copy"))
        .join(told, on=_CASE, how="left", maintain_order="left")
        .join(
            earlier.with_columns(pl.lit(value=True).alias("repeated")),
            on=_ANSWER, how="left", nulls_equal=True, maintain_order="left",
        )
        .with_columns(
            pl.coalesce(
                pl.when(pl.col("repeated").is_not_null() | (pl.col("copy") > 0)).then(pl.lit("REPEATED")),
                pl.when(differs).then(
                    pl.when(pl.col("kind") == "worklist").then(pl.lit("CONFLICTING")).otherwise(pl.lit("LAST_COUNTS"))
                ),
                pl.col("note"),
            ).alias("note")
        )
        .drop("copy", "repeated", "replies", "values")
    )  # fmt: skip
