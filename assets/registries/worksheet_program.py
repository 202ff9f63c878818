"""The program of the process in which a workbook is read: a workbook in, a line of JSON for each of its sheets out.

A line holds the sheet's rows, and whether a spreadsheet program hides it from whoever opens the workbook. The library
gives a blank for a cell that holds an error and for a formula that nobody has calculated: what such a cell says is read
from the file beside it.

A damaged workbook can make the library that reads it panic, end its process, or take memory without end. Here that
ends a process which has nothing else to do. It is run by its path, and so imports nothing of Hedui.
"""

from __future__ import annotations

import io
import json
import posixpath
import re
import resource
import struct
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from xml.etree import ElementTree

DAMAGED = 3  # exit code: it is the workbook that cannot be read
_MEMORY = 2 * 1024**3  # bytes, for a small workbook; cells take some hundred times the bytes of a packed file
_MEMORY_OF_A_BYTE = 100
_OLE = b"\xd0\xcf\x11\xe0"
_COLUMNS_OLE, _COLUMNS = 256, 16_384  # a sheet has no more; a damaged cell may say that it stands in the 60,000th
_SECONDS = 64  # of one core
_BYTES_A_SECOND = 100_000  # a tenth of what is read in one
_NOT_CALCULATED = "#NOT_CALCULATED!"
_BOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_ERROR_OR_FORMULA = re.compile(rb"""\bt=["']e["']|<(?:\w+:)?f[\s/>]""")
# [MS-XLS] 2.4.21, 2.4.28, 2.4.103, 2.4.24 and 2.4.127; 2.5.133 and 2.5.10
_BEGIN, _SHEET, _END, _ERROR, _FORMULA = (
    int.from_bytes(code) for code in (b"\x08\x09", b"\x00\x85", b"\x00\x0a", b"\x02\x05", b"\x00\x06")
)
_NO_NUMBER, _AN_ERROR = b"\xff\xff", 2
_ERRORS = {
    b"\x00": "#NULL!",
    b"\x07": "#DIV/0!",
    b"\x0f": "#VALUE!",
    b"\x17": "#REF!",
    b"\x1d": "#NAME?",
    b"\x24": "#NUM!",
    b"\x2a": "#N/A",
    b"\x2b": "#GETTING_DATA",
}
Errors = dict[tuple[int, int], str]  # row and column from 0


def _limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _place(reference: str) -> tuple[int, int]:
    """Row and column of a cell such as AB12."""
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(reference[len(letters) :]) - 1, column - 1


def _errors_of_part(content: bytes) -> Errors:
    found: Errors = {}
    if not _ERROR_OR_FORMULA.search(content):
        return found
    with suppress(ElementTree.ParseError):  # where the library reads on all the same, so be it
        for _, element in ElementTree.iterparse(io.BytesIO(content)):  # noqa: S314 - this process has its limits
            if _local(element.tag) == "c":
                parts = {_local(part.tag): part.text for part in element}
                kind, value = element.get("t"), parts.get("v")
                # A formula that gave no text has a kind all the same, and a value of nothing.
                if (kind == "e" or ("f" in parts and kind in (None, "n") and not value)) and (
                    place := element.get("r")
                ):
                    found[_place(place)] = value or _NOT_CALCULATED
            elif _local(element.tag) == "row":
                element.clear()
    return found


