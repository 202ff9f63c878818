"""Lists filled in as village clerks do, by a library other than those that write and read them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import openpyxl

from assets.cases import lists
from assets.cases.return_landing import ReturnReport, land_returns
from tests.integration.days import DAY_1, DAY_2
from warehouse.catalogue import catalogue
from warehouse.engines.duckdb_engine import connect
from warehouse.forms import read_form
from warehouse.home import Home

NOON = dt.datetime(2026, 11, 1, 4, tzinfo=dt.UTC)
FORM = read_form()
HEADINGS = {name: column.heading for name, column in FORM.columns.items()}
WORDS = {code: words.zh for code, words in FORM.replies.items()}


def hand_out(home: Home, day: dt.date = DAY_1, password: str | None = None) -> list[lists.WrittenList]:
    """Writes and hands over every list of the newest day."""
    with connect(home.private_database, read_only=True) as connection:
        writer = lists.writer(home, catalogue(home.site), connection, day, NOON, password)
        return lists.write_lists(writer, connection)


def rows_of(path: Path, sheet: str = "疑点") -> list[dict[str, str]]:
    """The rows of a list, by heading; blank cells are empty text."""
    rows = openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)
    headings = next(rows)
    return [{h: c or "" for h, c in zip(headings, row, strict=True)} for row in rows]


def fill(path: Path, target: Path, answers: Mapping[int, Mapping[str, str]]) -> Path:
    """A copy of a list with cells filled in: by number of the case from 1, then by column of the form."""
    workbook = openpyxl.load_workbook(path)
    sheet = workbook["疑点"]
    places = {cell.value: cell.column for cell in sheet[1]}
    for number, cells in answers.items():
        for column, text in cells.items():
            sheet.cell(number + 1, places[HEADINGS[column]]).value = text
    target.parent.mkdir(parents=True, exist_ok=True)
    workbook.save(target)
    return target


def bring_back(home: Home, *paths: Path, on: dt.date = DAY_2, password: str | None = None) -> ReturnReport:
    """Lands returned workbooks."""
    return land_returns(home, paths, {}, received_on=on, received_at=NOON + dt.timedelta(days=1), password=password)
