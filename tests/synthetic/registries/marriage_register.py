"""Civil affairs' marriages and divorces (民政婚姻登记)."""

from __future__ import annotations

import numpy as np
import polars as pl

from tests.synthetic.calendar import NEVER, day_number, iso, year_of
from tests.synthetic.ids import places
from tests.synthetic.population import NOBODY
from tests.synthetic.register import KNOWN, ROW, Register, encoded
from tests.synthetic.registries.numbering import numbered
from tests.synthetic.world import World

MARRIAGES_BEGIN = day_number("1990-01-01")
_REISSUED = 0.02


def marriage_register(world: World) -> Register:
    """Marriages, divorces and reissued certificates since 1990 of people of the town."""
    people, table = world.town.people, world.town.couples
    rng = world.stream("marriage")
    known = np.zeros(len(people), bool)
    known[world.residence.entries["person"].to_numpy()] = True
    known[world.residence.floating["person"].to_numpy()] = True
    ours = known[table.husband] | known[table.wife]
    kinds = [
        ("marriage", "J", np.flatnonzero(ours), table.married),
        ("divorce", "L", np.flatnonzero(ours & (table.divorced < NEVER)), table.divorced),
    ]
    lasting = np.flatnonzero(ours & (table.divorced == NEVER) & (table.married > MARRIAGES_BEGIN))
    again = lasting[rng.random(len(lasting)) < _REISSUED]
    reissue = table.married + rng.integers(300, 7000, len(table))
    kinds.append(("marriage_reissue", "BJ", again, reissue))
    blocks = []
    for event, letter, candidates, days in kinds:
        inside = (days[candidates] >= MARRIAGES_BEGIN) & (days[candidates] <= world.last_day)
        couple = candidates[inside]
        day = days[couple]
        elsewhere = (table.home[couple] == NOBODY) & (rng.random(len(couple)) < 0.5)
        blocks.append(
            pl.DataFrame(
                {
                    "couple": couple,
                    "event_type": pl.Series([event]).new_from_index(0, len(couple)),
                    "letter": pl.Series([letter]).new_from_index(0, len(couple)),
                    "day": day.astype(np.int32),
                    "elsewhere": elsewhere,
                }
            )
        )
    events = numbered(pl.concat(blocks).sort("day", "letter", "couple"))
    couple, day = events["couple"].to_numpy(), events["day"].to_numpy()
    husband, wife = table.husband[couple], table.wife[couple]
    county = world.text("origin_code", np.where(people.from_elsewhere[husband], husband, wife))
    county = county.cast(pl.String).str.slice(0, 6)
    county = county.set(~events["elsewhere"], "370481")
    year = pl.Series(year_of(day)).cast(pl.String)
    serial = (
        pl.DataFrame({"county": county, "letter": events["letter"], "year": year})
        .select(pl.int_range(1, pl.len() + 1).over("county", "letter", "year"))
        .to_series()
    )
    dash = pl.Series(["-"]).new_from_index(0, len(events))
    village_of_home = world.town.home_village[np.where(table.home[couple] >= 0, table.home[couple], 0)]
    home_name = world.villages["village_name"].gather(pl.Series(village_of_home, dtype=pl.Int32))
    here = pl.Series(["山东省滕州市级索镇"]).new_from_index(0, len(events)) + home_name
    offices = pl.Series([places()["marriage_office"], places()["marriage_office_elsewhere"]])
    records = pl.DataFrame(
        {
            ROW: events[ROW],
            KNOWN: pl.Series(day + 1, dtype=pl.Int32),
            "_husband": pl.Series(husband, dtype=pl.Int32),
            "_wife": pl.Series(wife, dtype=pl.Int32),
            "certificate_no": events["letter"] + county + dash + year + dash + serial.cast(pl.String).str.zfill(6),
            "event_type": events["event_type"],
            "event_date": iso(day),
            "authority": offices.gather(events["elsewhere"].cast(pl.UInt32)),
            "husband_name": world.text("name", husband),
            "husband_id": world.text("id_number", husband),
            "husband_place": here,
            "wife_name": world.text("name", wife),
            "wife_id": world.text("id_number", wife),
            "wife_place": here,
        }
    )
    return Register("marriage_register", encoded(records))
