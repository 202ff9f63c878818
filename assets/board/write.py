"""Writing a day's board into the home: each file whole or not at all, `current` pointing at the newest day."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from assets.board.figures import Board, board_of
from assets.board.files import WORKBOOK, NoBrowserError, print_pdf, tables_of, write_csv, write_workbook
from assets.board.page import render
from warehouse.catalogue import Catalogue
from warehouse.engines.duckdb_engine import connect
from warehouse.files import days_of, write_atomically
from warehouse.home import Home
from warehouse.parameters import read_place

PAGE, PDF = "index.html", "board.pdf"
CURRENT = "current"


@dataclass(frozen=True)
class WrittenBoard:
    """A board that was written: its page, and what it shows."""

    page: Path
    board: Board


def board_folder(home: Home, day: dt.date) -> Path:
    """Where a day's board lies."""
    return home.board / day.isoformat()


def board_days(home: Home) -> list[dt.date]:
    """Days with a board, oldest first."""
    return days_of(home.board.glob("*-*-*"))


def write_board(home: Home, catalogue: Catalogue, day: dt.date) -> WrittenBoard:
    """Writes page, workbook and CSV of a day from the published edition.

    Raises NothingPublishedError where the edition does not hold the day.
    """
    with connect(home.published_database, read_only=True) as edition:
        board, tables = board_of(edition, day), tables_of(edition, day)
    place = read_place(day, catalogue.site)
    page = render(board, (place.zh, place.en), catalogue, synthetic=home.truth.exists())
    folder = board_folder(home, day)
    write_atomically(folder / PAGE, lambda path: path.write_text(page, encoding="utf-8"))
    write_atomically(folder / WORKBOOK, lambda path: write_workbook(path, catalogue, tables, day))
    for table, frame in tables.items():
        write_atomically(folder / f"{table}.csv", partial(write_csv, frame))
    _point_at_newest(home)
    return WrittenBoard(folder / PAGE, board)


def write_pdf(home: Home, day: dt.date) -> Path:
    """Prints a day's page to PDF beside it. Raises NoBrowserError."""
    folder = board_folder(home, day)
    if not (folder / PAGE).exists():
        raise NoBrowserError(f"{day} 没有看板 / there is no board for {day}")
    print_pdf((folder / PAGE).resolve(), folder / PDF)
    return folder / PDF


def _point_at_newest(home: Home) -> None:
    newest = board_folder(home, board_days(home)[-1]).name
    link = home.board / f".{CURRENT}-{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(newest)
    link.replace(home.board / CURRENT)
