"""What released files say of how units stand: all of their content but the counts themselves.

Taken away are counts, what is drawn or banded from counts, and the interval around a rank, which is narrower the more
evidence there is. Everything else stays as it was written: ranks, scores, shares, movement, levels, order, words.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

import openpyxl
from lxml import html
from openpyxl.worksheet.worksheet import Worksheet

from assets.board.files import WORKBOOK
from assets.workbooks import heading
from warehouse.catalogue import catalogue

COUNTS = {"numerator", "denominator", "counted", "band", "rank_low", "rank_high"}
_PAIR = re.compile(r"\d+/\d+ = ")  # as evidence names a share's counts
_ABOUT_THE_INPUT = "fingerprint"


def standing(files: dict[str, bytes], also_without: tuple[str, ...] = ()) -> dict[str, object]:
    """The files by name, without counts. `also_without`: tables of counts alone, whose rows are left out entirely."""
    return {name: _of_file(name, content, files, also_without) for name, content in files.items()}


def _of_file(name: str, content: bytes, files: dict[str, bytes], also_without: tuple[str, ...]) -> object:
    if name.startswith("mail/"):
        # What is attached is a file of the board, to the byte; the rest of the mail is compared as it is.
        attached = [other for other in files if other.startswith("board/") and files[other] == content]
        return attached or content
    if name.endswith(".html"):
        return _of_page(content, also_without)
    if name.endswith(".csv"):
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        return _of_table(rows) if not name.endswith(tuple(f"{table}.csv" for table in also_without)) else "counts"
    if name.endswith(".xlsx"):
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
        if not name.endswith(WORKBOOK):
            return {sheet.title: _of_table(_cells(sheet.values)) for sheet in book}
        return {table: rows for table, rows in map(_of_sheet, book) if table not in also_without}
    return content


def _cells(rows: Iterable[tuple]) -> list[list[str]]:
    return [["" if cell is None else str(cell) for cell in row] for row in rows]


def _of_sheet(sheet: Worksheet) -> tuple[str, list[list[str]]]:
    """The table that a sheet shows, and its rows under the columns' own names."""
    contract = next(found for found in catalogue().tables.values() if found.zh == sheet.title)
    names = {heading(column.zh, column.en): column.name for column in contract.columns}
    headings, *rows = sheet.values
    return contract.table, _of_table([[names[found] for found in headings], *_cells(rows)])


def _of_table(rows: list[list[str]]) -> list[list[str]]:
    if not rows:
        return rows
    kept = [place for place, name in enumerate(rows[0]) if name not in COUNTS]
    return [[_PAIR.sub("", row[place]) for place in kept] for row in rows]


def _of_page(content: bytes, also_without: tuple[str, ...]) -> str:
    page = html.document_fromstring(content)
    for figure in page.xpath("//data[@data-ref]"):
        table, column = figure.get("data-ref").split("?")[0], figure.get("data-ref").rsplit("#", 1)[1]
        if table in also_without:
            # With its cell, which may say that a count is too small to be shown.
            figure.getparent().clear()
        elif column in COUNTS or column == _ABOUT_THE_INPUT:
            figure.drop_tree()
    for bar in page.xpath("//div[@class='bar']/svg"):
        bar.drop_tree()
    return _PAIR.sub("", html.tostring(page, encoding="unicode"))
