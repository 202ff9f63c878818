"""Names: equal, another form of the same characters, the same sound, the same look, one character off, or different."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from warehouse.compare.characters import (
    first_reading,
    is_private_use,
    is_rare,
    is_stand_in,
    look_alike,
    readings,
    standard_form,
)

_UNIT = re.compile(r"[A-Z]+|.", re.DOTALL)
_DOT = "·"
_LATIN = re.compile(r"[A-Z]")
# From the strongest agreement to none.
NAME_AGREEMENTS = ("equal", "variant", "homophone", "look_alike", "one_character", "other")
_SHORTEST_WITH_ONE_OFF = 3
# Several rules ask about the same two names, and candidate pairs meet the same pairs of characters again. The bound
# keeps memory constant.
_REMEMBERED = 1 << 16


def _units(name: str) -> Sequence[str]:
    """A name as characters; a run of Latin letters is one unit, since it may be the reading of a single character.

    The dot inside a non-Han name is written or left out at will and is no unit.
    """
    name = name.upper()
    if not _LATIN.search(name):
        return name.replace(_DOT, "")
    return [unit for unit in _UNIT.findall(name) if unit != _DOT]


def _is_variant(x: str, y: str) -> bool:
    if len(x) > 1 or len(y) > 1:
        # A rare character that a system could not write is given by its reading: 王YAN for 王龑.
        latin, han = (x, y) if len(x) > 1 else (y, x)
        return len(han) == 1 and not han.isascii() and latin.lower() in readings(han)
    if standard_form(x) == standard_form(y):
        return True
    return (is_stand_in(x) and _needs_stand_in(y)) or (is_stand_in(y) and _needs_stand_in(x))


def _needs_stand_in(character: str) -> bool:
    return is_private_use(character) or is_rare(character)


@lru_cache(_REMEMBERED)
def _unit_agreement(x: str, y: str) -> str:
    if x == y:
        return "equal"
    if _is_variant(x, y):
        return "variant"
    if len(x) > 1 or len(y) > 1:
        return "other"
    x, y = standard_form(x), standard_form(y)
    if not x.isascii() and readings(x) & readings(y):
        return "homophone"
    return "look_alike" if look_alike(x, y) else "other"


@lru_cache(_REMEMBERED)
def name_agreement(a: str, b: str) -> str:
    """How two normalised names agree, as one of NAME_AGREEMENTS; the weakest of their characters decides.

    Cost: constant per name; what was compared lately is remembered.
    """
    if a == b:
        return "equal"
    units_a, units_b = _units(a), _units(b)
    if units_a == units_b:
        return "variant"
    if len(units_a) != len(units_b):
        return "other"
    unlike = [(x, y) for x, y in zip(units_a, units_b, strict=True) if x != y]
    if len(unlike) == 1 and len(units_a) >= _SHORTEST_WITH_ONE_OFF:
        found = _unit_agreement(*unlike[0])
        return found if found != "other" else "one_character"
    weakest = "equal"
    for x, y in unlike:  # most names differ in their first character already
        found = _unit_agreement(x, y)
        if found == "other":
            return found
        weakest = max(weakest, found, key=NAME_AGREEMENTS.index)
    return weakest


class _Forms(dict[int, str]):
    """The standard form of each character met so far, as str.translate asks for it."""

    def __missing__(self, place: int) -> str:
        self[place] = "" if chr(place) == _DOT else standard_form(chr(place))
        return self[place]


class _Readings(dict[int, str]):
    """A blank and the reading of each character met so far, as str.translate asks for it."""

    def __missing__(self, place: int) -> str:
        self[place] = f" {first_reading(standard_form(chr(place)), is_surname=False)}"
        return self[place]


_FORMS, _READINGS = _Forms(), _Readings()


def name_form(name: str) -> str:
    """A name in standard simplified characters without dots: equal for all variant forms of one name."""
    return name.upper().translate(_FORMS)


def name_sound(name: str) -> str:
    """A name as it is read, one reading per character: a key under which most homophones meet."""
    units = _units(name)
    if isinstance(units, str) and units:
        return first_reading(standard_form(units[0]), is_surname=True) + units[1:].translate(_READINGS)
    return " ".join(
        unit.lower() if len(unit) > 1 else first_reading(standard_form(unit), is_surname=place == 0)
        for place, unit in enumerate(units)
    )
