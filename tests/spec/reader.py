"""Reading spec files: text in, a Spec out. Knows the notation and nothing of what it is about."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent
DEFAULT_DAY = dt.date(2026, 11, 24)

_STEP = re.compile(r"^(on|received|given|expect)\s+(.*)$")
_RECEIVED = re.compile(r"^([a-z_]+)(?:/(\S+))?$")
_TABLE = re.compile(r"^[a-z_]+$")
_EXPECT = re.compile(r"^(nothing in )?([a-z_]+)(?: where (.+))?$")


class SpecError(Exception):
    """A spec file that is not in the notation, with file and line."""


@dataclass(frozen=True)
class Table:
    """Headings and rows of text; a blank cell is ''."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Received:
    """An extract that a registry delivered: the file's name says day and kind."""

    registry: str
    file_name: str
    table: Table


@dataclass(frozen=True)
class Given:
    """A table of the day that is given instead of computed."""

    name: str
    table: Table


@dataclass(frozen=True)
class Expected:
    """What a table holds at the end of the day: every row that has the values of `where`, in the columns shown."""

    name: str
    where: dict[str, str]
    table: Table


@dataclass
class Day:
    """What happens on one day of an example."""

    day: dt.date
    received: list[Received] = field(default_factory=list)
    given: list[Given] = field(default_factory=list)
    expected: list[Expected] = field(default_factory=list)


@dataclass
class Example:
    """One example: its titles, prose, and days in order."""

    zh: str
    en: str
    prose: list[str] = field(default_factory=list)
    days: list[Day] = field(default_factory=list)


@dataclass
class Spec:
    """A file: what it specifies, why that matters, and the examples."""

    path: Path
    zh: str
    en: str
    prose: list[str] = field(default_factory=list)
    examples: list[Example] = field(default_factory=list)

    @property
    def layer(self) -> str:
        """The folder, which is the layer of the model."""
        return self.path.parent.name

    @property
    def subject(self) -> str:
        """The rule or model that the file is about."""
        return self.path.stem


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|"))


def width(text: str) -> int:
    """Columns that a text takes up on a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def drawn(rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Rows of cells as aligned lines."""
    listed = list(rows)
    widths = [max(width(cell) for cell in column) for column in zip(*listed, strict=True)]
    return [
        "| " + " | ".join(cell + " " * (w - width(cell)) for cell, w in zip(row, widths, strict=True)) + " |"
        for row in listed
    ]


class _Reader:
    """Walks the lines of one file."""

    def __init__(self, text: str, path: Path) -> None:
        self.lines = text.splitlines()
        self.path = path
        self.place = 0

    def error(self, message: str) -> SpecError:
        return SpecError(f"{self.path.name}:{self.place}: {message}")

    def titles(self, line: str) -> tuple[str, str]:
        zh, slash, en = line.lstrip("#").partition(" / ")
        if not (slash and zh.strip() and en.strip()):
            raise self.error("a title reads: 中文 / English")
        return zh.strip(), en.strip()

    def table(self) -> Table:
        rows = []
        while self.place < len(self.lines) and self.lines[self.place].lstrip().startswith("|"):
            rows.append(_cells(self.lines[self.place]))
            self.place += 1
            if len(rows[-1]) != len(rows[0]):
                raise self.error(f"{len(rows[-1])} cells under {len(rows[0])} headings")
        if not rows:
            raise self.error("a table is missing")
        if "" in rows[0] or len(set(rows[0])) != len(rows[0]):
            raise self.error("a heading is blank or stands twice")
        return Table(rows[0], tuple(rows[1:]))

    def where(self, text: str | None) -> dict[str, str]:
        conditions = {}
        for condition in (text or "").split(" and ") if text else []:
            column, equals, value = condition.partition(" = ")
            if not equals:
                raise self.error("a condition reads: column = value")
            conditions[column.strip()] = value.strip()
        return conditions

    def step(self, example: Example, verb: str, rest: str) -> None:
        if verb == "on":
            try:
                day = dt.date.fromisoformat(rest)
            except ValueError:
                raise self.error(f"{rest} is no day") from None
            if example.days and day <= example.days[-1].day:
                raise self.error("days go forward")
            example.days.append(Day(day))
            return
        if not example.days:
            example.days.append(Day(DEFAULT_DAY))
        today = example.days[-1]
        if verb == "received" and (match := _RECEIVED.match(rest)):
            today.received.append(Received(match[1], match[2] or f"{today.day}_full", self.table()))
        elif verb == "given" and _TABLE.match(rest):
            today.given.append(Given(rest, self.table()))
        elif verb == "expect" and (match := _EXPECT.match(rest)):
            table = Table((), ()) if match[1] else self.table()
            today.expected.append(Expected(match[2], self.where(match[3]), table))
        else:
            raise self.error(f"cannot read: {verb} {rest}")

    def read(self) -> Spec:
        spec: Spec | None = None
        paragraph: list[str] = []

        def close_paragraph() -> None:
            if paragraph and spec:
                (spec.examples[-1] if spec.examples else spec).prose.append("\n".join(paragraph))
                paragraph.clear()

        while self.place < len(self.lines):
            line = self.lines[self.place].rstrip()
            self.place += 1
            if not line.strip():
                close_paragraph()
            elif line.startswith("## ") and spec:
                close_paragraph()
                spec.examples.append(Example(*self.titles(line)))
            elif line.startswith("# ") and not spec:
                spec = Spec(self.path, *self.titles(line))
            elif not spec:
                raise self.error("a file begins with: # 中文 / English")
            elif (match := _STEP.match(line)) and spec.examples:
                close_paragraph()
                self.step(spec.examples[-1], match[1], match[2].strip())
            elif line.startswith(("#", "|")):
                raise self.error("a table or title where none belongs")
            else:
                paragraph.append(line.strip())
        close_paragraph()
        if not spec:
            raise self.error("the file is empty")
        for example in spec.examples:
            if not any(day.expected for day in example.days):
                raise self.error(f"the example {example.en!r} expects nothing and can never fail")
        if not spec.examples:
            raise self.error("a spec without an example")
        return spec


def read_text(text: str, path: Path) -> Spec:
    """Reads a spec. Raises SpecError, with file and line, where the text is not in the notation."""
    return _Reader(text, path).read()


def read_specs(folder: Path = FOLDER) -> list[Spec]:
    """Every spec of the folder (one subfolder per layer), by layer and name."""
    return [read_text(path.read_text(encoding="utf-8"), path) for path in sorted(folder.glob("*/*.spec"))]


def tidied(text: str) -> str:
    """The same text with its tables aligned."""
    lines: list[str] = []
    table: list[tuple[str, ...]] = []
    for line in [*text.splitlines(), ""]:
        if line.lstrip().startswith("|"):
            table.append(_cells(line))
            continue
        lines += drawn(table)
        table.clear()
        lines.append(line.rstrip())
    return "\n".join(lines).rstrip("\n") + "\n"
