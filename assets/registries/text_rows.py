"""Where the rows of a text end, and what becomes of a quote that is never closed.

A cell in quotes may go on over several lines. A quote that somebody forgot to close, or that stands inside a cell,
would do the same to the rest of the file; here it costs its own row at most. Belongs here: what ends a row, and whether
the last one ends. What the rows say is the sheet's business.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

import polars as pl

_DELIMITERS = ",\t;|"
_SNIFF_ROWS = 50
_MOST_LINES = 40  # of one row: an address or remark has a few, the rest of a file has more
_QUOTE = '"'


@dataclass(frozen=True)
class TextForm:
    """How the rows of a text are written, as its beginning shows: what parts the cells, and how many a row has.

    `is_even`: every row there but titles of one cell has as many, blanks at its end included.
    """

    delimiter: str
    width: int
    is_even: bool


class _Quotes(Enum):
    CLOSED = auto()
    LITERAL = auto()  # an odd number of them, none of which begins a cell
    OPEN = auto()


@dataclass(frozen=True)
class _Row:
    lines: int
    quotes: _Quotes


def _has_odd_line(text: str) -> bool:
    """Is there a line with an odd number of quotes? In a text without one, every row is a line."""
    if _QUOTE not in text:
        return False
    counts = pl.Series(text.split("\n")).str.count_matches(_QUOTE, literal=True)
    return bool((counts % 2 == 1).any())


def _lines_of_row(lines: list[str], delimiter: str) -> int:
    """How many of these lines the row takes that begins with them; 0 where its quotes do not close within them."""
    reader = csv.reader([*(f"{line}\n" for line in lines), "end"], delimiter=delimiter, strict=True)
    try:
        next(reader)
    except csv.Error:
        return 0
    return reader.line_num if reader.line_num <= len(lines) else 0


def _closes(line: str, delimiter: str) -> bool:
    return len(list(csv.reader([f"{line}\n", "end"], delimiter=delimiter))) > 1


def _rows(lines: list[str], delimiter: str) -> Iterator[_Row]:
    """Every row of a text, given as its lines. Each line is looked at once, one that opens a quote some 40 times."""
    place = 0
    while place < len(lines):
        line = lines[place]
        row = _Row(1, _Quotes.CLOSED)
        if line.count(_QUOTE) % 2:
            if _closes(line, delimiter):
                row = _Row(1, _Quotes.LITERAL)
            elif taken := _lines_of_row(lines[place : place + _MOST_LINES], delimiter):
                row = _Row(taken, _Quotes.CLOSED)
            else:
                row = _Row(1, _Quotes.OPEN)
        yield row
        place += row.lines


def _quoted(line: str, delimiter: str) -> str:
    """The same cells, with quotes as they should be."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator="").writerows(csv.reader([line], delimiter=delimiter))
    return text.getvalue()


def mended(text: str, delimiter: str) -> tuple[str, list[int]]:
    """A text all whose quotes close, and the rows (from 0) in which one did not: they are without quotes now.

    Every row is where it was, so that its number is the one a spreadsheet would show.
    """
    if not _has_odd_line(text):
        return text, []
    lines, kept, broken = text.split("\n"), [], []
    place = 0
    for number, row in enumerate(_rows(lines, delimiter)):
        line = lines[place]
        match row.quotes:
            case _Quotes.CLOSED:
                kept += lines[place : place + row.lines]
            case _Quotes.LITERAL:
                kept.append(_quoted(line, delimiter))
            case _Quotes.OPEN:
                kept.append(line.replace(_QUOTE, ""))
                broken.append(number)
        place += row.lines
    return "\n".join(kept), broken


def whole_rows(text: str, delimiter: str) -> int:
    """How many characters of a text that goes on are whole rows; 0 where none is sure."""
    end = text.rfind("\n") + 1
    if not _has_odd_line(text):
        return end
    lines = text[:end].split("\n")[:-1]
    taken = 0
    for row in _rows(lines, delimiter):
        if row.quotes is _Quotes.OPEN and len(lines) - taken < _MOST_LINES:
            break  # what follows may close it
        taken += row.lines
    return sum(len(line) + 1 for line in lines[:taken])


def form_of(text: str) -> TextForm:
    """What parts the cells of a text is what its first lines have most of; its width is that of their longest row."""
    head = "\n".join(text.splitlines()[:_SNIFF_ROWS])
    delimiter = max(_DELIMITERS, key=head.count)
    rows = csv.reader(io.StringIO(mended(head, delimiter)[0]), delimiter=delimiter)
    widths = [len(row) for row in rows]
    width = max(widths, default=0)
    # The last of them may be the row in which the text breaks off.
    return TextForm(delimiter, width, is_even={found for found in widths[:-1] if found > 1} == {width})


def breaks_off(text: str, form: TextForm) -> bool:
    """Whether a text all whose quotes close ends in the middle of a row: without a line end, and short of cells.

    A text that was cut at the end of a line, or in a row's last cell, looks whole.
    """
    if not form.is_even or text.endswith(("\n", "\r")):
        return False
    taken = 1
    if _has_odd_line(text):
        *_, last_row = _rows(text.split("\n"), form.delimiter)
        taken = last_row.lines
    end = "\n".join(text.rsplit("\n", taken)[-taken:])
    *_, cells = csv.reader(io.StringIO(end, newline=None), delimiter=form.delimiter)
    return len(cells) < form.width
