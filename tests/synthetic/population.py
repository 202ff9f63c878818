# ruff: noqa: RUF009 — columns are declared by a function that returns a dataclass field
"""Generations of families: who is born to whom, who marries whom, who divorces and dies, village by village.

Belongs here: people and couples as they are. Does not belong here: where they are registered (homes), what registries
know (registries), what is wrong (errors).
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import numpy as np

from tests.synthetic import names
from tests.synthetic.calendar import NEVER, YEAR, day_number, year_of
from tests.synthetic.chance import stream, uneven

MALE, FEMALE = 1, 2
NOBODY = -1
GENERATIONS = 5
PILOT_COUPLES = 1_500
VILLAGE_SPREAD = 0.8  # standard deviation of log village size: the largest is some twenty times the smallest
MOST_CHILDREN = 7

# By year: children per couple (marriage year), age at marriage of men (birth year).
_CHILDREN = ((1930, 4.2), (1965, 3.6), (1975, 2.5), (1985, 1.9), (1995, 1.6), (2010, 1.7), (2018, 1.3), (2030, 1.0))
_AGE_AT_MARRIAGE = ((1930, 22.5), (1955, 23.5), (1975, 24.0), (1985, 25.5), (1995, 27.5), (2010, 28.5))
_TWINS, _TRIPLETS = 0.011, 0.0002
_NEVER_MARRIES = {MALE: 0.06, FEMALE: 0.015}
_MARRIES_LOCALLY = 0.55  # share of men and women who look for a partner in the town
_HUSBAND_MOVES_IN = 0.06  # of women who marry somebody from elsewhere
_STAYS_REGISTERED = 0.12  # of women who leave on marriage, those who keep their registration here
_DIVORCES, _REMARRIES, _RESTORES = 0.11, 0.45, 0.08
_NEWCOMERS = 0.025  # couples who move in from elsewhere, of all couples of a generation
_FATHER_NOT_GIVEN = 0.012


@dataclass
class Table:
    """Columns of equal length, grown in blocks."""

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))

    def add(self, **columns: np.ndarray) -> np.ndarray:
        """Appends rows; columns left out are filled with their blank. Returns the numbers of the new rows."""
        size = len(next(iter(columns.values())))
        begin = len(self)
        for column in fields(self):
            old = getattr(self, column.name)
            new = columns.get(column.name)
            block = np.full(size, column.metadata["blank"], old.dtype) if new is None else np.asarray(new, old.dtype)
            setattr(self, column.name, np.concatenate([old, block]))
        return np.arange(begin, begin + size)


def _column(dtype: str, blank: int | bool) -> np.ndarray:
    return field(default_factory=lambda: np.zeros(0, dtype), metadata={"blank": blank})


@dataclass
class People(Table):
    """Everybody who ever mattered to the town. Row number = the person's true identity."""

    sex: np.ndarray = _column("int8", 0)
    born: np.ndarray = _column("int32", 0)
    died: np.ndarray = _column("int32", NEVER)
    surname: np.ndarray = _column("int16", 0)
    mother: np.ndarray = _column("int32", NOBODY)
    father: np.ndarray = _column("int32", NOBODY)
    parents: np.ndarray = _column("int32", NOBODY)  # the couple they were born to
    birth_home: np.ndarray = _column("int32", NOBODY)  # the household they were born into
    village: np.ndarray = _column("int16", NOBODY)  # of birth, or of arrival; NOBODY = elsewhere
    from_elsewhere: np.ndarray = _column("bool", False)  # number issued elsewhere
    plurality: np.ndarray = _column("int8", 1)
    birth_order: np.ndarray = _column("int8", 1)
    father_given: np.ndarray = _column("bool", True)


@dataclass
class Couples(Table):
    """Marriages, each with its day and the day it was dissolved."""

    husband: np.ndarray = _column("int32", NOBODY)
    wife: np.ndarray = _column("int32", NOBODY)
    married: np.ndarray = _column("int32", 0)
    divorced: np.ndarray = _column("int32", NEVER)
    home: np.ndarray = _column("int32", NOBODY)  # the household they keep here; NOBODY = they live elsewhere
    village: np.ndarray = _column("int16", NOBODY)
    arrived: np.ndarray = _column("int32", -NEVER)  # the day newcomers came; before, they lived elsewhere
    wife_stays: np.ndarray = _column("bool", False)  # left on marriage and kept her registration here
    repeated: np.ndarray = _column("bool", False)  # not the husband's or not the wife's first
    restored: np.ndarray = _column("bool", False)  # divorced from each other before


