"""Where people are registered: household entries over time, from births, marriages, divorces and moves; and who lives
here without being registered.

Belongs here: facts about registration. Does not belong here: what a registry makes of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from tests.synthetic import names
from tests.synthetic.calendar import NEVER, YEAR, day_number
from tests.synthetic.chance import stream, worded
from tests.synthetic.ids import places
from tests.synthetic.population import FEMALE, MALE, NOBODY, Population

GONE = -2  # in place of a household: left the town
REGISTER_BEGINS = day_number("2005-01-01")  # entries that ended earlier never reached the digital register

_REGISTERS_HERE = 0.88  # of partners from elsewhere who live here
_RETURNS_AFTER_DIVORCE = 0.7
_REGISTERED_WITH_FATHER = 0.7  # of the children of women who live elsewhere and are registered here
_MOVES_BEGIN, _SINGLES_BORN = day_number("2003-01-01"), day_number("1985-01-01")
_MOVES_WITHIN_TOWN, _FAMILY_LEAVES, _SINGLE_LEAVES = 0.05, 0.03, 0.10
_FLOATING_HERE, _FLOATING_AWAY = 0.03, 0.06  # of the registered population


@dataclass
class Residence:
    """Facts about registration.

    entries: person, home, village, since, until (NEVER while open), cancelled (NEVER, or the day of the deregistration
    after a death), born_into (entered at birth), came_from, went_to (places out of town).
    floating: person, inflow (else: away from here), village (of residence, or of registration), arrived, left.
    """

    entries: pl.DataFrame
    floating: pl.DataFrame


def _birth_lag(size: int, rng: np.random.Generator) -> np.ndarray:
    """Days from birth to registration: most within the month, some late."""
    late = rng.random(size) < 0.03
    return np.where(late, rng.integers(31, 400, size), rng.gamma(3.0, 5.0, size).clip(1, 29)).astype(np.int32)


def _moves(person: np.ndarray, day: np.ndarray, home: np.ndarray) -> pl.DataFrame:
    return pl.DataFrame(
        {"person": person, "day": day, "home": home}, schema={"person": pl.Int32, "day": pl.Int32, "home": pl.Int32}
    )


def _family_of(town: Population, couples: np.ndarray, day: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both partners and their unmarried children under 18 on a day; with each, the place of the couple in `couples`."""
    people, table = town.people, town.couples
    place = np.full(len(table) + 1, NOBODY)
    place[couples] = np.arange(len(couples))
    child_place = place[people.parents]  # parents == NOBODY reads the last cell, which stays NOBODY
    children = np.flatnonzero(child_place >= 0)
    at = day[child_place[children]]
    young = (people.born[children] < at) & (people.born[children] > at - int(18 * YEAR))
    children = children[young]
    persons = np.concatenate([table.husband[couples], table.wife[couples], children])
    return persons, np.concatenate([np.arange(len(couples)), np.arange(len(couples)), child_place[children]])


def _family_moves(town: Population, rng: np.random.Generator) -> tuple[pl.DataFrame, np.ndarray, np.ndarray]:
    """Whole families that move within the town or leave it: moves, each couple's day and new household (or GONE)."""
    people, table = town.people, town.couples
    moved_on = np.full(len(table) + 1, NEVER)
    moved_to = np.full(len(table) + 1, NOBODY)
    remaining = np.flatnonzero((table.home >= 0) & (table.divorced == NEVER) & ~table.repeated)
    blocks = []
    for share, leaves in ((_MOVES_WITHIN_TOWN, False), (_FAMILY_LEAVES, True)):
        chosen = remaining[rng.random(len(remaining)) < share]
        remaining = np.setdiff1d(remaining, chosen)
        day = rng.integers(_MOVES_BEGIN, town.last_day + 1, len(chosen)).astype(np.int32)
        fits = (day > table.married[chosen] + 400) & (day > table.arrived[chosen] + 400)
        fits &= day < np.minimum(people.died[table.husband[chosen]], people.died[table.wife[chosen]])
        chosen, day = chosen[fits], day[fits]
        home = np.full(len(chosen), GONE) if leaves else town.new_homes(rng.permutation(table.village[chosen]))
        moved_on[chosen], moved_to[chosen] = day, home
        persons, place = _family_of(town, chosen, day)
        blocks.append(_moves(persons, day[place], home[place]))
    return pl.concat(blocks), moved_on, moved_to


