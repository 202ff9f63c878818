"""The program of the process in which a workbook is read: a workbook in, a line of JSON for each of its sheets out.

A line holds the sheet's rows, and whether a spreadsheet program hides it from whoever opens the workbook.

A damaged workbook can make the library that reads it panic, end its process, or take memory without end. Here that
ends a process which has nothing else to do. It is run by its path, and so imports nothing of Hedui.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from typing import Any

DAMAGED = 3  # exit code: it is the workbook that cannot be read
_MEMORY = 2 * 1024**3  # bytes, for a small workbook; cells take some hundred times the bytes of a packed file
_MEMORY_OF_A_BYTE = 100
_OLE = b"\xd0\xcf\x11\xe0"
_COLUMNS_OLE, _COLUMNS = 256, 16_384  # a sheet has no more; a damaged cell may say that it stands in the 60,000th
_SECONDS = 64  # of one core
_BYTES_A_SECOND = 100_000  # a tenth of what is read in one


def _limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _spread(rows: list[list[Any]], merged: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """A cell merged over several rows stands for each of them, as in a page; over several columns, in the first."""
    for (top, column), (bottom, _) in merged:
        for row in rows[top + 1 : bottom + 1]:
            if column < len(row) and row[column] == "":
                row[column] = rows[top][column]


def main() -> int:
    """Reads standard input; the exit code is 0 or DAMAGED."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    content = sys.stdin.buffer.read()
    _limit(resource.RLIMIT_AS, _MEMORY + _MEMORY_OF_A_BYTE * len(content))
    _limit(resource.RLIMIT_CPU, _SECONDS + len(content) // _BYTES_A_SECOND)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for place, sheet in enumerate(workbook.sheets_metadata):
            rows = []
            if sheet.typ == SheetTypeEnum.WorkSheet:
                found = workbook.get_sheet_by_index(place)
                if found.total_width > (_COLUMNS_OLE if content.startswith(_OLE) else _COLUMNS):
                    return DAMAGED
                rows = found.to_python(skip_empty_area=False)
                _spread(rows, found.merged_cell_ranges or [])
            said = {"rows": rows, "is_hidden": sheet.visible != SheetVisibleEnum.Visible}
            # str() of a date or a date with time is its ISO form.
            sys.stdout.buffer.write(json.dumps(said, ensure_ascii=False, default=str).encode() + b"\n")
        sys.stdout.buffer.flush()
    except BaseException:  # a panic is no Exception, and its message may quote cells
        return DAMAGED
    return 0


if __name__ == "__main__":
    sys.exit(main())