@dataclass
class Population:
    """People, couples, and the village of every household."""

    people: People
    couples: Couples
    home_village: np.ndarray
    last_day: int

    def new_homes(self, village: np.ndarray) -> np.ndarray:
        """Numbers of new households in the given villages."""
        begin = len(self.home_village)
        self.home_village = np.concatenate([self.home_village, np.asarray(village, "int16")])
        return np.arange(begin, begin + len(village))


def _in_year(year: np.ndarray, points: tuple[tuple[int, float], ...]) -> np.ndarray:
    """A quantity given for some years, as it is in each year."""
    years, values = np.array(points).T
    return np.interp(year, years, values)


def _death(born: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Days of death: Gompertz, most often around the age of 82."""
    age = 82.0 + np.log(-np.log(rng.random(len(born)))) / 0.095
    return born + (np.clip(age, 2.0, 106.0) * YEAR).astype(np.int32)


def _village_weights(villages: int, rng: np.random.Generator) -> np.ndarray:
    weights = uneven(rng, villages, VILLAGE_SPREAD)
    return weights / weights.sum()


class _Growth:
    """One run through the generations."""

    def __init__(self, founders: int, villages: int, last_day: int, seed: int) -> None:
        self.rng = stream(seed, "population", founders)
        self.weights = _village_weights(villages, stream(seed, "villages"))
        self.town = Population(People(), Couples(), np.zeros(0, "int16"), last_day)
        self.founders = founders

    # -- people ------------------------------------------------------------------------------------------------------

    def outsiders(self, sex: int | np.ndarray, born: np.ndarray) -> np.ndarray:
        """People born elsewhere."""
        return self.town.people.add(
            born=born,
            sex=np.broadcast_to(sex, born.shape),
            died=_death(born, self.rng),
            surname=names.surnames(len(born), self.rng),
            from_elsewhere=np.ones(len(born), bool),
        )

    def first_couples(self) -> np.ndarray:
        """The oldest generation still alive when the registers begin."""
        rng, people = self.rng, self.town.people
        begin, end = day_number("1909-01-01"), day_number("1936-12-31")
        born = rng.integers(begin, end, self.founders).astype(np.int32)
        village = rng.choice(len(self.weights), self.founders, p=self.weights)
        pair = []
        for sex, bride in ((MALE, 0), (FEMALE, 700)):
            born_then = born + bride + rng.integers(-500, 500, self.founders)
            pair.append(
                people.add(
                    sex=np.full(self.founders, sex),
                    born=born_then,
                    died=_death(born_then, rng),
                    surname=names.surnames(self.founders, rng),
                    village=village,
                )
            )
        married = born + (rng.normal(22.0, 2.0, self.founders) * YEAR).astype(np.int32)
        return self.town.couples.add(
            husband=pair[0], wife=pair[1], married=married, village=village, home=self.town.new_homes(village)
        )

    def children(self, couples: np.ndarray, expected: np.ndarray) -> np.ndarray:
        """Children of couples, given how many each expects on average."""
        rng, people, table = self.rng, self.town.people, self.town.couples
        wanted = np.minimum(
            rng.poisson(np.maximum(expected - 0.85, 0.05)) + (rng.random(len(couples)) < 0.87), MOST_CHILDREN
        )
        gaps = rng.gamma(5.0, 190.0, (len(couples), MOST_CHILDREN)).astype(np.int32) + 320
        gaps[:, 0] = rng.gamma(3.0, 170.0, len(couples)).astype(np.int32) + 200
        days = table.married[couples][:, None] + np.cumsum(gaps, axis=1, dtype=np.int32)
        mother, father = table.wife[couples], table.husband[couples]
        last = np.minimum.reduce(
            [
                people.died[mother] - 1,
                people.died[father] + 200,
                table.divorced[couples] + 150,
                people.born[mother] + int(44 * YEAR),
                np.full(len(couples), self.town.last_day),
            ]
        )
        happens = (np.arange(MOST_CHILDREN) < wanted[:, None]) & (days <= last[:, None])
        who, when = np.nonzero(happens)
        luck = rng.random(len(who))
        plurality = 1 + (luck < _TWINS) + (luck < _TRIPLETS)
        born = np.repeat(days[who, when], plurality)
        couple = np.repeat(couples[who], plurality)
        order = np.concatenate([[0], np.cumsum(plurality)[:-1]]) if len(plurality) else np.zeros(0, int)
        order = np.arange(len(born)) - np.repeat(order, plurality) + 1
        mother, father = table.wife[couple], table.husband[couple]
        home = np.where(table.wife_stays[couple], people.birth_home[mother], table.home[couple])
        village = np.where(table.arrived[couple] > born, NOBODY, table.village[couple])
        return people.add(
            sex=np.where(rng.random(len(born)) < 0.523, MALE, FEMALE),
            born=born,
            died=_death(born, rng),
            surname=people.surname[father],
            mother=mother,
            father=father,
            parents=couple,
            birth_home=home,
            village=village,
            from_elsewhere=(village == NOBODY),
            plurality=np.repeat(plurality, plurality),
            birth_order=order,
            father_given=np.repeat(rng.random(len(who)) >= _FATHER_NOT_GIVEN, plurality),
        )

    # -- couples -----------------------------------------------------------------------------------------------------

    def marry(self, children: np.ndarray) -> np.ndarray:
        """First marriages of a generation: within the town, with somebody from elsewhere, or away from it."""
        rng, people = self.rng, self.town.people
        year = year_of(people.born[children])
        age = _in_year(year, _AGE_AT_MARRIAGE) - 1.8 * (people.sex[children] == FEMALE)
        age = np.maximum(age + rng.normal(0, 2.4, len(children)), np.where(people.sex[children] == MALE, 22.1, 20.1))
        plan = people.born[children] + (age * YEAR).astype(np.int32)
        never = np.where(people.sex[children] == MALE, _NEVER_MARRIES[MALE], _NEVER_MARRIES[FEMALE])
        ready = (rng.random(len(children)) >= never) & (plan < people.died[children]) & (plan <= self.town.last_day)
        children, plan = children[ready], plan[ready]
        is_man = people.sex[children] == MALE
        local = rng.random(len(children)) < _MARRIES_LOCALLY
        grooms, brides = (np.flatnonzero(local & side) for side in (is_man, ~is_man))
        size = min(len(grooms), len(brides))
        grooms, brides = (rng.choice(rows, size, replace=False) for rows in (grooms, brides))
        grooms, brides = (rows[np.argsort(plan[rows], kind="stable")] for rows in (grooms, brides))
        fits = people.parents[children[grooms]] != people.parents[children[brides]]
        grooms, brides = grooms[fits], brides[fits]
        found = [self._settle(children[grooms], children[brides], np.maximum(plan[grooms], plan[brides]))]
        paired = np.zeros(len(children), bool)
        paired[grooms] = paired[brides] = True
        men, women = (np.flatnonzero(~paired & side) for side in (is_man, ~is_man))
        younger = rng.normal(500, 700, len(men)).astype(np.int32)
        wives = self.outsiders(FEMALE, np.minimum(people.born[children[men]] + younger, plan[men] - int(20.1 * YEAR)))
        found.append(self._settle(children[men], wives, plan[men]))
        older = rng.normal(500, 700, len(women)).astype(np.int32)
        husbands = self.outsiders(
            MALE, np.minimum(people.born[children[women]] - older, plan[women] - int(22.1 * YEAR))
        )
        moves_in = rng.random(len(women)) < _HUSBAND_MOVES_IN
        found.append(self._settle(husbands[moves_in], children[women[moves_in]], plan[women[moves_in]], at_wife=True))
        self._leave(husbands[~moves_in], children[women[~moves_in]], plan[women[~moves_in]])
        return np.concatenate(found)

    def _settle(self, men: np.ndarray, women: np.ndarray, day: np.ndarray, *, at_wife: bool = False) -> np.ndarray:
        """Couples who live in the town, three in four in a household of their own."""
        rng, people = self.rng, self.town.people
        alive = (people.died[men] > day) & (people.died[women] > day) & (day <= self.town.last_day)
        men, women, day = men[alive], women[alive], day[alive]
        host = women if at_wife else men
        village = people.village[host].copy()
        parental = people.birth_home[host]
        own = (rng.random(len(men)) < 0.75) | (parental == NOBODY)
        # Children of newcomers were born elsewhere and live where their parents settled.
        settled = (village == NOBODY) & (parental != NOBODY)
        village[settled] = self.town.home_village[parental[settled]]
        home = parental.copy()
        home[own] = self.town.new_homes(village[own])
        return self.town.couples.add(husband=men, wife=women, married=day, village=village, home=home)

    def _leave(self, men: np.ndarray, women: np.ndarray, day: np.ndarray) -> None:
        """Couples who live elsewhere. Their children concern us where the mother's registration stayed here."""
        rng, people = self.rng, self.town.people
        alive = (people.died[men] > day) & (people.died[women] > day) & (day <= self.town.last_day)
        men, women, day = men[alive], women[alive], day[alive]
        self.town.couples.add(husband=men, wife=women, married=day, wife_stays=rng.random(len(men)) < _STAYS_REGISTERED)

    def newcomers(self, like: np.ndarray) -> np.ndarray:
        """Couples from elsewhere who move in some years after they married."""
        rng, table = self.rng, self.town.couples
        chosen = rng.choice(like, int(len(like) * _NEWCOMERS))
        day = table.married[chosen]
        men = self.outsiders(MALE, day - (rng.normal(25.5, 2.0, len(day)) * YEAR).astype(np.int32))
        women = self.outsiders(FEMALE, day - (rng.normal(23.5, 1.5, len(day)) * YEAR).astype(np.int32))
        arrived = day + rng.integers(200, 4500, len(day))
        came = arrived <= self.town.last_day
        village = rng.choice(len(self.weights), len(day), p=self.weights)
        return table.add(
            husband=men[came], wife=women[came], married=day[came], arrived=arrived[came],
            village=village[came], home=self.town.new_homes(village[came]),
        )  # fmt: skip

    def divorce(self, couples: np.ndarray) -> np.ndarray:
        """Divorces since the seventies; those who had one."""
        rng, people, table = self.rng, self.town.people, self.town.couples
        share = _DIVORCES * np.clip((year_of(table.married[couples]) - 1972) / 30, 0, 1)
        day = table.married[couples] + rng.gamma(1.6, 1700, len(couples)).astype(np.int32) + 120
        both = np.minimum(people.died[table.husband[couples]], people.died[table.wife[couples]])
        ends = (rng.random(len(couples)) < share) & (day < both) & (day <= self.town.last_day)
        table.divorced[couples[ends]] = day[ends]
        return couples[ends]

    def remarry(self, divorced: np.ndarray) -> np.ndarray:
        """Second marriages of men of the town: with each other again, with a divorced woman, with somebody new."""
        rng, people, table = self.rng, self.town.people, self.town.couples
        day = table.divorced[divorced] + rng.integers(200, 1800, len(divorced))
        luck = rng.random(len(divorced))
        again = luck < _RESTORES
        anew = (luck >= _RESTORES) & (luck < _RESTORES + _REMARRIES) & (day <= self.town.last_day)
        men, women = table.husband[divorced], table.wife[divorced]
        born = people.born[men[anew]] + rng.normal(900, 900, int(anew.sum())).astype(np.int32)
        brides = women.copy()
        brides[anew] = self.outsiders(FEMALE, np.minimum(born, day[anew] - int(21 * YEAR)))
        # Some of the women from elsewhere are in truth women of the town who were divorced a little earlier.
        free = np.flatnonzero(~again & ~anew)
        takers = np.flatnonzero(anew)[: len(free) // 2]
        free = free[: len(takers)]
        fits = (day[takers] > table.divorced[divorced[free]] + 30) & (
            people.parents[men[takers]] != people.parents[women[free]]
        )
        brides[takers[fits]] = women[free[fits]]
        happens = (again | anew) & (day <= self.town.last_day)
        happens &= (people.died[men] > day) & (people.died[brides] > day)
        return table.add(
            husband=men[happens], wife=brides[happens], married=day[happens], village=table.village[divorced[happens]],
            home=table.home[divorced[happens]], repeated=np.ones(int(happens.sum()), bool), restored=again[happens],
        )  # fmt: skip

    # -- generations -------------------------------------------------------------------------------------------------

    def run(self) -> Population:
        couples = self.first_couples()
        for _ in range(GENERATIONS):
            table = self.town.couples
            second = self.remarry(self.divorce(couples))
            expected = _in_year(year_of(table.married[couples]), _CHILDREN)
            staying = self._staying_wives()
            born = [
                self.children(couples, expected),
                self.children(second, np.full(len(second), 0.7)),
                self.children(staying, np.full(len(staying), 1.6)),
            ]
            couples = self.marry(np.concatenate(born[:2]))
            couples = np.concatenate([couples, self.newcomers(couples)])
        self.children(couples, _in_year(year_of(self.town.couples.married[couples]), _CHILDREN))
        return self.town

    def _staying_wives(self) -> np.ndarray:
        """Couples elsewhere, with the wife registered here, who have no children yet."""
        table = self.town.couples
        have = np.zeros(len(table), bool)
        parents = self.town.people.parents
        have[parents[parents >= 0]] = True
        return np.flatnonzero(table.wife_stays & ~have)


def grow(persons: int, villages: int, first_day: int, last_day: int, seed: int) -> Population:
    """A population with about the given number of people alive and living here on the first day.

    A small pilot says how many first couples that takes. Cost is linear in persons.
    """

    def size(town: Population) -> int:
        people, table = town.people, town.couples
        here = people.village >= 0
        settled = table.home >= 0
        here[table.husband[settled]] = here[table.wife[settled]] = True
        here[table.wife[~settled & ~table.wife_stays]] = False
        return int((here & (people.died > first_day) & (people.born <= first_day)).sum())

    pilot = size(_Growth(PILOT_COUPLES, villages, last_day, seed).run())
    return _Growth(max(20, round(persons * PILOT_COUPLES / pilot)), villages, last_day, seed).run()
