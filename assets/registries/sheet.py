"""Reading any extract into one shape: rows of text cells with the row numbers a spreadsheet would show.

The format is told by content, not by the file's ending: registries export HTML named .xls and text named .csv in any
encoding. Numbers that a spreadsheet has cut to 15 digits come out in exponent form (3.70E+17), so that a destroyed id
can never pass for a whole one.
"""

from __future__ import annotations

import csv
import io
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

ROW = "row_number"
EXTRA = "extra_cells"
_SNIFF_ROWS = 50
_EXACT_DIGITS = 1e15  # a spreadsheet keeps 15 significant digits
_DELIMITERS = ",\t;|"
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class UnreadableFileError(Exception):
    """The bytes are no table in any format we know. `reason` is a code of reasons.yaml."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Sheet:
    """A table as it lies in a file.

    `cells`: row_number (Int32), c0..cn (String, null = blank), extra_cells (Boolean: the row was too long).
    `cut_headings`: a DBF file, whose first row here is its field names, cut to ten bytes.
    """

    cells: pl.DataFrame
    file_format: str
    cut_headings: bool = False

    @property
    def columns(self) -> list[str]:
        """The cell columns, left to right."""
        return [name for name in self.cells.columns if name not in (ROW, EXTRA)]


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
    rows: list[list[Any]], file_format: str, *, cut_headings: bool = False, width: int | None = None
) -> Sheet:
    """A sheet from a list of rows; rows longer than `width` are marked and cut, shorter ones filled with blanks."""
    if not rows:
        raise UnreadableFileError("EMPTY")
    width = width or max(len(row) for row in rows)
    if width == 0:
        raise UnreadableFileError("EMPTY")
    long = [len(row) > width for row in rows]
    columns: dict[str, Any] = {ROW: pl.Series(range(1, len(rows) + 1), dtype=pl.Int32)}
    for place in range(width):
        columns[f"c{place}"] = pl.Series(
            [_cell_text(row[place]) if place < len(row) else None for row in rows], dtype=pl.String
        )
    columns[EXTRA] = pl.Series(long, dtype=pl.Boolean)
    return Sheet(pl.DataFrame(columns), file_format, cut_headings)


def _decode(content: bytes) -> str:
    """UTF-8 with or without BOM, else GB18030; undecodable bytes become U+FFFD and their rows are rejected later."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("gb18030", errors="replace")


def _read_text(content: bytes) -> Sheet:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16")
    elif b"\x00" in content[:4096]:
        raise UnreadableFileError("UNREADABLE")
    else:
        text = _decode(content)
    if not text.strip():
        raise UnreadableFileError("EMPTY")
    head = "\n".join(text.splitlines()[:_SNIFF_ROWS])
    delimiter = max(_DELIMITERS, key=head.count)
    width = max(len(row) for row in csv.reader(io.StringIO(head), delimiter=delimiter))
    try:
        cells = pl.read_csv(
            text.encode(),
            has_header=False,
            separator=delimiter,
            schema={f"c{place}": pl.String for place in range(width)},
            infer_schema=False,
        )
    except pl.exceptions.PolarsError:
        # Some row is longer than the sheet or badly quoted: read row by row, so that only that row is lost.
        rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
        return _from_rows(rows, "csv", width=_common_width(rows))
    cells = cells.with_row_index(ROW, offset=1).with_columns(
        pl.col(ROW).cast(pl.Int32), pl.lit(value=False).alias(EXTRA)
    )
    return Sheet(cells, "csv")


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
    try:
        return _read(path, path.read_bytes())
    except (OSError, ValueError, LookupError, SyntaxError, struct.error, pl.exceptions.PolarsError) as error:
        # A damaged file can fail a reader in many ways. Their messages may quote cells, so none is passed on.
        raise UnreadableFileError("UNREADABLE") from error


def read_all(path: Path, content: bytes) -> dict[int, Sheet]:
    """Every table in a file's content by its number from 1: the worksheets of a spreadsheet, else the one there is.

    Raises UnreadableFileError where there is none.
    """
    try:
        if not content.startswith((_ZIP, _OLE)):
            return {1: _read(path, content)}
        file_format = "xlsx" if content.startswith(_ZIP) else "xls"
        filled = {number: rows for number, rows in enumerate(_worksheets(content), start=1) if any(rows)}
        if not filled:
            raise UnreadableFileError("EMPTY")
        return {number: _from_rows(rows, file_format) for number, rows in filled.items()}
    except (OSError, ValueError, LookupError, SyntaxError, struct.error, pl.exceptions.PolarsError) as error:
        raise UnreadableFileError("UNREADABLE") from error


def _read(path: Path, content: bytes) -> Sheet:
    if not content:
        raise UnreadableFileError("EMPTY")
    if content.startswith(_ZIP):
        return _read_spreadsheet(content, "xlsx")
    if content.startswith(_OLE):
        return _read_spreadsheet(content, "xls")
    if path.suffix.lower() == ".dbf":
        return _read_dbf(path)
    start = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<?xml", b"<meta", b"<head")):
        return _read_html(content)
    return _read_text(content)
