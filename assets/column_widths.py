"""How wide the columns of a table are on a sheet, so that what is printed can be read.

The library takes a Chinese character for as narrow as a Latin one, and a table that is wider than a page is printed as
small as it takes: texts are folded before that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

_NARROW = 0x2E7F  # characters up to here are as wide as a Latin one
_CHARACTER_PIXELS, _MARGIN_PIXELS, _LINE_PIXELS = 8, 12, 20
WIDEST_PIXELS = 420
_LEAST_PIXELS = 76  # of a heading, or of a text that is folded: four Chinese characters
_TO_FILL_IN_PIXELS = 176  # of a blank column: somebody may write into it
# A4 across has room for some 990 pixels of a sheet: at seven tenths of their size letters of 11 points are still 7.7.
PAGE_PIXELS = 1400


def shown_width(text: str) -> int:
    """How wide a line is in columns of a Latin character: a Chinese one takes two."""
    return sum(2 if ord(character) > _NARROW else 1 for character in text)


def text_pixels(cells: Iterable[object]) -> int:
    """How wide a column must be for the longest line of its cells."""
    lines = (line for cell in set(cells) if cell is not None for line in str(cell).splitlines())
    return _CHARACTER_PIXELS * max(map(shown_width, lines), default=0) + _MARGIN_PIXELS


@dataclass(frozen=True)
class _Column:
    """Pixels: with room for the heading (or a pen) and every cell; for the cells; and the fewest that can be read."""

    whole: int
    body: int
    least: int


def _column(heading: str, cells: pl.Series) -> _Column:
    named, body = text_pixels([heading]), min(text_pixels(cells), WIDEST_PIXELS)
    if cells.dtype == pl.String and not cells.replace("", None).count():
        named = max(named, _TO_FILL_IN_PIXELS)
    least = max(min(body, _LEAST_PIXELS) if cells.dtype == pl.String else body, min(named, _LEAST_PIXELS))
    return _Column(min(max(body, named), WIDEST_PIXELS), max(body, least), least)


def widths(frame: pl.DataFrame) -> list[int]:
    """Pixels of every column of a table: as wide as its lines.

    Where a page has no room for that, headings are folded first, and then texts: the widest columns, all to one width,
    but none below what can be read.
    """
    columns = [_column(name, frame[name]) for name in frame.columns]
    whole = [column.whole for column in columns]
    if sum(whole) <= PAGE_PIXELS:
        return whole

    def within(cap: int) -> list[int]:
        return [max(column.least, min(column.body, cap)) for column in columns]

    caps = range(_LEAST_PIXELS, WIDEST_PIXELS + 1)
    return within(max((cap for cap in caps if sum(within(cap)) <= PAGE_PIXELS), default=_LEAST_PIXELS))


def _lines(text: str, width: int) -> int:
    return sum(max(1, -(-text_pixels([line]) // width)) for line in text.splitlines()) or 1


def heights(frame: pl.DataFrame, pixels: Sequence[int]) -> dict[int, int]:
    """Pixels of the rows, counted from the headings, that take more than a line in columns so wide.

    A program that reads a workbook does not always work them out itself.
    """
    rows = {0: max((_lines(name, width) for name, width in zip(frame.columns, pixels, strict=True)), default=1)}
    for name, width in zip(frame.columns, pixels, strict=True):
        if frame[name].dtype == pl.String and text_pixels(frame[name]) > width:
            for place, cell in enumerate(frame[name], start=1):
                rows[place] = max(rows.get(place, 1), _lines(cell or "", width))
    return {place: _LINE_PIXELS * lines for place, lines in rows.items() if lines > 1}
