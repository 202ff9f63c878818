"""The floating-population platform (流动人口平台)."""

from __future__ import annotations

import numpy as np
import polars as pl

from tests.synthetic.calendar import NEVER, iso
from tests.synthetic.register import DAY, KNOWN, ROW, Register, encoded
from tests.synthetic.registries.numbering import numbered, serial
from tests.synthetic.world import World


def floating_population(world: World) -> Register:
    """Stays of newcomers here and of townspeople elsewhere."""
    rng = world.stream("floating_register")
    stays = numbered(world.residence.floating)
    person = stays["person"]
    registered = stays["arrived"].to_numpy() + rng.gamma(1.5, 25, len(stays)).astype(np.int32)
    here = world.village_code(stays["village"])
    away = pl.Series(world.stream("destination").integers(200, 260, len(stays))).cast(pl.String)
    towns = pl.Series(["370102006", "370203008", "320505102", "310115103", "330212004"])
    target = (towns.gather(rng.integers(5, size=len(stays))) + away).cast(pl.Categorical)
    inflow = stays["inflow"]
    records = pl.DataFrame(
        {
            ROW: stays[ROW],
            KNOWN: pl.Series(registered + 1, dtype=pl.Int32),
            "_person": person,
            "_village": stays["village"],
            "registration_no": serial("L370481", rng.permutation(len(stays)), 8),
            "name": world.text("name", person),
            "sex": world.text("sex", person),
            "id_number": world.text("id_number", person),
            "origin_code": world.text("origin_code", person).zip_with(inflow, here),
            "residence_village_code": here.zip_with(inflow, target),
            "flow_type": pl.Series(np.where(inflow.to_numpy(), "inflow", "outflow")),
            "arrived_date": iso(stays["arrived"]),
            "registered_date": iso(registered),
            "updated_on": iso(np.minimum(registered, world.first_day)),
        }
    )
    left = stays.filter(pl.col("left") < NEVER)
    day = np.maximum(left["left"].to_numpy(), registered[left[ROW].to_numpy()] + 2)
    ends = pl.DataFrame({ROW: left[ROW], DAY: pl.Series(day, dtype=pl.Int32), "left_date": iso(left["left"])})
    return Register("floating_population", encoded(records), [encoded(ends)])