def _births(town: Population, moved_on: np.ndarray, moved_to: np.ndarray, rng: np.random.Generator) -> pl.DataFrame:
    """Children entered in the household their parents keep at the time; those of families that left are not."""
    people, table = town.people, town.couples
    children = np.flatnonzero(people.birth_home >= 0)
    couple = people.parents[children]
    day = people.born[children] + _birth_lag(len(children), rng)
    # Children born before their parents moved here come with them.
    day = np.maximum(day, table.arrived[couple])
    after_move = people.born[children] >= moved_on[couple]
    home = np.where(after_move, moved_to[couple], people.birth_home[children])
    # Of the children of women who live elsewhere, most are registered with the father there.
    elsewhere = table.wife_stays[couple] & (rng.random(len(children)) < _REGISTERED_WITH_FATHER)
    entered = (home >= 0) & ~elsewhere
    return _moves(children[entered], day[entered], home[entered])


def _marriages(town: Population, rng: np.random.Generator) -> list[pl.DataFrame]:
    """Partners who join the household they keep here, women who leave, and wives who go back after a divorce."""
    people, table = town.people, town.couples
    here = np.flatnonzero(table.home >= 0)
    day = np.maximum(table.married[here] + rng.gamma(1.5, 60, len(here)).astype(np.int32), table.arrived[here])
    founders = (people.parents[table.husband[here]] == NOBODY) & (people.village[table.husband[here]] >= 0)
    day[founders] = table.married[here][founders]
    newcomers = table.arrived[here] > -NEVER
    blocks = []
    for partner in (table.husband[here], table.wife[here]):
        outsider = (people.village[partner] == NOBODY) & (people.birth_home[partner] == NOBODY)
        enters = ~outsider | newcomers | (rng.random(len(here)) < _REGISTERS_HERE)
        blocks.append(_moves(partner[enters], day[enters], table.home[here[enters]]))

    away = np.flatnonzero((table.home == NOBODY) & ~table.wife_stays)
    left = table.married[away] + rng.integers(10, 400, len(away))
    blocks.append(_moves(table.wife[away], left, np.full(len(away), GONE)))

    ended = np.flatnonzero((table.divorced < NEVER) & (table.home >= 0))
    wives = table.wife[ended]
    target = np.where(people.birth_home[wives] >= 0, people.birth_home[wives], GONE)
    returns = (rng.random(len(ended)) < _RETURNS_AFTER_DIVORCE) & (target != table.home[ended])
    back = table.divorced[ended] + rng.integers(5, 200, len(ended))
    blocks.append(_moves(wives[returns], back[returns], target[returns]))
    return blocks


def _single_leavers(town: Population, rng: np.random.Generator) -> pl.DataFrame:
    """Unmarried people who leave for study or work and take their registration with them."""
    people, table = town.people, town.couples
    single = np.setdiff1d(np.flatnonzero(people.birth_home >= 0), np.concatenate([table.husband, table.wife]))
    single = single[(people.born[single] > _SINGLES_BORN) & (rng.random(len(single)) < _SINGLE_LEAVES)]
    day = people.born[single] + rng.integers(int(18 * YEAR), int(26 * YEAR), len(single)).astype(np.int32)
    return _moves(single, day, np.full(len(single), GONE))


def _registration_moves(town: Population, rng: np.random.Generator) -> pl.DataFrame:
    """Every change of household until death: person, day, home (GONE = out of town)."""
    family, moved_on, moved_to = _family_moves(town, rng)
    moves = pl.concat(
        [_births(town, moved_on, moved_to, rng), *_marriages(town, rng), family, _single_leavers(town, rng)]
    )
    died = pl.Series(town.people.died).gather(moves["person"])
    return moves.filter((moves["day"] < died) & (moves["day"] <= town.last_day))


