"""What each of the six registries would know if nobody made a mistake, and from which day on: a module per registry.

Belongs here: which people and events a registry holds, its record numbers, its delays. Does not belong here: errors,
file formats, what a rule makes of it.
"""

from __future__ import annotations

from collections.abc import Iterable

from tests.synthetic.register import Register
from tests.synthetic.registries.birth_certificate import birth_certificate
from tests.synthetic.registries.births import births
from tests.synthetic.registries.floating_population import floating_population
from tests.synthetic.registries.health_registry import health_registry
from tests.synthetic.registries.hospital_delivery import hospital_delivery
from tests.synthetic.registries.household_register import household_register
from tests.synthetic.registries.marriage_register import marriage_register
from tests.synthetic.world import World

_OF_BIRTHS = {
    "health_registry": health_registry,
    "birth_certificate": birth_certificate,
    "hospital_delivery": hospital_delivery,
}
_OTHERS = {
    "household_register": household_register,
    "marriage_register": marriage_register,
    "floating_population": floating_population,
}
REGISTRIES = (
    "health_registry",
    "household_register",
    "marriage_register",
    "birth_certificate",
    "hospital_delivery",
    "floating_population",
)
# Registers that are worked on together: what they say depends on no register of another group.
GROUPS = (tuple(_OF_BIRTHS), *((registry,) for registry in _OTHERS))


def open_registers(world: World, group: Iterable[str] = REGISTRIES) -> dict[str, Register]:
    """Registers without a single error, by registry code: all six, or those of one of GROUPS."""
    wanted = [registry for registry in REGISTRIES if registry in set(group)]
    born = births(world) if set(wanted) & set(_OF_BIRTHS) else None
    return {
        registry: _OTHERS[registry](world) if born is None or registry in _OTHERS else _OF_BIRTHS[registry](world, born)
        for registry in wanted
    }


__all__ = ["GROUPS", "REGISTRIES", "open_registers"]
