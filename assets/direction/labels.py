"""Which side of a case was right, as somebody found out: a frame of case_id and right_side (a, b)."""

from __future__ import annotations

import duckdb
import polars as pl

from assets.accuracy import CASE_KEY, NoTruthError
from warehouse.engines.duckdb_engine import KEPT
from warehouse.home import Home
from warehouse.published_days import newest_day


def seeded_cases(home: Home, connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """The newest day's cases that are planted errors: the columns of finding and wrong_a, wrong_b.

    Where one registry heard of an event before the other nobody erred, and the case is left out. Raises NoTruthError.
    """
    path = home.truth / "planted_error.parquet"
    newest = newest_day(connection)
    if newest is None or not path.exists():
        raise NoTruthError
    planted = pl.read_parquet(path).filter(
        pl.col("rule_code").is_not_null()
        & (pl.col("visible_from") <= newest)
        & (pl.col("visible_to").is_null() | (pl.col("visible_to") >= newest))
        & (pl.col("wrong_a") | pl.col("wrong_b"))
    )
    found = connection.sql(f"select * from {KEPT}.finding where as_of = ?", params=[newest]).pl()
    flags = planted.select(*CASE_KEY, "wrong_a", "wrong_b").unique(list(CASE_KEY))
    return found.join(flags, on=list(CASE_KEY), how="inner", nulls_equal=True)


def from_truth(home: Home, connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Labels from planted errors of which exactly one side is wrong. Raises NoTruthError."""
    cases = seeded_cases(home, connection).filter(pl.col("wrong_a") != pl.col("wrong_b"))
    return cases.select("case_id", pl.when("wrong_a").then(pl.lit("b")).otherwise(pl.lit("a")).alias("right_side"))


def from_verdicts(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Labels from verified answers: the value that the document shows, else the registry that is not at fault.

    Different answers to one case cancel each other out. Blind re-checks are answers like any other.
    """
    return connection.sql(
        f"""
        with verdict as (
            select distinct
                answer.case_id,
                case
                    when answer.corrected_value = finding.value_b then 'b'
                    when answer.corrected_value = finding.value_a then 'a'
                    when answer.corrected_value is not null or finding.registry_b is null then null
                    when answer.reply = 'health_wrong' and finding.registry_a = 'health_registry' then 'b'
                    when answer.reply = 'other_wrong' and finding.registry_a = 'health_registry' then 'a'
                end as right_side
            from {KEPT}.case_answer as answer
            inner join (
                select * from {KEPT}.finding
                qualify row_number() over (partition by case_id order by as_of desc) = 1
            ) as finding on answer.case_id = finding.case_id
            where answer.counts
        )
        select case_id, min(right_side) as right_side
        from verdict
        where right_side is not null
        group by case_id
        having min(right_side) = max(right_side)
        """
    ).pl()


def voices(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """What spoke for either side of each case on the last day on which it was found: rows of case_voice."""
    return connection.sql(
        f"""select * from {KEPT}.case_voice
            qualify rank() over (partition by case_id order by as_of desc) = 1
            order by case_id, side, voice"""
    ).pl()
