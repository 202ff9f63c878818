"""The town's offices: benefits applied for, listed and paid; fees charged; services rendered; and what went wrong.

Belongs here: the registers of benefits, fees and services and their truth. Everything is derived from people as they
truly are (world) and from nothing that Hedui computes: an office knows its people, the bank its payments, and the truth
which of them are wrong. Does not belong here: the six registries of persons.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.synthetic.errors import Planted
from tests.synthetic.offices import benefits, fees, services
from tests.synthetic.offices.files import deliver
from tests.synthetic.register import Register
from tests.synthetic.world import World


def write(home: Path, truth: Path, world: World, registers: Mapping[str, Register], planted: Planted) -> int:
    """Writes the offices' extracts into the inbox and their truth; returns the number of files."""
    truth.mkdir(parents=True, exist_ok=True)
    paid = benefits.simulate(world, registers, planted)
    paid.truth.write_parquet(truth / "benefit_outcome.parquet")
    charged, findings = fees.simulate(world)
    findings.write_parquet(truth / "fee_finding.parquet")
    return deliver(home, world, {**paid.registers, **charged, **services.simulate(world)})
