"""Names: equal, another form of the same characters, the same sound, the same look, one character off, or different."""

from __future__ import annotations

import re
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
# From the strongest agreement to none.
NAME_AGREEMENTS = ("equal", "variant", "homophone", "look_alike", "one_character", "other")
_SHORTEST_WITH_ONE_OFF = 3
# Several rules ask about the same two names, and candidate pairs meet the same pairs of characters again. The bound
# keeps memory constant.
_REMEMBERED = 1 << 16


def _units(name: str) -> list[str]:
    """A name as characters; a run of Latin letters is one unit, since it may be the reading of a single character.

    The dot inside a non-Han name is written or left out at will and is no unit.
    """
    return [unit for unit in _UNIT.findall(name.upper()) if unit != "·"]


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
    found = [_unit_agreement(x, y) for x, y in zip(units_a, units_b, strict=True)]
    weakest = max(found, key=NAME_AGREEMENTS.index)
    if weakest != "other":
        return weakest
    is_one_off = found.count("equal") == len(found) - 1 and len(found) >= _SHORTEST_WITH_ONE_OFF
    return "one_character" if is_one_off else "other"


def name_form(name: str) -> str:
    """A name in standard simplified characters without dots: equal for all variant forms of one name."""
    return "".join(standard_form(unit) if len(unit) == 1 else unit for unit in _units(name))


def name_sound(name: str) -> str:
    """A name as it is read, one reading per character: a key under which most homophones meet."""
    return " ".join(
        unit.lower() if len(unit) > 1 else first_reading(standard_form(unit), is_surname=place == 0)
        for place, unit in enumerate(_units(name))
    )
