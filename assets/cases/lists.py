"""Every list of a day: what is due to villages, to owners of registries and to the township, written and handed over.

Reads the private warehouse's newest day; writes workbooks below worklists/<date>/ and records who got which case.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from assets.cases import notice_numbers, notices, recheck, workbook
from assets.cases.handover import Handover, begin, hand_over, told_terms
from assets.cases.set_aside import set_aside
from assets.cases.workbook import Sheet, Vocabulary
from expectations.rules import read_rules
from warehouse.catalogue import Catalogue
from warehouse.engines.duckdb_engine import KEPT
from warehouse.files import write_atomically
from warehouse.forms import read_form
from warehouse.home import Home
from warehouse.parameters import calendar_days, read_place
from warehouse.published_days import newest_day

PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700
_LONGEST_TERM = dt.timedelta(days=366)  # of a list; terms are some working days
_ORDER = ("due_on", "rule_code", "person_name", "case_id")
_ROUND_OF_VISITS = ("village_code", "person_name", "case_id")  # of re-checks: they have no due day


class NothingKeptError(Exception):
    """No day was run yet."""


class UnknownVillageError(Exception):
    """The place has no such village."""


@dataclass(frozen=True)
class WrittenList:
    """A list that was written: its kind, who gets it, its cases and its file; where the one before now lies, which
    somebody had filled in there."""

    kind: str
    recipient: str
    village_code: str | None
    cases: int
    path: Path
    filled_in: Path | None = None


@dataclass(frozen=True)
class Writer:
    """What every list of one day shares."""

    home: Home
    words: Vocabulary
    place: str
    list_date: dt.date
    handed_on: dt.date
    handed_at: dt.datetime
    answers: Mapping[str, list[dict[str, Any]]]
    calendar: pl.DataFrame
    deadlines: pl.DataFrame
    password: str | None = None

    def path(self, name: str) -> Path:
        """Where a list of the day lies."""
        return self.home.worklists / self.list_date.isoformat() / f"{name}.xlsx"

    def save(self, path: Path, content: bytes) -> Path | None:
        """Writes a workbook for the owner alone, encrypted where there is a password.

        One that was filled in there is set aside first: returns where it lies.
        """
        filled_in = set_aside(path, content, self.password)
        secured = workbook.encrypted(content, self.password) if self.password else content
        path.parent.mkdir(parents=True, exist_ok=True)
        path.parent.chmod(PRIVATE_FOLDER)
        write_atomically(path, lambda temporary: temporary.write_bytes(secured), mode=PRIVATE_FILE)
        return filled_in

    def unit(self, recipient: str, village_code: str | None) -> str:
        """The recipient's name as printed."""
        if village_code:
            return f"{self.words.villages.get(village_code, '')}（{village_code}）"
        return read_form().recipients[recipient].zh

    def _with_terms(self, rows: pl.DataFrame, told: pl.DataFrame | None) -> pl.DataFrame:
        """The due days as printed: for a case that nobody has been given yet, counted from today's hand-over.

        A list that was handed over before keeps the days that it told: they are what counts.
        """
        if told is not None:
            return rows.drop("due_on").join(told, on="case_id", how="left", maintain_order="left")
        [begun] = self.calendar.filter(pl.col("day") == self.handed_on)["working_number"].to_list() or [None]
        due = self.deadlines.join(
            self.calendar.filter("working"), left_on=pl.col("working_days") + begun, right_on="working_number"
        ).select("rule_code", pl.col("day").alias("due_from_now"))
        return (
            rows.join(due, on="rule_code", how="left", maintain_order="left")
            .with_columns(
                pl.when(pl.col("stage") == "found")
                .then(pl.coalesce("due_from_now", "due_on"))
                .otherwise("due_on")
                .alias("due_on")
            )
            .drop("due_from_now")
        )

    def write(self, name: str, kind: str, recipient: str, village_code: str | None, rows: pl.DataFrame) -> WrittenList:
        """Writes one list and records it as handed over."""
        order = _ROUND_OF_VISITS if kind == "recheck" else _ORDER
        handover = Handover.of(kind, recipient, village_code, self.list_date, rows["case_id"])
        cases = self._with_terms(rows, told_terms(self.home, handover.handover_id)).sort(*order, nulls_last=True)
        if "draw_weight" not in cases.columns:
            cases = cases.with_columns(pl.lit(None, pl.Float64).alias("draw_weight"))
        sheet = Sheet(
            kind,
            self.place,
            self.unit(recipient, village_code),
            handover.number,
            self.list_date,
            cases.to_dicts(),
            self.answers,
            synthetic=self.home.truth.exists(),
        )
        path = self.path(name)
        begin(self.home, handover, cases, self.handed_on, self.handed_at)
        filled_in = self.save(path, workbook.write(sheet, self.words))
        hand_over(self.home, handover.handover_id)
        return WrittenList(kind, recipient, village_code, len(cases), path, filled_in)


