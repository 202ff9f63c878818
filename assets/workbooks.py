"""Tables of the warehouse as workbooks for people: under the headings of their contracts, codes in words.

Belongs here: what every such workbook has in common. Does not belong here: which tables go into one (board, meetings,
benefits, fees).
"""

from __future__ import annotations

import datetime as dt
import gc
import io
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import polars as pl

from assets.column_widths import WIDEST_PIXELS, heights, shown_width, text_pixels, widths
from warehouse.contracts import Contract

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

FONT = "宋体"
PRIVATE_NOTE = "含个人信息 妥善保管"
_PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
_FOLDED = {"text_wrap": True, "valign": "top"}
_PAPER_A4 = 9
_LINE = 22
_NOTHING_HIDDEN = 0  # of the lines between cells: they are printed too


def heading(zh: str, en: str) -> str:
    """The heading of a column: Chinese, and English below in short lines, so that no heading makes a column wide."""
    return f"{zh}\n{textwrap.fill(en, _LINE)}"


def headed(contract: Contract, frame: pl.DataFrame) -> pl.DataFrame:
    """A table under its contract's headings, codes in words."""
    words = [
        pl.col(column.name).replace(column.codes) if column.codes else pl.col(column.name)
        for column in contract.columns
    ]
    return frame.select(words).rename({column.name: heading(column.zh, column.en) for column in contract.columns})


@contextmanager
def plain_workbook(target: Path | BinaryIO, day: dt.date, title: str = "") -> Iterator[Workbook]:
    """A workbook of a day. Text is never read as formula, link or number; the same cells give the same bytes.

    Nothing of it is written anywhere but to its target. Raises OSError where that cannot be written.
    """
    import xlsxwriter

    # An archive that breaks off on the disk cannot be closed without an error.
    whole = io.BytesIO()
    with xlsxwriter.Workbook(whole if isinstance(target, Path) else target, _PLAIN) as workbook:
        workbook.set_properties({"title": title, "created": dt.datetime.combine(day, dt.time())})
        yield workbook
    if isinstance(target, Path):
        target.write_bytes(whole.getbuffer())


def set_page(
    sheet: Worksheet, headings: tuple[int, int] | None, *, upright: bool = False, pages: int = 0, note: str = ""
) -> None:
    """How a sheet lies on paper: A4, as wide as a page and so many pages long (0: as many as it takes), numbered.

    headings: the first and the last row of those that stand on every page; `note` stands at the foot of each.
    """
    if not upright:
        sheet.set_landscape()
    sheet.set_paper(_PAPER_A4)
    sheet.fit_to_pages(1, pages)
    sheet.center_horizontally()
    sheet.set_footer(f"&L&9{note}&C&9第 &P 页 共 &N 页")
    if headings:
        sheet.repeat_rows(*headings)


def fit_columns(sheet: Worksheet, columns: Iterable[Iterable[object]]) -> None:
    """Columns as wide as their texts: the library takes a Chinese character for as narrow as a Latin one."""
    sheet.autofit(WIDEST_PIXELS)
    for place, cells in enumerate(columns):
        texts = [cell for cell in cells if isinstance(cell, str)]
        if any(len(text) < shown_width(text) for text in texts):
            sheet.set_column_pixels(place, place, min(text_pixels(texts), WIDEST_PIXELS))


def write_tables(path: Path, sheets: Mapping[str, pl.DataFrame], day: dt.date) -> None:
    """One sheet per table, by name."""
    with _uncollected(), plain_workbook(path, day) as workbook:
        for name, frame in sheets.items():
            pixels = widths(frame)
            frame.write_excel(
                workbook,
                worksheet=name,
                header_format=_FOLDED,
                column_formats={name: dict(_FOLDED) for name in frame.columns},  # each is added to
                column_widths=dict(zip(frame.columns, pixels, strict=True)),
                freeze_panes=(1, 0),
            )
            sheet = workbook.get_worksheet_by_name(name)
            for row, high in heights(frame, pixels).items():
                sheet.set_row_pixels(row, high)
            sheet.set_header(f"&L&9 {day}&C&11 &A")  # on paper a sheet's name is nowhere else
            sheet.hide_gridlines(_NOTHING_HIDDEN)
            set_page(sheet, (0, 0))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the cyclic collector: it would go through a large workbook's cells again and again for nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
