"""Registry layouts: reading and checking the YAML files of this folder."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, model_validator

from warehouse.document import read_as, reading

FOLDER = Path(__file__).parent
COMMON = FOLDER / "common"
RULES_FILE = "reading.yaml"
KEY_SEPARATOR = "|"  # between the parts of a record key
DBF_HEADING_CHARACTERS = 5  # a DBF heading holds 10 bytes: five Chinese characters in GBK

_LAST_BRACKETS = re.compile(r"[(（\[【]([^()（）\[\]【】]*)[)）\]】]?[\s*＊]*$")  # a DBF heading may be cut within them

ColumnType = Literal["text", "name", "citizen_id", "date", "month", "code", "area", "integer", "money", "remark"]


def heading_key(text: str) -> str:
    """The form in which headings are compared: no blanks, brackets, asterisks or units behind a colon."""
    return re.sub(r"[\s*＊:：\[\]【】_()（）/-]", "", text).upper()


class Strict(BaseModel):
    """A YAML document in which an unknown or misspelt key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(Strict):
    """One column of a registry: what it is called in extracts and how its values are read.

    What stands in a column that must be read and cannot be costs the row: left blank it would say something else.
    Into a column of type remark people write what they like: a cell that speaks of refused content is left blank.
    `vague_headings` may mean something else as well (证件号码, a passport's). The first of them that a file has counts,
    where it has none of `headings`.
    """

    headings: tuple[str, ...]
    vague_headings: tuple[str, ...] = ()
    type: ColumnType = "text"
    required: bool = False
    must_read: bool = False
    codes: str | None = None  # a code list of codes.yaml

    @model_validator(mode="after")
    def _codes_belong_to_code_columns(self) -> Column:
        if (self.codes is not None) != (self.type == "code"):
            raise ValueError("codes go with type: code, and only with it")
        return self


class NoRecord(Strict):
    """Rows of an extract that are none of the registry's: those with one of the words in a column with such a heading.

    Nothing of them is kept, nor of the column.
    """

    headings: tuple[str, ...]
    words: tuple[str, ...]

    def stands_under(self, heading: str, *, cut: bool) -> bool:
        """Whether a heading is one of them; with cut=True as a DBF file keeps it."""
        end = DBF_HEADING_CHARACTERS if cut else None
        return heading_key(heading)[:end] in {heading_key(known)[:end] for known in self.headings}


class Meaning(NamedTuple):
    """The column that a heading stands for, and how vague it is: 0 where it means nothing else."""

    column: str
    vagueness: int


class Layout(Strict):
    """How one registry's extracts look."""

    registry: str
    zh: str
    en: str
    owner_zh: str
    owner_en: str
    recipient: Literal["township", "police", "civil_affairs", "hospital"] = (
        "township"  # who gets the registry's referrals
    )
    record_id: str
    record_key: tuple[str, ...]
    number: str | None = None  # by which a clerk finds a record on paper, where record_id does not tell
    village: str | None = None
    columns: dict[str, Column]
    refused: tuple[str, ...] = ()
    no_record: NoRecord | None = None

    @model_validator(mode="after")
    def _names_are_known(self) -> Layout:
        keys = (name for part in self.key_columns for name in part)
        for name in (self.record_id, *keys, *([self.village] if self.village else [])):
            if name not in self.columns:
                raise ValueError(f"{self.registry}: {name} is not a column")
        if self.number and (self.key_columns[0] != (self.number,) or self.columns[self.number].type == "citizen_id"):
            raise ValueError(f"{self.registry}: {self.number} does not lead the record key, or is an id number")
        return self

    @property
    def key_columns(self) -> tuple[tuple[str, ...], ...]:
        """The columns of each part of the record key: of several the first that is given counts."""
        return tuple(tuple(part.split("|")) for part in self.record_key)

    @property
    def number_leads_key(self) -> bool:
        """Whether a clerk's number of a record is not its record_id but the first part of its key."""
        return self.number is not None

    @property
    def number_zh(self) -> str | None:
        """What a clerk's number of a record is called; None where there is nothing but an id number."""
        column = self.columns[self.number or self.record_id]
        return None if column.type == "citizen_id" else column.headings[0]

    def headings(self, *, cut: bool) -> dict[str, Meaning]:
        """Meaning by comparable heading; with cut=True by the first five characters, as a DBF file keeps them."""
        found: dict[str, Meaning] = {}
        for name, column in self.columns.items():
            for place, heading in enumerate((*column.headings, *column.vague_headings), 1 - len(column.headings)):
                key = heading_key(heading)[: DBF_HEADING_CHARACTERS if cut else None]
                before = found.setdefault(key, Meaning(name, max(place, 0))).column
                if before != name:
                    raise ValueError(f"{self.registry}: heading {heading} stands for {before} and {name}")
        return found

    def required(self) -> tuple[str, ...]:
        """Columns without which a file is not an extract of this registry."""
        return tuple(name for name, column in self.columns.items() if column.required)


