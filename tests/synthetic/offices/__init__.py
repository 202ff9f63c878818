"""The town's offices: benefits applied for, listed and paid; fees charged; services rendered; and what went wrong.

Belongs here: the registers of benefits, fees and services and their truth. Everything is derived from people as they
truly are (world) and from nothing that Hedui computes: an office knows its people, the bank its payments, and the truth
which of them are wrong. Does not belong here: the six registries of persons.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from tests.synthetic.errors import Planted
from tests.synthetic.offices import benefits, fees, messages, penalties, services
from tests.synthetic.offices.files import deliver
from tests.synthetic.register import Register
from tests.synthetic.world import World

LOOKED_UP = ("household_register", "birth_certificate")  # registers of which every record is needed
FINDING: dict[str, Any] = {
    "registry": pl.String,
    "record_id": pl.String,
    "finding": pl.String,
    "to_refund": pl.Decimal(14, 2),
    "status": pl.String,
}


def write(home: Path, truth: Path, world: World, registers: Mapping[str, Register], planted: Planted) -> int:
    """Writes the offices' extracts into the inbox and their truth; returns the number of files."""
    truth.mkdir(parents=True, exist_ok=True)
    paid = benefits.simulate(world, registers, planted)
    paid.truth.write_parquet(truth / "benefit_outcome.parquet")
    paid.posted.write_parquet(truth / "posted_line.parquet")
    charged, faults = fees.simulate(world)
    punished, more_faults = penalties.simulate(world)
    pl.DataFrame(faults + more_faults, schema=FINDING, orient="row").write_parquet(truth / "fee_finding.parquet")
    found = paid.registers
    del paid
    names = ("benefit_application", "benefit_list", "benefit_payment")
    receipts, sent = messages.simulate(world, *(found[name] for name in names))
    sent.write_parquet(truth / "message.parquet")
    found |= {**charged, **punished, "message_sent": receipts, **services.simulate(world)}
    return deliver(home, world, found)
