"""Writing tables in the formats that registries export: text, spreadsheets old and new, HTML named .xls, DBF.

Belongs here: bytes. Does not belong here: which registry uses which format, or how values are worded (extracts).
Every writer takes headings and text columns of equal length (null = blank), rows of words above the headings and below
the table, and yields the file in blocks, the same bytes for the same table.
"""

from __future__ import annotations

import codecs
import datetime as dt
import html
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

XLS_ROWS = 65_000  # a BIFF sheet holds 65,536 rows
XLSX_ROWS = 1_048_000  # a sheet of today holds 1,048,576, headings and words above them included
DBF_HEADING_BYTES = 10
_BLOCK_ROWS = 50_000
_FIXED = dt.datetime(2014, 9, 13, 8, 0, 0)


@dataclass(frozen=True)
class Sheet:
    """A table to be written. `numbers` names columns that hold whole numbers for spreadsheets (dates as serials).

    written: how the columns are written, computed from the cells; the cells themselves where it is left out.
    """

    headings: Sequence[str]
    cells: pl.DataFrame
    written: Sequence[pl.Expr] = (pl.all(),)
    above: Sequence[str] = ()
    below: Sequence[str] = ()
    numbers: frozenset[str] = field(default_factory=frozenset)

    def blocks(self) -> Iterator[pl.DataFrame]:
        """The text of the table, some rows at a time."""
        for block in self.cells.iter_slices(_BLOCK_ROWS):
            yield block.select(self.written)

    def whole(self) -> pl.DataFrame:
        """The text of the table."""
        return self.cells.select(self.written)


def _lines(sheet: Sheet, words: Sequence[str]) -> str:
    return "".join(word + "," * (len(sheet.headings) - 1) + "\r\n" for word in words)


def _csv(sheet: Sheet, encoding: str) -> Iterator[bytes]:
    yield (_lines(sheet, sheet.above) + ",".join(sheet.headings) + "\r\n").encode(encoding)
    for block in sheet.blocks():
        yield block.write_csv(include_header=False, line_terminator="\r\n").encode(encoding)
    yield _lines(sheet, sheet.below).encode(encoding)


def csv_gb18030(sheet: Sheet) -> Iterator[bytes]:
    """Text as Chinese spreadsheets save it."""
    return _csv(sheet, "gb18030")


def csv_bom(sheet: Sheet) -> Iterator[bytes]:
    """UTF-8 with a byte-order mark."""
    yield codecs.BOM_UTF8
    yield from _csv(sheet, "utf-8")


def csv_utf8(sheet: Sheet) -> Iterator[bytes]:
    """UTF-8 without a mark."""
    return _csv(sheet, "utf-8")


def _rows(sheet: Sheet) -> Iterator[Sequence[str | int | None]]:
    """Every row of a page, one after another: a workbook keeps no second copy of its cells."""
    yield from ([word] for word in sheet.above)
    yield sheet.headings
    for block in sheet.blocks():
        yield from block.cast(dict.fromkeys(sheet.numbers, pl.Int64)).iter_rows()
    yield from ([word] for word in sheet.below)


def xlsx(sheet: Sheet) -> Iterator[bytes]:
    """A workbook of today. Raises ValueError for more rows than a sheet holds."""
    import xlsxwriter

    if sheet.cells.height > XLSX_ROWS:
        raise ValueError(f"{sheet.cells.height} rows do not fit a sheet")
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_numbers": False, "strings_to_urls": False})
    book.set_properties({"created": _FIXED})
    page = book.add_worksheet("Sheet1")
    for place, row in enumerate(_rows(sheet)):
        for column, value in enumerate(row):
            if isinstance(value, str):
                page.write_string(place, column, value)
            elif value is not None:
                page.write_number(place, column, value)
    book.close()
    yield target.getvalue()


def xls(sheet: Sheet) -> Iterator[bytes]:
    """A BIFF workbook. Raises ValueError for more rows than a sheet holds."""
    import xlwt

    if sheet.cells.height > XLS_ROWS + 100:
        raise ValueError(f"{sheet.cells.height} rows do not fit a BIFF sheet")
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet("Sheet1")
    for place, row in enumerate(_rows(sheet)):
        for column, value in enumerate(row):
            if value is not None:
                page.write(place, column, value)
    target = io.BytesIO()
    book.save(target)
    yield target.getvalue()


def html_table(sheet: Sheet) -> Iterator[bytes]:
    """A web page with one table, as web systems "export to Excel"."""
    span = len(sheet.headings)

    def words(lines: Sequence[str]) -> str:
        return "".join(f'<tr><td colspan="{span}">{html.escape(word)}</td></tr>\n' for word in lines)

    head = "<tr>" + "".join(f"<th>{html.escape(heading)}</th>" for heading in sheet.headings) + "</tr>\n"
    opening = (
        '<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body><table border="1">'
    )
    yield (opening + words(sheet.above) + head).encode()
    marks = {mark: html.escape(mark) for mark in "&<>"}
    for block in sheet.blocks():
        cells = [pl.format("<td>{}</td>", pl.col(name).fill_null("").str.replace_many(marks)) for name in block.columns]
        row = pl.concat_str([pl.lit("<tr>"), *cells, pl.lit("</tr>\n")])
        yield "".join(block.select(row).to_series().to_list()).encode()
    yield (words(sheet.below) + "</table></body></html>").encode()


def dbf(sheet: Sheet) -> Iterator[bytes]:
    """A dBASE III table in the Chinese code page, with headings cut to ten bytes; it has no rows beside its records."""
    encoded = []
    widths = []
    cells = sheet.whole()
    for name in cells.columns:
        texts = [text.encode("gb18030") for text in cells[name].fill_null("").to_list()]
        width = max(1, *(len(text) for text in texts)) if texts else 1
        encoded.append(np.array([text.ljust(width) for text in texts], dtype=f"S{width}"))
        widths.append(width)
    size = sheet.cells.height
    records = np.full((size, 1 + sum(widths)), ord(" "), dtype=np.uint8)
    begin = 1
    for column, width in zip(encoded, widths, strict=True):
        # numpy strips blanks nowhere and NULs at the end; there are none.
        records[:, begin : begin + width] = column.view(np.uint8).reshape(size, width)
        begin += width
    head = bytearray([3, _FIXED.year - 1900, _FIXED.month, _FIXED.day])
    head += size.to_bytes(4, "little")
    head += (32 + 32 * len(widths) + 1).to_bytes(2, "little")
    head += (1 + sum(widths)).to_bytes(2, "little")
    head += bytes(17) + bytes([0x4D]) + bytes(2)  # 0x4D: code page 936
    for heading, width in zip(sheet.headings, widths, strict=True):
        head += cut(heading).encode("gb18030").ljust(11, b"\0") + b"C" + bytes(4) + bytes([width, 0]) + bytes(14)
    yield bytes(head) + b"\r"
    yield records.tobytes()
    yield b"\x1a"


def cut(heading: str) -> str:
    """A heading as a DBF file keeps it: whole characters within ten bytes."""
    return heading.encode("gb18030")[:DBF_HEADING_BYTES].decode("gb18030", errors="ignore")