def _first_match(patterns: Iterable[str], text: str) -> str | None:
    """What the first of the patterns that is in a text finds there."""
    matches = (re.search(pattern, heading_key(text)) for pattern in patterns)
    return next((match.group() for match in matches if match), None)


class ReadingRules(Strict):
    """What holds for every registry's files: refused content, rows that are not records, blanks, code lists."""

    refused: tuple[str, ...]
    heading_remarks: tuple[str, ...]
    footer_labels: tuple[str, ...]
    measure_words: tuple[str, ...]
    blanks: frozenset[str]
    cell_errors: frozenset[str]
    codes: dict[str, dict[str, str]]

    def refused_word(self, heading: str, layout: Layout) -> str | None:
        """The word of a heading that announces content Hedui never stores (scope, invariant 2), if there is one."""
        return _first_match((*self.refused, *layout.refused), heading)

    def refuses(self, heading: str, layout: Layout) -> bool:
        """Whether a heading announces such content."""
        return self.refused_word(heading, layout) is not None

    def is_refused(self, text: str) -> bool:
        """Whether what somebody wrote freely speaks of such content."""
        return _first_match(self.refused, text) is not None

    def without_remarks(self, heading: str) -> str:
        """A heading without the bracketed remarks at its end that only say how its values are written."""
        while (brackets := _LAST_BRACKETS.search(heading)) and self._is_remark(brackets.group(1)):
            heading = heading[: brackets.start()]
        return heading

    def _is_remark(self, words: str) -> bool:
        words = re.sub(r"\s", "", words)
        remark = f"(?:{'|'.join(f'(?:{remark})' for remark in self.heading_remarks)})"
        return re.fullmatch(f"{remark}(?:[,，、;；]{remark})*", words, re.IGNORECASE) is not None


@cache
def reading_rules() -> ReadingRules:
    """The rules of reading.yaml."""
    return read_as(ReadingRules, COMMON / RULES_FILE)


@cache
def read_layouts(*folders: Path) -> dict[str, Layout]:
    """Every layout found in the folders, by registry code; a later folder (a site's own) may add registries.

    Raises ValueError where a file contradicts itself, its name, the code lists or the refused content.
    """
    layouts: dict[str, Layout] = {}
    rules = reading_rules()
    for folder in folders:
        for path in sorted(folder.glob("*.yaml")):
            read = read_as(Layout, path)
            if read.registry != path.stem:
                raise ValueError(f"{path.name} describes {read.registry}: file and registry must have one name")
            with reading(path):
                read.headings(cut=True)
            for column in read.columns.values():
                if column.codes and column.codes not in rules.codes:
                    raise ValueError(f"{path.name}: code list {column.codes} is not in {RULES_FILE}")
                for heading in (*column.headings, *column.vague_headings):
                    if rules.refuses(heading, read):
                        raise ValueError(f"{path.name}: {heading} is refused content and cannot be declared")
            layouts[read.registry] = read
    return layouts
