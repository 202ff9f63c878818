"""The town as it truly is, with a name and a number for everybody.

Belongs here: what is true of people. Does not belong here: who lives where (homes), what registries know (registries).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from tests.synthetic import ids, names
from tests.synthetic.calendar import day_number, iso
from tests.synthetic.chance import stream, worded
from tests.synthetic.clerks import Clerks
from tests.synthetic.homes import Residence
from tests.synthetic.ids import places
from tests.synthetic.population import Population
from tests.synthetic.register import decoded, encoded

BIRTHS_BEGIN = day_number("2009-01-01")  # certificates and deliveries in electronic form
_FORMER_NAME, _RENAMED_AT_REGISTRATION = 0.012, 0.025


@dataclass
class World:
    """The town as it truly is: people with names and numbers, couples, registration, villages and clerks."""

    town: Population
    residence: Residence
    clerks: Clerks
    villages: pl.DataFrame  # village_code, village_name
    said: pl.DataFrame  # the columns of `who`, all but the number dictionary-encoded
    first_day: int
    last_day: int
    seed: int

    @property
    def who(self) -> pl.DataFrame:
        """One row per person: name, birth_name, former_name, sex, birth_date, id_number, origin_code, as text."""
        return decoded(self.said)

    def text(self, column: str, person: np.ndarray | pl.Series) -> pl.Series:
        """A column of `who` for each person, but for the number dictionary-encoded; null for NOBODY."""
        place = pl.Series(person, dtype=pl.Int32)
        return self.said[column].gather(place.set(place < 0, None))

    def village_code(self, village: np.ndarray | pl.Series) -> pl.Series:
        """The code of each village, dictionary-encoded; null for NOBODY."""
        place = pl.Series(village, dtype=pl.Int32)
        return self.villages["village_code"].cast(pl.Categorical).gather(place.set(place < 0, None))

    @cached_property
    def multiple_births(self) -> pl.DataFrame:
        """Twins and triplets: person, mother, born, true_sex, alike (another child of the birth is of the sex)."""
        people = self.town.people
        child = np.flatnonzero(people.mother >= 0)
        child = child[np.lexsort((people.born[child], people.mother[child]))]
        together = (np.diff(people.mother[child]) == 0) & (np.diff(people.born[child]) == 0)
        child = child[np.append(together, False) | np.append(False, together)]
        return pl.DataFrame(
            {
                "person": pl.Series(child, dtype=pl.Int32),
                "mother": people.mother[child],
                "born": people.born[child],
                "true_sex": self.text("sex", child),
            }
        ).with_columns(alike=pl.len().over("mother", "born", "true_sex") > 1)

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
    origin = worded(origins, rng.choice(len(origins), size, p=share / share.sum()))
    unknown = worded(places()["unknown"], rng.integers(len(places()["unknown"]), size=size))
    arrived = np.zeros(size, bool)
    arrived[residence.floating.filter("inflow")["person"].to_numpy()] = True
    area = origin.zip_with(pl.Series(people.from_elsewhere), ids.area_by_issue(people.born, rng).cast(pl.Categorical))
    area = unknown.zip_with(pl.Series(arrived & (rng.random(size) < places()["unknown_share"])), area)
    name = names.full(people.surname, people.born, people.sex, arrived, rng)
    other = names.listed(people.surname) + names.given(people.born, people.sex, rng)
    renamed = pl.Series((rng.random(size) < _RENAMED_AT_REGISTRATION) & (people.born >= BIRTHS_BEGIN))
    former = pl.Series((rng.random(size) < _FORMER_NAME) & (people.born < BIRTHS_BEGIN))
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, size)
    said = encoded(
        pl.DataFrame(
            {
                "name": name,
                "birth_name": other.zip_with(renamed & (other != name), name),
                "former_name": other.zip_with(former & (other != name), nothing),
                "sex": pl.Series(people.sex).cast(pl.String),
                "birth_date": iso(people.born),
            }
        )
    )
    del name, other, nothing
    number = ids.number(area, people.born, people.sex, rng)
    # The county of origin, and a town and village there.
    place = pl.Series(rng.integers(106, 112, size)).cast(pl.String)
    place += pl.Series(rng.integers(200, 240, size)).cast(pl.String)
    origin_code = (origin.cast(pl.String) + place).cast(pl.Categorical)
    said = said.with_columns(number.alias("id_number"), origin_code.alias("origin_code"))
    return World(town, residence, clerks, villages, said, first_day, last_day, seed)
