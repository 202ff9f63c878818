"""What was handed to whom and when: one immutable list (Parquet rows, then a manifest) per recipient and day.

A list is begun before its workbook is written, and handed over once that lies where it is taken from. So nobody is held
to a list that was not written, and of a workbook that comes back its cases are always known: where the process ended in
between, an answer shows that the list was given out all the same.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import polars as pl

from warehouse.files import read_kept_json, write_atomically
from warehouse.home import Home
from warehouse.parquet import reading_kept_tables

_HANDED_OVER, _BEGUN = ".json", ".begun"
CASE_COLUMNS = ("case_id", "rule_code", "field", "village_code", "due_on")


@dataclass(frozen=True)
class Handover:
    """One list: its kind, who got it, the day it was made from, and when it was handed over.

    Days are ISO text; they are blank until the list is handed over.
    """

    handover_id: str
    kind: str
    recipient: str
    village_code: str | None
    list_date: str
    cases: int
    handed_on: str = ""
    handed_at: str = ""

    @classmethod
    def of(
        cls, kind: str, recipient: str, village_code: str | None, list_date: dt.date, case_ids: pl.Series
    ) -> Handover:
        """The list that holds these cases: the same cases for the same recipient on the same day are the same list."""
        day = list_date.isoformat()
        words = "|".join([kind, recipient, village_code or "", day, *case_ids.sort().to_list()])
        handover_id = hashlib.sha256(words.encode()).hexdigest()[:16]
        return cls(handover_id, kind, recipient, village_code, day, len(case_ids))

    @property
    def number(self) -> str:
        """The number printed on the list."""
        return f"{self.list_date.replace('-', '')}-{self.village_code or self.recipient}-{self.handover_id[:6]}"


def handover_rows(home: Home, handover_id: str) -> Path:
    """Where the rows of a list lie."""
    return home.handed_over / f"{handover_id}.parquet"


def _manifest(home: Home, handover_id: str) -> Path:
    return home.handed_over / f"{handover_id}{_HANDED_OVER}"


def begin(home: Home, handover: Handover, cases: pl.DataFrame, handed_on: dt.date, handed_at: dt.datetime) -> None:
    """Notes a list in the order of its rows, CASE_COLUMNS and draw_weight; one that was handed over stays as it is."""
    path = _manifest(home, handover.handover_id)
    if path.exists():
        return
    stamped = replace(handover, handed_on=handed_on.isoformat(), handed_at=handed_at.isoformat())
    rows = cases.select(
        pl.lit(handover.handover_id).alias("handover_id"),
        pl.int_range(1, pl.len() + 1, dtype=pl.Int32).alias("row_number"),
        pl.lit(handover.kind).alias("kind"),
        pl.lit(handover.recipient).alias("recipient"),
        pl.lit(dt.date.fromisoformat(handover.list_date)).alias("list_date"),
        pl.lit(handed_on).alias("handed_on"),
        pl.lit(handed_at.astimezone(dt.UTC).replace(tzinfo=None)).dt.cast_time_unit("us").alias("handed_at"),
        pl.col(*CASE_COLUMNS),
        pl.col("draw_weight").cast(pl.Float64),
    )
    write_atomically(handover_rows(home, handover.handover_id), rows.write_parquet)
    text = json.dumps(asdict(stamped), ensure_ascii=False, indent=1)
    write_atomically(path.with_suffix(_BEGUN), lambda temporary: temporary.write_text(text, encoding="utf-8"))


def hand_over(home: Home, handover_id: str) -> None:
    """A list that was begun is handed over, as of when it was begun; one that was already stays as it is."""
    path = _manifest(home, handover_id)
    with suppress(FileNotFoundError):
        path.with_suffix(_BEGUN).replace(path)


def told_terms(home: Home, handover_id: str) -> pl.DataFrame | None:
    """The due days of a list that was handed over (case_id, due_on); None where it was not."""
    if not _manifest(home, handover_id).exists():
        return None
    rows = handover_rows(home, handover_id)
    with reading_kept_tables([rows]):
        return pl.read_parquet(rows, columns=["case_id", "due_on"])


def _lists(home: Home, noted_as: str) -> list[Path]:
    return sorted(path.with_suffix(".parquet") for path in home.handed_over.glob(f"*{noted_as}"))


def begun_lists(home: Home) -> list[Path]:
    """Paths of the rows of lists of which nobody knows whether they were given out."""
    return _lists(home, _BEGUN)


def handed_over_lists(home: Home) -> list[Path]:
    """Paths of the rows of lists that were handed over."""
    return _lists(home, _HANDED_OVER)


def read_handovers(home: Home) -> list[Handover]:
    """Every list that was handed over, in order."""
    found = [Handover(**read_kept_json(path)) for path in home.handed_over.glob(f"*{_HANDED_OVER}")]
    return sorted(found, key=lambda handover: (handover.handed_on, handover.handed_at, handover.handover_id))
