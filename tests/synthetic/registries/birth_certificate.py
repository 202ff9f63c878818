"""Medical certificates of birth (出生医学证明)."""

from __future__ import annotations

import polars as pl

from tests.synthetic.calendar import iso
from tests.synthetic.register import KNOWN, ROW, Register, encoded
from tests.synthetic.registries.births import facility_name
from tests.synthetic.registries.numbering import numbered
from tests.synthetic.world import World


def birth_certificate(world: World, born: pl.DataFrame) -> Register:
    """Certificates of births of the town, wherever the family had them issued."""
    table = numbered(born.filter(pl.col("issued") <= world.last_day))
    hospital = facility_name(table["facility"])
    mother_code = world.village_code(table["mother_village"])
    records = pl.DataFrame(
        {
            ROW: table[ROW],
            KNOWN: table["issued"] + 1,
            "_person": table["person"],
            "_mother": table["mother"],
            "_father": table["father"],
            "_village": table["live_village"],
            "_facility": table["facility"],
            "certificate_no": table["certificate_no"],
            "name": world.text("birth_name", table["person"]),
            "sex": world.text("sex", table["person"]),
            "birth_date": world.text("birth_date", table["person"]),
            "birth_place": hospital,
            "facility": hospital,
            "mother_name": world.text("name", table["mother"]),
            "mother_id": world.text("id_number", table["mother"]),
            "mother_village_code": mother_code.zip_with(
                mother_code.is_not_null(), world.text("origin_code", table["mother"])
            ),
            "father_name": world.text("name", table["father"]),
            "father_id": world.text("id_number", table["father"]),
            "issuer": hospital,
            "issued_date": iso(table["issued"]),
        }
    )
    return Register("birth_certificate", encoded(records))
