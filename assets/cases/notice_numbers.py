"""Numbers that notices went out with: whatever else becomes known of their day later, they stay.

A file a list of numbers: Parquet rows, named by the day whose notices were written and by content. What was written is
input of that day when it is run again, and of every later one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from warehouse.files import write_atomically
from warehouse.home import Home

_NUMBER = ("case_id", "move_id", "notice_year", "notice_number")


@dataclass(frozen=True)
class Issued:
    """A list of numbers; list_date is the day whose notices bear them, as ISO text."""

    list_id: str

    @property
    def list_date(self) -> str:
        """The day, as its name tells it."""
        return self.list_id.partition("_")[0]


def issued_numbers(home: Home, issued: Issued) -> Path:
    """Where the rows of a list lie."""
    return home.issued_notices / f"{issued.list_id}.parquet"


def read_issued(home: Home) -> list[Issued]:
    """Every list, in order."""
    return [Issued(name) for name in sorted(path.stem for path in home.issued_notices.glob("*.parquet"))]


def issue(home: Home, list_date: dt.date, numbers: pl.DataFrame) -> None:
    """Keeps the numbers (rows of notice_number) given on a day; those kept already change nothing."""
    if numbers.is_empty():
        return
    rows = numbers.select(_NUMBER).sort(_NUMBER)
    digest = hashlib.sha256(rows.write_csv().encode()).hexdigest()[:16]
    issued = Issued(f"{list_date.isoformat()}_{digest}")
    path = issued_numbers(home, issued)
    if not path.exists():
        write_atomically(path, rows.with_columns(pl.lit(issued.list_id).alias("list_id")).write_parquet)


def issued_files(home: Home, known: Iterable[Issued]) -> list[Path]:
    """Paths of the rows of lists."""
    return [issued_numbers(home, issued) for issued in known]
