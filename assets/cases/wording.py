"""How a case reads on paper: registry values in words, ids masked, differing characters found.

Belongs here: pure functions from codes to words. Does not belong here: workbooks.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from itertools import groupby
from typing import Any

from warehouse.catalogue import Catalogue
from warehouse.forms import read_form

# The id is shown whole only where it is what the case is about.
ID_FIELDS = frozenset({"id_number", "spouse_id", "mother_id", "father_id", "husband_id", "wife_id"})
# A year where an id number has one tells it from other long numbers, such as a registry's own.
_ID = re.compile(r"^(\d{6})((?:18|19|20)\d{6}|\d{6})(\d{2}[\dXx]{2}|\d{3})$")
_NAME_FIELD = "name"
_PARENTS = {"mother": "母", "father": "父"}
# Civil affairs tells of an event where the health registry tells of a state: either code may stand in the field.
_SAID_BY = {"marital_status": "event_type"}
_FEW = 2
_TOWN_DIGITS = 9  # of a village's code, those of its town


@dataclass(frozen=True)
class Piece:
    """A stretch of text that both values share, or one in which they differ."""

    text: str
    differs: bool


def masked(value: str | None) -> str:
    """An id number with its birth date hidden; any other text as it is, numbers of records among them."""
    match = _ID.match(value or "")
    return f"{match[1]}{'*' * len(match[2])}{match[3]}" if match else value or ""


def case_number(prefix: str, case_id: str) -> str:
    """A case's number on paper. Letters and dashes keep a spreadsheet from taking it for a number."""
    return f"{prefix}-" + "-".join(case_id[place : place + 4] for place in range(0, len(case_id), 4))


def due_words(due: dt.date | None, list_date: dt.date) -> str:
    """A due day in a narrow column: with its year where that is another than the list's: long over or yet to come."""
    if due is None:
        return ""
    return f"{due:%m-%d}" if due.year == list_date.year else f"{due:%Y}\n{due:%m-%d}"


@cache
def _codes(catalogue: Catalogue) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for contract in catalogue.tables.values():
        for column in contract.columns:
            if column.codes:
                found.setdefault(column.name, column.codes)
    return found


def _where(villages: Mapping[str, str], code: str) -> str:
    """What is said of a code that is no village: whether it is in a town of the place all the same."""
    town = code[:_TOWN_DIGITS]
    is_here = len(town) == _TOWN_DIGITS and any(village.startswith(town) for village in villages)
    return "本地没有的村码" if is_here else "外地"


def value_words(catalogue: Catalogue, villages: Mapping[str, str], field: str, value: str | None) -> str:
    """A value as a clerk reads it: codes in words, villages by name, ids masked unless they are the matter."""
    if value is None:
        return "（空）"
    if field in ID_FIELDS:
        return value
    if field == "registered_village_code":
        return villages.get(value) or f"{_where(villages, value)} {value}"
    codes = _codes(catalogue)
    words = codes.get(_SAID_BY.get(field, ""), {}) | codes.get(field, {})
    return masked(words.get(value, value))


def person_words(catalogue: Catalogue, case: Mapping[str, Any]) -> str:
    """Whom a case is about: by name, and a child that the health registry does not know by a parent, sex and birth."""
    parent = _PARENTS.get(case["parent_role"] or "")
    sex, born = case["child_sex"], case["child_birth_date"]
    told = (
        f"{parent} {case['parent_name']}" if parent else "",
        _codes(catalogue)["sex"].get(sex, "") if sex else "",
        f"{born:%Y-%m-%d} 生" if born else "",
    )
    child = "，".join(part for part in told if part)
    name = case["person_name"]
    if not name:
        return f"（未登记）{child}"
    return f"{name}（{child}）" if child else name


@cache
def field_words(catalogue: Catalogue, field: str) -> str:
    """A field's name in Chinese."""
    own = read_form().fields.get(field)
    if own:
        return own
    for layout in catalogue.layouts.values():
        if field in layout.columns:
            return layout.columns[field].headings[0]
    return field


def pieces(own: str, other: str) -> list[Piece]:
    """A value cut into what it shares with the other and what it does not; place by place where both are as long."""
    found: list[Piece] = []
    if len(own) == len(other):
        alike = [mine == theirs for mine, theirs in zip(own, other, strict=True)]
        for same, places in groupby(range(len(own)), key=alike.__getitem__):
            run = list(places)
            found.append(Piece(own[run[0] : run[-1] + 1], not same))
        return found
    for operation, start, end, _, _ in SequenceMatcher(None, own, other, autojunk=False).get_opcodes():
        if start != end:
            found.append(Piece(own[start:end], operation != "equal"))
    return found


def code_points(own: str, other: str) -> str:
    """Code points of the characters in which two names differ, where these are few: the eye may not tell them apart."""
    if len(own) != len(other):
        return ""
    differing = [(x, y) for x, y in zip(own, other, strict=True) if x != y]
    if not 0 < len(differing) <= _FEW:
        return ""
    return "；".join(f"{x} U+{ord(x):04X} / {y} U+{ord(y):04X}" for x, y in differing)


def cause_words(field: str, cause: str | None, value_a: str | None, value_b: str | None) -> str:
    """The likely cause in words, with code points for names."""
    words = read_form().causes[cause].zh if cause in read_form().causes else ""
    points = code_points(value_a, value_b) if field == _NAME_FIELD and value_a and value_b else ""
    return f"{words}\n{points}".strip()
