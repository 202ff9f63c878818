"""The town as it truly is, with a name and a number for everybody.

Belongs here: what is true of people. Does not belong here: who lives where (homes), what registries know (registries).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from tests.synthetic import ids, names
from tests.synthetic.calendar import day_number, iso
from tests.synthetic.chance import stream
from tests.synthetic.clerks import Clerks
from tests.synthetic.homes import Residence
from tests.synthetic.ids import places
from tests.synthetic.population import Population

BIRTHS_BEGIN = day_number("2009-01-01")  # certificates and deliveries in electronic form
_FORMER_NAME, _RENAMED_AT_REGISTRATION = 0.012, 0.025


@dataclass
class World:
    """The town as it truly is: people with names and numbers, couples, registration, villages and clerks."""

    town: Population
    residence: Residence
    clerks: Clerks
    villages: pl.DataFrame  # village_code, village_name
    who: pl.DataFrame  # one row per person: name, birth_name, former_name, sex, birth_date, id_number, origin_code
    first_day: int
    last_day: int
    seed: int

    def text(self, column: str, person: np.ndarray | pl.Series) -> pl.Series:
        """A column of `who` for each person; null for NOBODY."""
        place = pl.Series(person, dtype=pl.Int32)
        return self.who[column].gather(place.set(place < 0, None))

    def village_code(self, village: np.ndarray | pl.Series) -> pl.Series:
        """The code of each village; null for NOBODY."""
        place = pl.Series(village, dtype=pl.Int32)
        return self.villages["village_code"].gather(place.set(place < 0, None))

    def stream(self, *words: str | int) -> np.random.Generator:
        """A stream of random numbers of this town."""
        return stream(self.seed, *words)


def identify(
    town: Population,
    residence: Residence,
    clerks: Clerks,
    villages: pl.DataFrame,
    first_day: int,
    last_day: int,
    seed: int,
) -> World:
    """Gives everybody a name and a number."""
    people = town.people
    rng = stream(seed, "identity")
    size = len(people)
    origins = [entry["code"] for entry in places()["elsewhere"]]
    share = np.array([entry["share"] for entry in places()["elsewhere"]], dtype=float)
    origin = np.array(origins)[rng.choice(len(origins), size, p=share / share.sum())]
    unknown = np.array(places()["unknown"])[rng.integers(len(places()["unknown"]), size=size)]
    arrived = pl.Series(range(size)).is_in(residence.floating.filter("inflow")["person"].to_list()).to_numpy()
    area = np.where(people.from_elsewhere, origin, ids.area_by_issue(people.born, rng).to_numpy())
    area = np.where(arrived & (rng.random(size) < places()["unknown_share"]), unknown, area)
    name = names.full(people.surname, people.born, people.sex, arrived, rng)
    other = pl.Series(np.array(list(names.lists()["surnames"]))[people.surname]) + names.given(
        people.born, people.sex, rng
    )
    renamed = pl.Series((rng.random(size) < _RENAMED_AT_REGISTRATION) & (people.born >= BIRTHS_BEGIN))
    former = pl.Series((rng.random(size) < _FORMER_NAME) & (people.born < BIRTHS_BEGIN))
    nothing = pl.Series([None] * size, dtype=pl.String)
    who = pl.DataFrame(
        {
            "name": name,
            "birth_name": other.zip_with(renamed & (other != name), name),
            "former_name": other.zip_with(former & (other != name), nothing),
            "sex": pl.Series(people.sex).cast(pl.String),
            "birth_date": iso(people.born),
            "id_number": ids.number(pl.Series(area), people.born, people.sex, rng),
            # The county of origin, and a town and village there.
            "origin_code": pl.Series(origin) + pl.Series(rng.integers(106, 112, size)).cast(pl.String)
            + pl.Series(rng.integers(200, 240, size)).cast(pl.String),
        }
    )  # fmt: skip
    return World(town, residence, clerks, villages, who, first_day, last_day, seed)
