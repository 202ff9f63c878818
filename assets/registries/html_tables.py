"""The tables of an HTML page as rows of text, every cell in the column in which a browser shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from assets.registries.unreadable import UnreadableFileError

_MOST_COLUMNS = 1000  # of one cell, as browsers have it


def tables(text: str) -> Iterator[tuple[list[list[str | None]], list[tuple[int, int]]]]:
    """The rows of every table that holds no other, in order. Raises UnreadableFileError where there is none.

    With them row and column, from 0, of the cells that repeat one above that goes on over several rows.

    INCOMPLETE: a table is not closed. A parser closes it, and says nothing of the rows that are missing.
    """
    from lxml import etree, html

    if "\0" in text:
        raise UnreadableFileError("UNREADABLE")  # a hole where rows were
    if len(re.findall(r"<table\b", text, re.IGNORECASE)) > len(re.findall(r"</table\b", text, re.IGNORECASE)):
        raise UnreadableFileError("INCOMPLETE")
    try:
        document = html.fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8", huge_tree=True))
    except etree.LxmlError as error:
        raise UnreadableFileError("UNREADABLE") from error
    found = document.xpath("//table[not(.//table)]")
    if not found:
        raise UnreadableFileError("UNREADABLE")
    for table in found:
        found_rows = list(_rows(table.iter("tr")))
        repeated = [(row, column) for row, (_, columns) in enumerate(found_rows) for column in columns]
        yield [cells for cells, _ in found_rows], repeated


def _span(cell: Any, name: str) -> int:
    """How many rows or columns a cell takes; 0 rows: all that follow."""
    written = re.match(r"\s*(\d{1,9})", cell.get(name, ""))
    return int(written.group(1)) if written else 1


def _rows(rows: Any) -> Iterator[tuple[list[str | None], list[int]]]:
    """A cell over several rows stands for each of them; one over several columns stands in the first, as in a sheet.

    Gives the cells of each row, and the columns of those that come from a row above.
    """
    above: dict[int, tuple[int, str | None]] = {}  # by column: for how many rows more, and what
    group = None
    for row in rows:
        if row.getparent() is not group:  # no cell goes on into another part of the table
            above, group = {}, row.getparent()
        cells: dict[int, str | None] = {column: text for column, (_, text) in above.items()}
        repeated = [column for column, text in cells.items() if text]
        going_on = {column: (left - 1, text) for column, (left, text) in above.items() if left != 1}
        column = 0
        for cell in row.xpath("./td|./th"):
            while column in above:
                column += 1
            text, down = cell.text_content(), _span(cell, "rowspan")
            for part in range(min(max(_span(cell, "colspan"), 1), _MOST_COLUMNS)):
                cells[column] = text if not part else None
                if down != 1:
                    going_on[column] = (down - 1, cells[column])
                column += 1
        above = going_on
        yield [cells.get(place) for place in range(max(cells, default=-1) + 1)], repeated
