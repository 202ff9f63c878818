"""SQL of a pair's levels and weights: what the model gives each level, and what it gives where a level is still open.

Values of a pair are columns <field>_l and <field>_r, levels level_<field>: the place of the level, -1 where a value is
missing on one side. The weight of a pair is the prior's bits and those of its levels, summed in the order of fields.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable

from assets.identity.linkage.fields import EQUALITIES, FREE
from assets.identity.linkage.model import LinkageModel, LinkField

RAREST = 1e-5  # a value rarer than this share weighs no more: its share is a matter of chance
_MISSING = -1


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


def settled_level_sql(field: LinkField) -> str:
    """The level of a pair as far as a look at its values tells, else blank."""
    missing = f'when "{field.name}_l" is null or "{field.name}_r" is null then {_MISSING}'
    return f"case {missing} {_branches(field, range(_open_from(field)))} end"


def open_level_sql(field: LinkField) -> str:
    """The level of a pair that the first look left open, else what it told."""
    rest = range(_open_from(field), len(field.declared.levels))
    return f"case when level_{field.name} is not null then level_{field.name} {_branches(field, rest)} end"


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
    whens = " ".join(f"when {place} then {_bits(weight)}" for place, weight in enumerate(weights))
    most = max(weights[_open_from(field) :], default=0.0)
    return f"case level_{field.name} when {_MISSING} then {_bits(0.0)} {whens} else {_bits(most)} end"


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
