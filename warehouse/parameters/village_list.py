"""villages.csv: every village of a place, in which editions it is one, and what it became part of.

Somebody keeps it in a spreadsheet. Belongs here: what a spreadsheet does to it, and a slip of a hand; a village whose
code is wrong would drop out of every figure without a word.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from warehouse.document import reading

CODE, NAME, BRANCH, BRANCH_NAME, MERGED = "village_code", "village_name", "branch_code", "branch_name", "merged_into"
_REQUIRED = (CODE, NAME, BRANCH, BRANCH_NAME)
_IN_EDITION = ("0", "1", "")
_LEVEL_DIGITS = 3  # of a code, for each level below the county
_WHICH = re.compile(r"[（(][0-9]+[）)]$")

Row = dict[str, str]


def read_villages(path: Path, edition: object) -> list[Row]:
    """The rows of the list; every one says whether it is a village in `edition`. Raises DeclarationError."""
    with reading(path), path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        wanted = (*_REQUIRED, in_edition(edition))
        if missing := [name for name in wanted if name not in (reader.fieldnames or ())]:
            raise ValueError(
                f"第一行缺少 {'、'.join(missing)}，各列用英文逗号分开 / "
                f"the first line lacks {', '.join(missing)}; columns are parted by commas"
            )
        rows = [(reader.line_num, _stripped(cells, reader.line_num)) for cells in reader]
        rows = [(line, row) for line, row in rows if any(row.values())]
        for line, row in rows:
            _check(line, row, in_edition(edition))
        _check_together(rows)
        found = [row for _, row in rows]
        if not any(row[in_edition(edition)] == "1" for row in found):
            raise ValueError(f"{in_edition(edition)} 中没有一个村（应写 1） / has no village: mark them with 1")
    return found


def in_edition(edition: object) -> str:
    """The column that says which villages an edition has."""
    return f"in_edition_{edition}"


def told_apart(names: Mapping[str, str]) -> dict[str, str]:
    """Names of villages by code; those that several bear with the last digits of their codes, as 永丰村（201）.

    As many digits as tell them apart: those of the village, of several towns those of the town as well.
    """
    bearers: dict[str, list[str]] = defaultdict(list)
    for code, name in names.items():
        bearers[name].append(code)
    digits = {name: _digits_apart(codes) for name, codes in bearers.items() if len(codes) > 1}
    return {code: f"{name}（{code[-digits[name] :]}）" if name in digits else name for code, name in names.items()}


def _digits_apart(codes: list[str]) -> int:
    """How many of the last digits tell codes apart: whole levels."""
    whole = len(codes[0])
    lengths = range(_LEVEL_DIGITS, whole, _LEVEL_DIGITS)
    return next((n for n in lengths if len({code[-n:] for code in codes}) == len(codes)), whole)


def bare_name(name: str) -> str:
    """A village's name without what tells it apart."""
    return _WHICH.sub("", name)


def _stripped(cells: dict[str | None, str | list[str] | None], line: int) -> Row:
    if None in cells or None in cells.values():
        raise ValueError(f"第 {line} 行的列数与第一行不同 / line {line} has not as many cells as the first")
    return {str(name): str(cell).strip() for name, cell in cells.items()}


def _check(line: int, row: Row, marked: str) -> None:
    """Raises ValueError for a line that cannot be."""
    if not row[CODE].isascii() or not row[CODE].isdigit():
        raise ValueError(
            f"第 {line} 行：{CODE} {row[CODE]} 不是村码，可能被电子表格改过（如 3.70E+11），请设为文本后重填 / "
            f"line {line}: {CODE} is no code; a spreadsheet may have changed it (3.70E+11): make the column text"
        )
    if blank := [name for name in _REQUIRED if not row[name]]:
        raise ValueError(f"第 {line} 行：{'、'.join(blank)} 没有写 / line {line}: {', '.join(blank)} is missing")
    if row[marked] not in _IN_EDITION:
        raise ValueError(f"第 {line} 行：{marked} 只能是 1 或 0 / line {line}: {marked} must be 1 or 0")


def _check_together(rows: Iterable[tuple[int, Row]]) -> None:
    """Raises ValueError for lines that contradict each other."""
    lines: dict[str, int] = {}
    branches: dict[str, str] = {}
    length = 0
    for line, row in rows:
        if before := lines.get(row[CODE]):
            raise ValueError(f"第 {before}、{line} 行是同一个村码 / lines {before} and {line} have one code")
        lines[row[CODE]] = line
        length = length or len(row[CODE])
        if len(row[CODE]) != length:
            raise ValueError(
                f"第 {line} 行：{CODE} 的位数与前面的不同 / line {line}: {CODE} is not as long as those before"
            )
        if branches.setdefault(row[BRANCH], row[BRANCH_NAME]) != row[BRANCH_NAME]:
            raise ValueError(
                f"第 {line} 行：{row[BRANCH]} 有两个名称 / line {line}: {row[BRANCH]} has two names ({BRANCH_NAME})"
            )
