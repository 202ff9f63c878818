"""Reading any extract into one shape: rows of text cells with the row numbers a spreadsheet would show.

The format is told by content, not by the file's ending: registries export HTML named .xls and text named .csv in any
encoding. Numbers that a spreadsheet has cut to 15 digits come out in exponent form (3.70E+17), so that a destroyed id
can never pass for a whole one.
"""

from __future__ import annotations

import csv
import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from assets.registries.long_text import UTF_16_MARKS, encoding_of, errors_of, pieces
from assets.registries.text_rows import TextForm, form_of, mended, whole_rows

PART_BYTES = 16 << 20  # a text file is taken in parts of some so many
ROW = "row_number"
DAMAGE = "damage"
TOO_MANY_CELLS, OPEN_QUOTE = "TOO_MANY_CELLS", "OPEN_QUOTE"
DAMAGES = (TOO_MANY_CELLS, OPEN_QUOTE)
_EXACT_DIGITS = 1e15  # a spreadsheet keeps 15 significant digits
_START_BYTES = 4096
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class UnreadableFileError(Exception):
    """The bytes are no table in any format we know. `reason` is a code of reasons.yaml."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@contextmanager
def _readable() -> Iterator[None]:
    """A damaged file can fail a reader in many ways. Their messages may quote cells, so none is passed on."""
    try:
        yield
    except (
        *(OSError, ValueError, LookupError, SyntaxError),
        *(struct.error, csv.Error, pl.exceptions.PolarsError),
    ) as error:
        raise UnreadableFileError("UNREADABLE") from error


@dataclass(frozen=True)
class Sheet:
    """A table as it lies in a file.

    `cells`: row_number (Int32), c0..cn (String, null = blank), damage (String: a code of DAMAGES where the row's cells
    cannot be trusted to be in their places, else null).
    `cut_headings`: a DBF file, whose first row here is its field names, cut to ten bytes.
    """

    cells: pl.DataFrame
    file_format: str
    cut_headings: bool = False

    @property
    def columns(self) -> list[str]:
        """The cell columns, left to right."""
        return [name for name in self.cells.columns if name not in (ROW, DAMAGE)]


def _cell_text(value: Any) -> str | None:
    """A spreadsheet cell as text."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, float):
        if abs(value) >= _EXACT_DIGITS:
            return f"{value:.14E}"
        return str(int(value)) if value.is_integer() else repr(value)
    # str() of a date or a date with time is its ISO form.
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
    encoding = encoding_of([content])
    return content.decode(encoding, errors_of(encoding))


def _check_text(start: bytes) -> None:
    if b"\x00" in start and not start.startswith(UTF_16_MARKS):
        raise UnreadableFileError("UNREADABLE")


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
    return Sheet(cells.with_columns(cells[DAMAGE].scatter(broken, OPEN_QUOTE)) if broken else cells, "csv")


def _read_text(content: bytes) -> Sheet:
    _check_text(content[:_START_BYTES])
    text = _decode(content)
    return _text_sheet(text, _text_form(text))


def _read_long_text(path: Path, part_bytes: int) -> Iterator[Sheet]:
    form, width, first_row = None, None, 1

    def end(text: str) -> int:
        return whole_rows(text, (form or form_of(text)).delimiter)

    for text in pieces(path, part_bytes, end):
        form = form or _text_form(text)
        sheet = _text_sheet(text, form, width=width, first_row=first_row)
        width, first_row = len(sheet.columns), first_row + len(sheet.cells)
        yield sheet


def _common_width(rows: list[list[str]]) -> int:
    """The width that most rows have."""
    widths = [len(row) for row in rows if len(row) > 1]
    return max(set(widths), key=widths.count) if widths else 1


def _worksheets(content: bytes) -> list[list[list[Any]]]:
    """The rows of every worksheet of a spreadsheet, in order."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [
            workbook.get_sheet_by_index(place).to_python(skip_empty_area=False)
            for place in range(len(workbook.sheet_names))
        ]
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableFileError("UNREADABLE") from error


def _read_spreadsheet(content: bytes, file_format: str) -> Sheet:
    filled = [sheet for sheet in _worksheets(content) if sheet]
    if not filled:
        raise UnreadableFileError("EMPTY")
    return _from_rows(max(filled, key=len), file_format)


def _read_html(content: bytes) -> Sheet:
    from lxml import etree, html

    try:
        document = html.fromstring(_decode(content).encode(), parser=html.HTMLParser(encoding="utf-8", huge_tree=True))
    except etree.LxmlError as error:
        raise UnreadableFileError("UNREADABLE") from error
    tables = document.xpath("//table[not(.//table)]")
    if not tables:
        raise UnreadableFileError("UNREADABLE")
    table = max(tables, key=lambda candidate: len(candidate.xpath(".//tr")))
    rows = [[cell.text_content() for cell in row.xpath("./td|./th")] for row in table.iter("tr")]
    return _from_rows(rows, "html")


def _read_dbf(path: Path) -> Sheet:
    from dbfread import DBF, DBFNotFound

    try:
        table = DBF(str(path), encoding="gb18030", char_decode_errors="replace", ignore_missing_memofile=True)
        rows: list[list[Any]] = [list(table.field_names)]
        rows += [list(record.values()) for record in table]
    except (DBFNotFound, ValueError, OSError, KeyError, IndexError, UnicodeDecodeError) as error:
        raise UnreadableFileError("UNREADABLE") from error
    return _from_rows(rows, "dbf", cut_headings=True)


def read(path: Path) -> Sheet:
    """The table in a file. Raises UnreadableFileError where there is none."""
    with _readable():
        return _read(path, path.read_bytes())


def read_in_parts(path: Path, part_bytes: int = PART_BYTES) -> Iterator[Sheet]:
    """The table in a file: a long text in parts whose row numbers go on, anything else whole.

    Raises UnreadableFileError, after some parts perhaps.
    """
    with _readable():
        with path.open("rb") as stream:
            start = stream.read(_START_BYTES)
        if path.stat().st_size <= part_bytes or _format(path, start) != "csv":
            yield _read(path, path.read_bytes())
            return
        _check_text(start)
        yield from _read_long_text(path, part_bytes)


def read_all(path: Path, content: bytes) -> dict[int, Sheet]:
    """Every table in a file's content by its number from 1: the worksheets of a spreadsheet, else the one there is.

    Raises UnreadableFileError where there is none.
    """
    with _readable():
        file_format = _format(path, content)
        if file_format not in ("xlsx", "xls"):
            return {1: _read(path, content)}
        filled = {number: rows for number, rows in enumerate(_worksheets(content), start=1) if any(rows)}
        if not filled:
            raise UnreadableFileError("EMPTY")
        return {number: _from_rows(rows, file_format) for number, rows in filled.items()}


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
    words = start[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if words.startswith((b"<html", b"<!doctype html", b"<table", b"<?xml", b"<meta", b"<head")):
        return "html"
    return "csv"


def _read(path: Path, content: bytes) -> Sheet:
    file_format = _format(path, content)
    if file_format in ("xlsx", "xls"):
        return _read_spreadsheet(content, file_format)
    if file_format == "dbf":
        return _read_dbf(path)
    return _read_html(content) if file_format == "html" else _read_text(content)
