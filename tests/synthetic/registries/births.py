"""Live births of the town and the papers they give rise to: what certificates and deliveries have in common."""

from __future__ import annotations

import numpy as np
import polars as pl

from tests.synthetic.calendar import year_of
from tests.synthetic.clerks import FACILITIES
from tests.synthetic.ids import places
from tests.synthetic.population import NOBODY
from tests.synthetic.registries.numbering import serial
from tests.synthetic.world import BIRTHS_BEGIN, World

_LATE_CERTIFICATE, _BORN_IN_OTHER_COUNTY = 0.03, 0.08


def _village_of_registration(world: World, person: np.ndarray, day: np.ndarray) -> np.ndarray:
    """The village in which each person was registered on a day; NOBODY = elsewhere."""
    asked = pl.DataFrame({"person": person, "day": day, "place": np.arange(len(person))}).with_columns(
        pl.col("person", "day").cast(pl.Int32)
    )
    entries = world.residence.entries.select("person", pl.col("since").alias("day"), "village", "until").sort("day")
    found = asked.sort("day").join_asof(entries, on="day", by="person", strategy="backward", check_sortedness=False)
    found = found.with_columns(village=pl.when(pl.col("until") > pl.col("day")).then("village")).sort("place")
    return found["village"].fill_null(NOBODY).to_numpy()


def births(world: World) -> pl.DataFrame:
    """Live births of the town since the electronic registers began.

    person, born, mother, father (NOBODY: not given), mother_village (of registration), live_village (else NOBODY),
    facility, delivered (the hospital is one of ours), certificate_no, delivery_no, issued, delivery_known.
    """
    people, table = world.town.people, world.town.couples
    rng = world.stream("births")
    couple = people.parents
    person = np.flatnonzero((people.born >= BIRTHS_BEGIN) & (people.mother >= 0) & (people.born <= world.last_day))
    couple = couple[person]
    born_here = ~people.from_elsewhere[person] & (table.arrived[couple] <= people.born[person])
    stays = table.wife_stays[couple]
    person = person[born_here | stays]
    couple, born = people.parents[person], people.born[person]
    mother, father = people.mother[person], people.father[person]
    mother_village = _village_of_registration(world, mother, born)
    father_village = _village_of_registration(world, father, born)
    # A family that left is another town's; a mother who is registered nowhere here has a husband who is.
    ours = (mother_village >= 0) | (father_village >= 0)
    person, couple, born, mother, father, mother_village = (
        column[ours] for column in (person, couple, born, mother, father, mother_village)
    )
    year = year_of(born)
    facility = rng.choice(FACILITIES, len(person), p=_falling(FACILITIES))
    # Twins share mother, place and papers' dates.
    first = np.flatnonzero(
        np.concatenate([[True], mother[1:] != mother[:-1]]) | np.concatenate([[True], born[1:] != born[:-1]])
    )
    of_birth = np.cumsum(np.isin(np.arange(len(person)), first)) - 1 if len(person) else np.zeros(0, int)
    late = rng.random(len(first)) < _LATE_CERTIFICATE
    issued = born[first] + np.where(
        late, rng.integers(16, 120, len(first)), rng.gamma(2.0, 3.5, len(first)).clip(1, 14)
    )
    delivered = rng.random(len(first)) >= _BORN_IN_OTHER_COUNTY
    # Births come in any order; the papers of twins are numbered one after the other as they were born.
    turn = np.argsort(np.lexsort((people.birth_order[person], rng.permutation(len(first))[of_birth])))
    letters = np.array(list("JKLMNPQRSTUVWXYZABCDEFGHI"))[np.clip(year - 2009, 0, 24)]
    live = np.where(table.home[couple] >= 0, world.town.home_village[np.maximum(table.home[couple], 0)], mother_village)
    return pl.DataFrame(
        {
            "person": pl.Series(person, dtype=pl.Int32),
            "born": pl.Series(born, dtype=pl.Int32),
            "mother": pl.Series(mother, dtype=pl.Int32),
            "father": pl.Series(np.where(people.father_given[person], father, NOBODY), dtype=pl.Int32),
            "mother_village": pl.Series(mother_village, dtype=pl.Int16),
            "live_village": pl.Series(live, dtype=pl.Int16),
            "facility": facility[first][of_birth],
            "delivered": delivered[of_birth],
            "certificate_no": pl.Series(letters) + serial("37", turn, 7),
            "delivery_no": serial("FM", turn + 10_000_000, 8),
            "issued": pl.Series(issued[of_birth], dtype=pl.Int32),
            "delivery_known": pl.Series((born[first] + rng.integers(1, 4, len(first)))[of_birth], dtype=pl.Int32),
        }
    )


def _falling(size: int) -> np.ndarray:
    weights = 1.0 / (np.arange(size) + 1.5)
    return weights / weights.sum()


def facility_name(facility: pl.Series) -> pl.Series:
    """The names of hospitals, dictionary-encoded."""
    return pl.Series(places()["hospitals"]).cast(pl.Categorical).gather(facility)
