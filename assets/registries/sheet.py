"""Reading any extract into one shape: tables of text cells with the row numbers a spreadsheet would show.

The format is told by content, not by the file's ending: registries export HTML named .xls and text named .csv in any
encoding. Numbers that a spreadsheet has cut to 15 digits come out in exponent form (3.70E+17), so that a destroyed id
can never pass for a whole one.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from assets.registries import html_tables
from assets.registries.dbf_rows import dbf_rows
from assets.registries.long_text import UTF_16_MARKS, encoding_of, errors_of, pieces
from assets.registries.ole_workbook import check_whole
from assets.registries.other_content import other_content
from assets.registries.text_rows import TextForm, breaks_off, form_of, mended, whole_rows
from assets.registries.unreadable import UnreadableFileError, readable
from assets.registries.worksheets import Worksheet, worksheets
from warehouse.registries import reading_rules

PART_BYTES = 16 << 20  # a text file is taken in parts of some so many
ROW = "row_number"
DAMAGE = "damage"
TOO_MANY_CELLS, OPEN_QUOTE, CUT_ROW = "TOO_MANY_CELLS", "OPEN_QUOTE", "CUT_ROW"
DAMAGES = (TOO_MANY_CELLS, OPEN_QUOTE, CUT_ROW)
_EXACT_DIGITS = 1e15  # a spreadsheet keeps 15 significant digits
_START_BYTES = 4096
_MARKUP_BYTES = 2048  # in which a page says that it is one
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_NOTHING_YET = bytes(4)  # the end of a file that was given its size before its content
_XML_WORKBOOK = re.compile(rb"<(\w+:)?workbook\s")  # of Excel 2002 and 2003


@dataclass(frozen=True)
class Sheet:
    """A table as it lies in a file.

    `cells`: row_number (Int32), c0..cn (String, null = blank), damage (String: a code of DAMAGES where the row's cells
    cannot be trusted to be in their places, else null).
    `cut_headings`: a DBF file, whose first row here is its field names, cut to ten bytes.
    `continues`: a further part of the same table, not another one.
    `is_hidden`: a worksheet that nobody sees who opens the workbook.
    `repeated`: row number and column (from 0) of the cells that repeat the one above, being merged with it.
    """

    cells: pl.DataFrame
    file_format: str
    cut_headings: bool = False
    continues: bool = False
    is_hidden: bool = False
    repeated: frozenset[tuple[int, int]] = frozenset()

    @property
    def columns(self) -> list[str]:
        """The cell columns, left to right."""
        return [name for name in self.cells.columns if name not in (ROW, DAMAGE)]


def _cell_text(value: Any) -> str | None:
    """A spreadsheet cell as text. Of a number only the digits count that the spreadsheet shows: 3 x 8.2 is 24.6."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, float):
        if abs(value) >= _EXACT_DIGITS:
            return f"{value:.14E}"
        value = float(f"{value:.15g}")
        return str(int(value)) if value.is_integer() else repr(value)
    # str() of a date is its ISO form.
    return None if value is None else str(value)


def _from_rows(
    rows: list[list[Any]],
    file_format: str,
    *,
    cut_headings: bool = False,
    width: int | None = None,
    first_row: int = 1,
) -> Sheet:
    """A sheet from a list of rows; rows longer than `width` are marked and cut, shorter ones filled with blanks."""
    if not rows:
        raise UnreadableFileError("EMPTY")
    width = width or max(len(row) for row in rows)
    if width == 0:
        raise UnreadableFileError("EMPTY")
    damage = [TOO_MANY_CELLS if len(row) > width else None for row in rows]
    columns: dict[str, Any] = {ROW: pl.Series(range(first_row, first_row + len(rows)), dtype=pl.Int32)}
    for place in range(width):
        columns[f"c{place}"] = pl.Series(
            [_cell_text(row[place]) if place < len(row) else None for row in rows], dtype=pl.String
        )
    columns[DAMAGE] = pl.Series(damage, dtype=pl.String)
    return Sheet(pl.DataFrame(columns), file_format, cut_headings)


def _decode(content: bytes) -> str:
    _check_text(content[:_START_BYTES], content)
    encoding = encoding_of([content])
    return content.decode(encoding, errors_of(encoding))


def _check_text(start: bytes, end: bytes) -> None:
    if b"\x00" in start and not start.startswith(UTF_16_MARKS):
        raise UnreadableFileError("UNREADABLE")
    if end.endswith(_NOTHING_YET):
        raise UnreadableFileError("INCOMPLETE")


def _text_form(text: str) -> TextForm:
    if not text.strip():
        raise UnreadableFileError("EMPTY")
    return form_of(text)


def _text_cells(text: str, form: TextForm, width: int | None, first_row: int) -> pl.DataFrame:
    try:
        cells = pl.read_csv(
            text.encode(),
            has_header=False,
            separator=form.delimiter,
            schema={f"c{place}": pl.String for place in range(width or form.width)},
            infer_schema=False,
        )
    except pl.exceptions.PolarsError:
        # Some row is longer than the sheet or badly quoted: read row by row, so that only that row is lost.
        rows = list(csv.reader(io.StringIO(text), delimiter=form.delimiter))
        return _from_rows(rows, "csv", width=width or _common_width(rows), first_row=first_row).cells
    return cells.with_row_index(ROW, offset=first_row).with_columns(
        pl.col(ROW).cast(pl.Int32), pl.lit(None, dtype=pl.String).alias(DAMAGE)
    )