def _entries(town: Population, moves: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Entries of the household register that still existed when it became digital."""
    people = town.people
    ordered = moves.sort("person", "day", "home").unique(["person", "day"], keep="last", maintain_order=True)
    ordered = ordered.filter(pl.col("home") != pl.col("home").shift(1).over("person").fill_null(NOBODY))
    ordered = ordered.with_columns(
        until=pl.col("day").shift(-1).over("person").fill_null(NEVER),
        next_home=pl.col("home").shift(-1).over("person"),
        previous=pl.col("home").shift(1).over("person"),
    ).filter(pl.col("home") >= 0)
    person = ordered["person"].to_numpy()
    report = rng.gamma(1.5, 12, len(person)).astype(np.int32) + 1
    cancelled = np.where(
        (ordered["until"].to_numpy() == NEVER) & (people.died[person] < NEVER), people.died[person] + report, NEVER
    )
    cancelled = np.where(cancelled > town.last_day, NEVER, cancelled)
    born_into = (ordered["previous"].is_null() & (ordered["home"] == pl.Series(people.birth_home[person]))).to_numpy()
    born_into &= people.village[person] >= 0
    elsewhere = [entry["zh"] for entry in places()["elsewhere"]]
    share = np.array([entry["share"] for entry in places()["elsewhere"]], dtype=float)
    origin = worded(elsewhere, rng.choice(len(elsewhere), len(person), p=share / share.sum()))
    target = worded(places()["away"], rng.integers(len(places()["away"]), size=len(person)))
    homes = pl.Series(town.home_village)
    return (
        ordered.select(
            "person",
            "home",
            pl.lit(homes.gather(ordered["home"])).alias("village"),
            pl.col("day").alias("since"),
            "until",
            pl.Series("cancelled", cancelled, dtype=pl.Int32),
            pl.Series("born_into", born_into),
            pl.when(pl.col("previous") >= 0).then(None).otherwise(pl.lit(origin)).alias("came_from"),
            pl.when(pl.col("next_home") == GONE).then(pl.lit(target)).alias("went_to"),
        )
        .filter((pl.col("until") >= REGISTER_BEGINS) & (pl.col("cancelled") >= REGISTER_BEGINS))
        .unique(
            # Who comes back to a household takes up the old entry again.
            ["person", "home"],
            keep="last",
            maintain_order=True,
        )
    )


def _floating(town: Population, entries: pl.DataFrame, first_day: int, rng: np.random.Generator) -> pl.DataFrame:
    """Stays of people who live here without being registered, and of registered people who live elsewhere."""
    people, table = town.people, town.couples
    registered = int(((entries["since"] <= first_day) & (entries["until"] > first_day)).sum())
    size = int(registered * _FLOATING_HERE)
    born = first_day - (rng.gamma(9.0, 3.4, size).clip(1, 75) * YEAR).astype(np.int32)
    weights = np.bincount(town.home_village, minlength=int(town.home_village.max()) + 1).astype(float)
    village = rng.choice(len(weights), size, p=weights / weights.sum())
    arrivals = people.add(
        sex=np.where(rng.random(size) < 0.55, MALE, FEMALE),
        born=born,
        surname=names.surnames(size, rng),
        from_elsewhere=np.ones(size, bool),
    )
    arrived = np.maximum(town.last_day - rng.exponential(900, size).astype(np.int32), born + 30)
    left = arrived + rng.exponential(1100, size).astype(np.int32) + 30
    blocks = [_stay(arrivals, True, village, arrived, np.where(left > town.last_day, NEVER, left))]

    known = np.unique(entries["person"].to_numpy())
    partners = np.concatenate([table.wife, table.husband])
    home, married = np.tile(table.home, 2), np.tile(np.maximum(table.married, table.arrived), 2)
    unregistered = np.flatnonzero((home >= 0) & ~np.isin(partners, known) & (people.died[partners] == NEVER))
    unregistered = unregistered[married[unregistered] > REGISTER_BEGINS]
    divorced = np.tile(table.divorced, 2)[unregistered]
    blocks.append(
        _stay(
            partners[unregistered], True, town.home_village[home[unregistered]], married[unregistered] + 30,
            np.where(divorced < NEVER, divorced + 10, NEVER),
        )
    )  # fmt: skip

    current = entries.filter((pl.col("until") == NEVER) & (pl.col("cancelled") == NEVER))
    person = current["person"].to_numpy()
    age = (first_day - people.born[person]) / YEAR
    works = np.flatnonzero((age > 17) & (age < 58) & (rng.random(len(person)) < _FLOATING_AWAY * 1.6))
    arrived = town.last_day - rng.exponential(700, len(works)).astype(np.int32)
    left = arrived + rng.exponential(1000, len(works)).astype(np.int32) + 60
    blocks.append(
        _stay(
            person[works],
            False,
            current["village"].to_numpy()[works],
            arrived,
            np.where(left > town.last_day, NEVER, left),
        )
    )
    stays = pl.concat(blocks)
    died = pl.Series(people.died).gather(stays["person"])
    return stays.filter((stays["arrived"] < died) & (stays["left"] > day_number("2015-01-01"))).unique(
        "person", keep="first", maintain_order=True
    )


def _stay(person: np.ndarray, inflow: bool, village: np.ndarray, arrived: np.ndarray, left: np.ndarray) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "person": person,
            "inflow": np.full(len(person), inflow),
            "village": village,
            "arrived": arrived,
            "left": left,
        },
        schema={"person": pl.Int32, "inflow": pl.Boolean, "village": pl.Int16, "arrived": pl.Int32, "left": pl.Int32},
    )


def settle(town: Population, first_day: int, seed: int) -> Residence:
    """Household entries and floating stays of a population. Adds floating newcomers to its people."""
    moves = _registration_moves(town, stream(seed, "moves"))
    entries = _entries(town, moves, stream(seed, "entries"))
    return Residence(entries, _floating(town, entries, first_day, stream(seed, "floating")))