def vocabulary(catalogue: Catalogue, day: dt.date) -> tuple[str, Vocabulary]:
    """The place's name, and the words of its lists on a day."""
    place = read_place(day, catalogue.site)
    return place.zh, Vocabulary(
        catalogue,
        {village.village_code: village.village_name for village in place.villages},
        {code: (rule.zh, rule.action_zh) for code, rule in read_rules().items()},
        {registry: layout.zh for registry, layout in catalogue.layouts.items()},
        {registry: layout.number_zh or "" for registry, layout in catalogue.layouts.items()},
    )


def read_table(connection: duckdb.DuckDBPyConnection, table: str) -> pl.DataFrame:
    """A kept table as a frame."""
    return pl.DataFrame(connection.sql(f"select * from {KEPT}.{table}").to_arrow_table())


def writer(
    home: Home,
    catalogue: Catalogue,
    connection: duckdb.DuckDBPyConnection,
    handed_on: dt.date,
    handed_at: dt.datetime,
    password: str | None = None,
) -> Writer:
    """The writer of the newest day's lists. A list is never handed over before the day it is made from.

    Raises NothingKeptError.
    """
    day = newest_day(connection)
    if day is None:
        raise NothingKeptError
    handed_on = max(day, handed_on)
    place, words = vocabulary(catalogue, day)
    answers = read_table(connection, "case_answer").filter(
        pl.col("counts") & pl.col("kind").is_in(["worklist", "referral"])
    )
    said: dict[str, list[dict[str, Any]]] = {}
    for answer in answers.sort("case_id", "received_at", "answer_id").iter_rows(named=True):
        said.setdefault(answer["case_id"], []).append(answer)
    return Writer(
        home,
        words,
        place,
        day,
        handed_on,
        handed_at,
        said,
        pl.DataFrame(calendar_days(handed_on, handed_on + _LONGEST_TERM, home.site)),
        read_table(connection, "case_deadline"),
        password,
    )


def write_lists(
    lists: Writer,
    connection: duckdb.DuckDBPyConnection,
    village: str | None = None,
    announce: Callable[[WrittenList], object] = lambda _: None,
) -> list[WrittenList]:
    """Writes every list of the day, or one village's. Raises UnknownVillageError."""
    if village is not None and village not in lists.words.villages:
        raise UnknownVillageError(f"没有这个村 / no such village: {village}")
    rows = read_table(connection, "worklist_row")
    if village is not None:
        rows = rows.filter((pl.col("village_code") == village) & (pl.col("kind") == "worklist"))
    written = []
    for name, kind, recipient, village_code, cases in _groups(rows.filter(pl.col("kind") != "recheck")):
        written.append(lists.write(name, kind, recipient, village_code, cases))
        announce(written[-1])
    numbers = read_table(connection, "notice_number").filter(pl.col("as_of") == lists.list_date)
    notice_numbers.issue(lists.home, lists.list_date, numbers)  # first: no number goes out that is not kept
    for notice in notices.write_notices(lists, read_table(connection, "migration_notice"), village):
        written.append(WrittenList("notice", *notice))
        announce(written[-1])
    return written


def write_recheck(lists: Writer, connection: duckdb.DuckDBPyConnection) -> WrittenList | None:
    """Draws the round's blind re-checks and writes their list; None where there is nothing left to draw from."""
    [terms] = read_table(connection, "this_day").filter(pl.col("as_of") == lists.list_date).to_dicts()
    resolved = read_table(connection, "worklist_row").filter(pl.col("kind") == "recheck")
    name = f"recheck_{lists.list_date}"
    drawn = recheck.draw(
        resolved.join(recheck.already_drawn(lists.home, lists.list_date), on="case_id", how="anti"),
        recheck.secret(lists.home),
        lists.list_date,
        share=terms["recheck_share"],
        minimum=terms["recheck_minimum"],
    )
    return lists.write(name, "recheck", "township", None, drawn) if len(drawn) else None


def _groups(rows: pl.DataFrame) -> Iterable[tuple[str, str, str, str | None, pl.DataFrame]]:
    """Lists by file name: a village's own by its code, others by kind and recipient."""
    mine = (pl.col("kind") == "worklist") & (pl.col("recipient") == "village")
    for (code,), cases in rows.filter(mine).sort("village_code").group_by("village_code", maintain_order=True):
        yield str(code), "worklist", "village", str(code), cases
    others = rows.filter(~mine).sort("kind", "recipient")
    for (kind, recipient), cases in others.group_by("kind", "recipient", maintain_order=True):
        yield f"{kind}_{recipient}", str(kind), str(recipient), None, cases