def _text_sheet(text: str, form: TextForm, *, width: int | None = None, first_row: int = 1) -> Sheet:
    """A text as a sheet. width: of the sheet that it continues, if any."""
    text, broken = mended(text, form.delimiter)
    cells = _text_cells(text, form, width, first_row)
    damage = cells[DAMAGE].scatter(broken, OPEN_QUOTE) if broken else cells[DAMAGE]
    if breaks_off(text, form):
        damage = damage.scatter([len(damage) - 1], CUT_ROW)
    return Sheet(cells.with_columns(damage), "csv")


def _read_text(content: bytes) -> Sheet:
    text = _decode(content)
    return _text_sheet(text, _text_form(text))


def _read_long_text(path: Path, part_bytes: int) -> Iterator[Sheet]:
    form, width, first_row = None, None, 1

    def end(text: str) -> int:
        return whole_rows(text, (form or form_of(text)).delimiter)

    for text in pieces(path, part_bytes, end):
        form = form or _text_form(text)
        sheet = _text_sheet(text, form, width=width, first_row=first_row)
        yield replace(sheet, continues=width is not None)
        width, first_row = len(sheet.columns), first_row + len(sheet.cells)


def _common_width(rows: list[list[str]]) -> int:
    """The width that most rows have."""
    widths = [len(row) for row in rows if len(row) > 1]
    return max(set(widths), key=widths.count) if widths else 1


def _tables(path: Path, content: bytes) -> Iterator[tuple[int, Sheet]]:
    """Every table in a file's content that is not blank, with its place among them from 1."""
    if other := other_content(content):
        raise UnreadableFileError(other)
    file_format = _format(path, content)
    found: Iterable[Worksheet]
    match file_format:
        case "xml":
            raise UnreadableFileError("XML_SPREADSHEET")
        case "csv":
            yield 1, _read_text(content)
            return
        case "dbf":
            yield 1, _from_rows(dbf_rows(path, content), file_format, cut_headings=True)
            return
        case "html":
            pages = html_tables.tables(_decode(content))
            found = (Worksheet(rows, is_hidden=False, repeated=repeated) for rows, repeated in pages)
        case _:
            if file_format == "xls":
                check_whole(content)
            found = worksheets(content)
    is_blank = True
    for place, table in enumerate(found, start=1):
        if any(table.rows):
            is_blank = False
            repeated = frozenset((row + 1, column) for row, column in table.repeated)
            yield place, replace(_from_rows(table.rows, file_format), is_hidden=table.is_hidden, repeated=repeated)
    if is_blank:
        raise UnreadableFileError("EMPTY")


def read(path: Path) -> Sheet:
    """The longest table in a file that can be seen; what holds an error is blank. Raises UnreadableFileError."""
    with readable():
        seen = [sheet for _, sheet in _tables(path, path.read_bytes()) if not sheet.is_hidden]
        if not seen:
            raise UnreadableFileError("HIDDEN")
        longest = max(seen, key=lambda sheet: len(sheet.cells))
        failed = pl.col(longest.columns).is_in(reading_rules().cell_errors)
        return replace(longest, cells=longest.cells.with_columns(pl.when(~failed).then(pl.col(longest.columns))))


def read_in_parts(path: Path, part_bytes: int = PART_BYTES) -> Iterator[Sheet]:
    """Every table in a file, in order: a long text in parts whose row numbers go on, anything else table by table.

    Raises UnreadableFileError, after some parts perhaps.
    """
    with readable():
        with path.open("rb") as stream:
            start = stream.read(_START_BYTES)
            stream.seek(max(path.stat().st_size - len(_NOTHING_YET), 0))
            end = stream.read()
        if path.stat().st_size <= part_bytes or _format(path, start) != "csv":
            for _, sheet in _tables(path, path.read_bytes()):
                yield sheet
            return
        _check_text(start, end)
        yield from _read_long_text(path, part_bytes)


def read_all(path: Path, content: bytes) -> dict[int, Sheet]:
    """Every table in a file's content that is not blank, by its place from 1: as a worksheet of its workbook.

    Raises UnreadableFileError where there is none.
    """
    with readable():
        return dict(_tables(path, content))


def _format(path: Path, start: bytes) -> str:
    """The format of a file, by its beginning; raises UnreadableFileError where it is empty."""
    if not start:
        raise UnreadableFileError("EMPTY")
    if start.startswith(_ZIP):
        return "xlsx"
    if start.startswith(_OLE):
        return "xls"
    if path.suffix.lower() == ".dbf":
        return "dbf"
    words = start[:_MARKUP_BYTES]
    if words.startswith(UTF_16_MARKS):
        words = words.decode("utf-16", "ignore").encode()
    words = words.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if words.startswith((b"<?xml", b"<workbook")) and _XML_WORKBOOK.search(words):
        return "xml"
    if words.startswith((b"<html", b"<!doctype html", b"<table", b"<?xml", b"<meta", b"<head")):
        return "html"
    return "csv"
