"""Recall and precision of the cases, and of the links without a usable number, against the truth of a simulated home.

A perfect system reports on a day exactly the planted errors visible on that day. Two measures stand side by side: over
everything, and over what leaves the id usable. To the latter belong the planted errors whose records can be brought
together by valid ids (id_usable), and every case reported, but for wrong ones about persons one of whose records has no
usable id: whose record that is, only linkage without ids can say.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import duckdb
import polars as pl

from warehouse.engines.duckdb_engine import KEPT, WORK
from warehouse.files import quoted
from warehouse.home import Home
from warehouse.published_days import newest_day

OVERALL = "ALL"
CASE_KEY = ("rule_code", "registry_a", "record_a", "registry_b", "record_b", "field")


@dataclass(frozen=True)
class Measure:
    """Cases expected, found of the expected ones, reported, and reported rightly."""

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


@dataclass(frozen=True)
class RuleAccuracy(Measure):
    """One rule, over what leaves the id usable; `everything` beside it."""

    rule_code: str
    everything: Measure


@dataclass(frozen=True)
class LinkAccuracy:
    """Records without a usable number: those with a partner, with their true partner found, linked, linked rightly."""

    expected: int
    found: int
    linked: int
    right: int

    @property
    def recall(self) -> float | None:
        """Share of the records with a partner that were brought to their person."""
        return self.found / self.expected if self.expected else None

    @property
    def precision(self) -> float | None:
        """Share of the links that are true."""
        return self.right / self.linked if self.linked else None


class NoTruthError(Exception):
    """The home was not simulated, or nothing was run yet."""


def _expected(home: Home, day: dt.date) -> pl.DataFrame:
    path = home.truth / "planted_error.parquet"
    if not path.exists():
        raise NoTruthError
    truth = pl.read_parquet(path)
    visible = (pl.col("visible_from") <= day) & (pl.col("visible_to").is_null() | (pl.col("visible_to") >= day))
    return truth.filter(visible & pl.col("rule_code").is_not_null()).select(*CASE_KEY, "id_usable")


def _hard_records(home: Home) -> pl.DataFrame:
    """registry, record of everybody one of whose records does not lead to the person by valid ids."""
    records = pl.read_parquet(home.truth / "person_record.parquet")
    hard = records.filter(~pl.col("id_usable")).select("person").unique()
    return records.join(hard, on="person", how="semi").select("registry", "record_id").unique()


def _is_hard(cases: pl.DataFrame, records: pl.DataFrame) -> pl.Expr:
    """Whether one of a case's records belongs to such a person."""
    sides = [
        cases.join(
            records, left_on=[f"registry_{side}", f"record_{side}"], right_on=["registry", "record_id"], how="semi"
        )
        for side in ("a", "b")
    ]
    return pl.col("place").is_in(pl.concat(sides)["place"].implode())


def measure(home: Home, connection: duckdb.DuckDBPyConnection) -> tuple[dt.date, list[RuleAccuracy]]:
    """The newest day and its accuracy per rule, with all rules together last. Raises NoTruthError."""
    newest = newest_day(connection)
    if newest is None:
        raise NoTruthError
    # Blank records compare as equal here, unlike in SQL.
    expected = _expected(home, newest).unique(subset=list(CASE_KEY))
    query = f"select {', '.join(CASE_KEY)} from {KEPT}.finding where as_of = ?"
    reported = connection.sql(query, params=[newest]).pl()
    both = reported.with_columns(is_reported=True).join(
        expected.with_columns(is_true=True), on=list(CASE_KEY), how="full", coalesce=True, nulls_equal=True
    )
    both = both.with_columns(pl.col("is_reported", "is_true", "id_usable").fill_null(value=False)).with_row_index(
        "place"
    )
    flags = both.with_columns(wrong_and_hard=~pl.col("is_true") & _is_hard(both, _hard_records(home)))
    is_right = pl.col("is_reported") & pl.col("is_true")

    def counted(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.group_by("rule_code").agg(
            expected=pl.col("id_usable").sum(),
            found=(pl.col("id_usable") & pl.col("is_reported")).sum(),
            reported=(pl.col("is_reported") & ~pl.col("wrong_and_hard")).sum(),
            right=is_right.sum(),
            all_expected=pl.col("is_true").sum(),
            all_found=is_right.sum(),
            all_reported=pl.col("is_reported").sum(),
        )

    rows = [
        *counted(flags).sort("rule_code").rows(named=True),
        *counted(flags.with_columns(pl.lit(OVERALL).alias("rule_code"))).rows(named=True),
    ]
    return newest, [
        RuleAccuracy(
            rule_code=row["rule_code"],
            expected=row["expected"],
            found=row["found"],
            reported=row["reported"],
            right=row["right"],
            everything=Measure(row["all_expected"], row["all_found"], row["all_reported"], row["right"]),
        )
        for row in rows
    ]


def measure_links(home: Home, connection: duckdb.DuckDBPyConnection) -> LinkAccuracy:
    """How well records without a usable number were brought to their person on the day in the work schema."""
    truth = home.truth / "person_record.parquet"
    if not truth.exists():
        raise NoTruthError
    # One number in the household register may stand for two people: a record may then be either of them.
    is_whose = f"""
        select settled.registry, settled.record_key, settled.group_key, truth.person, subject.person_key
        from {WORK}.settled_person as settled
        inner join read_parquet({quoted(truth)}) as truth
            on settled.registry = truth.registry and settled.record_id = truth.record_id and truth.role = 'subject'
        inner join {WORK}.subject_person as subject
            on settled.registry = subject.registry and settled.record_key = subject.record_key
    """
    found = connection.execute(
        f"""
        with whose as ({is_whose}),
        partner as (
            select record.registry, record.record_key, bool_or(mine.person_key = theirs.person_key) as is_found
            from {WORK}.unplaced_record as record
            inner join whose as mine on record.registry = mine.registry and record.record_key = mine.record_key
            inner join whose as theirs on mine.person = theirs.person and mine.group_key <> theirs.group_key
            inner join {WORK}.linkable_person as person
                on theirs.registry = person.registry and theirs.record_key = person.record_key
            where not record.has_own_number
            group by all
        ),
        link as (
            select link.registry, link.record_key, coalesce(bool_or(mine.person = theirs.person), false) as is_right
            from {WORK}.probable_link as link
            left join whose as mine on link.registry = mine.registry and link.record_key = mine.record_key
            left join whose as theirs
                on link.other_registry = theirs.registry and link.other_record_key = theirs.record_key
            where link.decision = 'linked'
            group by all
        )
        select
            (select count(*) from partner), (select count(*) from partner where is_found),
            (select count(*) from link), (select count(*) from link where is_right)
        """
    ).fetchall()
    return LinkAccuracy(*found[0])
