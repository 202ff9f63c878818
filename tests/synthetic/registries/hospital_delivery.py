"""Deliveries in hospital (住院分娩实名登记)."""

from __future__ import annotations

import polars as pl

from tests.synthetic.register import KNOWN, ROW, Register, encoded
from tests.synthetic.registries.births import facility_name
from tests.synthetic.registries.numbering import numbered
from tests.synthetic.world import World


def hospital_delivery(world: World, born: pl.DataFrame) -> Register:
    """Deliveries in the hospitals that report to the town; one row per newborn."""
    people = world.town.people
    table = numbered(born.filter("delivered"))
    person = table["person"].to_numpy()
    records = pl.DataFrame(
        {
            ROW: table[ROW],
            KNOWN: table["delivery_known"],
            "_person": table["person"],
            "_mother": table["mother"],
            "_father": table["father"],
            "_village": table["live_village"],
            "_facility": table["facility"],
            "delivery_no": table["delivery_no"],
            "facility": facility_name(table["facility"]),
            "mother_name": world.text("name", table["mother"]),
            "mother_id": world.text("id_number", table["mother"]),
            "birth_date": world.text("birth_date", table["person"]),
            "sex": world.text("sex", table["person"]),
            "plurality": pl.Series(people.plurality[person]).cast(pl.String),
            "birth_order": pl.Series(people.birth_order[person]).cast(pl.String),
            "father_name": world.text("name", table["father"]),
            "father_id": world.text("id_number", table["father"]),
            "residence_village_code": world.village_code(table["live_village"]),
        }
    )
    return Register("hospital_delivery", encoded(records))
