"""What each of the six registries would know if nobody made a mistake, and from which day on: a module per registry.

Belongs here: which people and events a registry holds, its record numbers, its delays. Does not belong here: errors,
file formats, what a rule makes of it.
"""

from __future__ import annotations

from tests.synthetic.register import Register
from tests.synthetic.registries.birth_certificate import birth_certificate
from tests.synthetic.registries.births import births
from tests.synthetic.registries.floating_population import floating_population
from tests.synthetic.registries.health_registry import health_registry
from tests.synthetic.registries.hospital_delivery import hospital_delivery
from tests.synthetic.registries.household_register import household_register
from tests.synthetic.registries.marriage_register import marriage_register
from tests.synthetic.world import World


def open_registers(world: World) -> dict[str, Register]:
    """The six registers without a single error, by registry code."""
    born = births(world)
    registers = [
        health_registry(world, born),
        household_register(world),
        marriage_register(world),
        birth_certificate(world, born),
        hospital_delivery(world, born),
        floating_population(world),
    ]
    return {register.registry: register for register in registers}


__all__ = ["open_registers"]
