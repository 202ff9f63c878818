"""SQL of a pair's levels and weights: what the model gives each level, and what it gives where a level is still open.

Values of a pair are columns <field>_l and <field>_r, their parts <field>.<part>_l and _r, levels level_<field>: the
place of the level, -1 where a value is missing on one side, less where a first look left it open. The weight
of a pair is the prior's bits and those of its levels, summed in the order of fields.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable

from assets.identity.linkage.fields import EQUALITIES, FREE
from assets.identity.linkage.model import LinkageModel, LinkField

RAREST = 1e-5  # a value rarer than this share weighs no more: its share is a matter of chance
_MISSING, _OPEN = -1, -2  # what the n-th look of a kind leaves open is _OPEN - n


def condition_sql(field: LinkField, condition: str, agreement: str) -> str:
    """The condition of a level on the columns of a pair; `agreement` is where the named function's answer stands."""
    left, right = f'"{field.name}_l"', f'"{field.name}_r"'
    if condition == "{former}":
        if field.former is None:
            return "false"
        return f'{left} = "{field.former}_r" or "{field.former}_l" = {right}'
    return condition.format(l=left, r=right, agreement=agreement)


def agreement_sql(field: LinkField) -> str:
    """What the kind's named function says of a pair; `null` where the kind has none."""
    return field.declared.agreement.format(l=f'"{field.name}_l"', r=f'"{field.name}_r"') or "null"


def _open_from(field: LinkField) -> int:
    """The place of the first level that takes more than a look at two values."""
    levels = field.declared.levels
    if field.declared.cost == FREE:
        return len(levels)
    return next(place for place, level in enumerate(levels) if level.condition not in EQUALITIES)


def _branches(field: LinkField, places: Iterable[int]) -> str:
    found = []
    for place in places:
        condition = condition_sql(field, field.declared.levels[place].condition, f"agreement_{field.name}")
        found.append(f"when {condition} then {place}" if condition else f"else {place}")
    return " ".join(found)


def _left_open(field: LinkField) -> dict[int, list[int]]:
    """The places of the levels that are possible where a look left a field open, by what stands in its column then."""
    levels = field.declared.levels
    left = {_OPEN: list(range(_open_from(field), len(levels)))}
    for number, look in enumerate(field.declared.looks, 1):
        left[_OPEN - number] = [place for place, level in enumerate(levels) if level.code in look.levels]
    return left


def _looks(field: LinkField) -> str:
    """What the looks of a field's kind tell of a pair's level."""
    parts = {f"{side}_{part}": f'"{field.name}.{part}_{side}"' for part in field.look_parts for side in ("l", "r")}
    left, looks = _left_open(field), ""
    for number, look in enumerate(field.declared.looks, 1):
        condition = look.condition.format(l=f'"{field.name}_l"', r=f'"{field.name}_r"', **parts)
        places = left[_OPEN - number]
        looks += f" when {condition} then {places[0] if len(places) == 1 else _OPEN - number}"
    return looks


def first_level_sql(field: LinkField) -> str:
    """The level of a pair as far as a look at its values tells, but not at parts of them; else what is left open."""
    missing = f'when "{field.name}_l" is null or "{field.name}_r" is null then {_MISSING}'
    looks = "" if field.look_parts else _looks(field)
    last = f" else {_OPEN}" if _left_open(field)[_OPEN] else ""
    return f"case {missing} {_branches(field, range(_open_from(field)))}{looks}{last} end"


def second_level_sql(field: LinkField) -> str:
    """The level of a pair as far as a look at parts of its values tells, after the first."""
    if not field.look_parts:
        return f"level_{field.name}"
    return f"case when {is_open_sql(field)} then case{_looks(field)} else {_OPEN} end else level_{field.name} end"


def is_open_sql(field: LinkField) -> str:
    """Whether the first look left a field open."""
    return f"level_{field.name} <= {_OPEN}"


def open_level_sql(field: LinkField) -> str:
    """The level of a pair that the first look left open."""
    return f"case {_branches(field, range(_open_from(field), len(field.declared.levels)))} end"


def open_fields(model: LinkageModel) -> list[LinkField]:
    """Fields that a first look may leave open: the cheapest first, and of them the one whose levels differ most."""

    def told(field: LinkField) -> float:
        bits = [field.odds(level.code).weight for level in field.declared.levels[_open_from(field) :]]
        return max(bits) - min(bits)

    fields = [field for field in model.fields if field.declared.cost > FREE]
    return sorted(fields, key=lambda field: (field.declared.cost, -told(field), field.name))


def code_sql(field: LinkField) -> str:
    """The code of a level."""
    whens = " ".join(f"when {place} then '{level.code}'" for place, level in enumerate(field.declared.levels))
    return f"case level_{field.name} {whens} else 'missing' end"


def _bits(value: float) -> str:
    return f"cast({value!r} as double)"


def weight_sql(field: LinkField) -> str:
    """The bits of a pair's level; where it is still open, the most that it may give."""
    weights = [field.odds(level.code).weight for level in field.declared.levels]
    most = {code: max(weights[place] for place in places) for code, places in _left_open(field).items() if places}
    whens = " ".join(f"when {code} then {_bits(weight)}" for code, weight in [*enumerate(weights), *most.items()])
    return f"case level_{field.name} {whens} else {_bits(0.0)} end"


def rarity_sql(field: LinkField) -> str:
    """The bits that an equal value gives or takes for being rare or common (share_<field>); 0 where that is unknown."""
    equal = [level.code for level in field.declared.levels].index("equal")
    usual = _bits(math.log2(field.odds("equal").u))
    return f"""case when level_{field.name} = {equal} and share_{field.name} is not null
        then {usual} - log2(greatest(share_{field.name}, {_bits(RAREST)})) else {_bits(0.0)} end"""


def field_sql(field: LinkField, rare: Collection[str]) -> str:
    """The bits of a field, with those of a rare value where the field is one of `rare`."""
    return f"{weight_sql(field)} + {rarity_sql(field)}" if field.name in rare else weight_sql(field)


def total_sql(model: LinkageModel, before: float, rare: Collection[str]) -> str:
    """The bits of a pair, from those that speak before anything is compared."""
    return " + ".join([_bits(math.log2(before / (1 - before))), *(field_sql(field, rare) for field in model.fields)])