def _errors_of_package(content: bytes) -> Iterator[Errors]:
    """Of each sheet of an .xlsx."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = set(package.namelist())
        if not {_BOOK, _RELATIONS} <= names:
            return
        related = ElementTree.fromstring(package.read(_RELATIONS))  # noqa: S314
        parts = {relation.get("Id"): relation.get("Target", "") for relation in related}
        for sheet in ElementTree.fromstring(package.read(_BOOK)).iter():  # noqa: S314
            if _local(sheet.tag) == "sheet":
                relation = next((value for name, value in sheet.items() if name.endswith("}id")), "")
                part = posixpath.normpath(posixpath.join("/xl", parts.get(relation, ""))).lstrip("/")
                yield _errors_of_part(package.read(part)) if part in names else {}


def _records(stream: bytes, place: int) -> Iterator[tuple[int, int]]:
    """Kind and place of the records from a beginning to its end, but for those of what lies within, as a chart."""
    depth = 0
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        depth += (kind == _BEGIN) - (kind == _END)
        if depth == 1:
            yield kind, place + 4
        elif not depth:
            return
        place += 4 + length


def _errors_of_container(content: bytes) -> Iterator[Errors]:
    """Of each sheet of an .xls; whether a formula was calculated is not told there."""
    import olefile

    with olefile.OleFileIO(io.BytesIO(content)) as container:
        name = next(name for name in ("Workbook", "Book") if container.exists(name))
        stream = container.openstream(name).read()
    for kind, sheet in _records(stream, 0):
        if kind != _SHEET:
            continue
        found: Errors = {}
        for what, place in _records(stream, struct.unpack_from("<I", stream, sheet)[0]):
            if what == _ERROR:
                row, column, _, code, is_error = struct.unpack_from("<HHHcB", stream, place)
                if is_error:
                    found[row, column] = _ERRORS.get(code, "#N/A")
            elif what == _FORMULA:
                row, column, _, value, mark = struct.unpack_from("<HHH6s2s", stream, place)
                if mark == _NO_NUMBER and value[0] == _AN_ERROR:
                    found[row, column] = _ERRORS.get(value[2:3], "#N/A")
        yield found


def _errors(content: bytes) -> list[Errors]:
    """Of each sheet. A file may be odd in a way that the library does not mind: then none is found."""
    with suppress(Exception):
        return list((_errors_of_container if content.startswith(_OLE) else _errors_of_package)(content))
    return []


def _say_errors(rows: list[list[Any]], errors: Errors) -> None:
    for (row, column), words in errors.items():
        if row < len(rows) and column < len(rows[row]) and rows[row][column] == "":
            rows[row][column] = words


def _spread(rows: list[list[Any]], merged: list[tuple[tuple[int, int], tuple[int, int]]]) -> Iterator[tuple[int, int]]:
    """A cell merged over several rows stands for each of them, as in a page; over several columns, in the first.

    Gives row and column, from 0, of every cell that now repeats the one above it.
    """
    for (top, column), (bottom, _) in merged:
        for number, row in enumerate(rows[top + 1 : bottom + 1], start=top + 1):
            if column < len(row) and row[column] == "" != rows[top][column]:
                row[column] = rows[top][column]
                yield number, column


def main() -> int:
    """Reads standard input; the exit code is 0 or DAMAGED."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    content = sys.stdin.buffer.read()
    _limit(resource.RLIMIT_AS, _MEMORY + _MEMORY_OF_A_BYTE * len(content))
    _limit(resource.RLIMIT_CPU, _SECONDS + len(content) // _BYTES_A_SECOND)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        errors = _errors(content)
        for place, sheet in enumerate(workbook.sheets_metadata):
            rows, repeated = [], []
            if sheet.typ == SheetTypeEnum.WorkSheet:
                found = workbook.get_sheet_by_index(place)
                if found.total_width > (_COLUMNS_OLE if content.startswith(_OLE) else _COLUMNS):
                    return DAMAGED
                rows = found.to_python(skip_empty_area=False)
                _say_errors(rows, errors[place] if place < len(errors) else {})
                repeated = list(_spread(rows, found.merged_cell_ranges or []))
            is_hidden = sheet.visible != SheetVisibleEnum.Visible
            said = {"rows": rows, "is_hidden": is_hidden, "repeated": repeated}
            # str() of a date or a date with time is its ISO form.
            sys.stdout.buffer.write(json.dumps(said, ensure_ascii=False, default=str).encode() + b"\n")
        sys.stdout.buffer.flush()
    except BaseException:  # a panic is no Exception, and its message may quote cells
        return DAMAGED
    return 0


if __name__ == "__main__":
    sys.exit(main())
