"""The simulated people: numbers, names, families, villages."""

import datetime as dt
import re

import numpy as np
import polars as pl
import pytest

from tests.synthetic import clerks, homes, ids, names, population, world
from tests.synthetic.calendar import NEVER, YEAR, day_number
from tests.synthetic.chance import stream, uneven

FIRST = day_number(dt.date(2026, 11, 1))
LAST = FIRST + 5
VILLAGES = 51
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@pytest.fixture(scope="module")
def town():
    return population.grow(12_000, VILLAGES, FIRST, LAST, seed=4)


@pytest.fixture(scope="module")
def known(town):
    residence = homes.settle(town, FIRST, seed=4)
    codes = [f"370481105{200 + place}" for place in range(VILLAGES)]
    listed = pl.DataFrame({"village_code": codes, "village_name": [f"{code}村" for code in codes]})
    return world.identify(town, residence, clerks.appoint(VILLAGES, 4), listed, FIRST, LAST, seed=4)


def alive(town):
    people = town.people
    return (people.born <= FIRST) & (people.died > FIRST) & (people.village >= 0)


def check_character(first_17):
    """GB 11643 by the book, apart from the code under test."""
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(first_17, WEIGHTS, strict=True)) % 11]


def test_every_number_is_unique_and_ends_in_its_check_character(known):
    numbers = known.who["id_number"].to_list()
    assert len(set(numbers)) == len(numbers)
    assert all(re.fullmatch(r"\d{17}[\dX]", number) for number in numbers)
    assert all(check_character(number[:17]) == number[17] for number in numbers)


def test_numbers_hold_birth_date_and_sex(known):
    who = known.who
    assert (who["id_number"].str.slice(6, 8) == who["birth_date"].str.replace_all("-", "")).all()
    man = who["id_number"].str.slice(16, 1).cast(pl.Int8) % 2 == 1
    assert (man == (who["sex"] == "1")).all()


def test_the_area_is_that_of_the_day_of_issue():
    born = np.array(
        [day_number(text) for text in ("1950-05-05", "1986-01-01", "1988-06-01", "1989-12-01", "2020-01-01")] * 200
    )
    area = ids.area_by_issue(born, stream(1, "area")).to_list()
    assert set(area[2::5]) == {"379010"}
    assert set(area[3::5]) == set(area[4::5]) == {"370481"}
    assert area[0::5].count("370421") > 150
    assert "370481" in area[0::5]  # issued late


def test_too_many_births_for_the_numbering_are_refused():
    born = np.full(ids.SEQUENCES + 1, FIRST)
    with pytest.raises(ValueError, match="more births"):
        ids.number(pl.Series(["370481"] * len(born)), born, np.ones(len(born), int), stream(1, "full"))


def test_villages_are_very_unequal(town):
    size = np.bincount(town.people.village[alive(town)], minlength=VILLAGES)
    assert size.min() > 0
    assert size.max() > 6 * size.min()


def test_about_as_many_people_as_asked_for(known):
    entries = known.residence.entries
    registered = entries.filter((pl.col("since") <= FIRST) & (pl.col("until") > FIRST) & (pl.col("cancelled") > FIRST))
    assert registered["person"].n_unique() == len(registered)  # nobody is registered twice
    assert 0.85 * 12_000 < len(registered) < 1.15 * 12_000


def test_all_ages_live_here_and_the_old_are_fewer(town):
    age = ((FIRST - town.people.born[alive(town)]) / YEAR).astype(int)
    by_decade = np.bincount(age // 10, minlength=11)
    assert (by_decade[:9] > 0).all()
    assert by_decade[8] < by_decade[4]
    assert age.max() < 110


def test_children_are_younger_than_their_mothers_and_twins_share_a_birth(town):
    people = town.people
    children = np.flatnonzero(people.mother >= 0)
    mothers_age = (people.born[children] - people.born[people.mother[children]]) / YEAR
    assert mothers_age.min() > 18
    assert mothers_age.max() < 46
    twins = children[people.plurality[children] == 2]
    assert len(twins) > 10
    pairs = pl.DataFrame(
        {"mother": people.mother[twins], "born": people.born[twins], "order": people.birth_order[twins]}
    )
    grouped = pairs.group_by("mother", "born").agg(pl.len(), pl.col("order").sort())
    assert grouped["len"].to_list() == [2] * len(grouped)
    assert all(order == [1, 2] for order in grouped["order"].to_list())


def test_nobody_marries_a_sibling_or_before_the_age(town):
    people, couples = town.people, town.couples
    known = people.parents[couples.husband] >= 0
    assert not (people.parents[couples.husband] == people.parents[couples.wife])[known].any()
    assert ((couples.married - people.born[couples.wife]) / YEAR).min() > 17
    assert (couples.divorced > couples.married).all()
    ended = couples.divorced < NEVER
    assert ended.any()
    assert couples.repeated.any()
    assert couples.restored.any()


def test_some_spouses_and_mothers_are_registered_nowhere_here(known):
    people, couples = known.town.people, known.town.couples
    here = set(known.residence.entries["person"].to_list())
    at_home = couples.home >= 0
    assert any(wife not in here for wife in couples.wife[at_home].tolist())
    children = np.flatnonzero(people.mother >= 0)
    assert any(child in here and people.mother[child] not in here for child in children.tolist())


def test_names_change_with_the_years():
    size = 4_000
    sex = np.full(size, population.FEMALE)
    old, young = (
        names.given(np.full(size, day_number(day)), sex, stream(2, "given")).value_counts(sort=True).head(20)
        for day in ("1953-01-01", "2016-01-01")
    )
    common = set(old.to_series(0).to_list()) & set(young.to_series(0).to_list())
    assert len(common) < 5


def test_streams_are_independent_of_each_other_and_repeatable():
    assert stream(1, "a").random() == stream(1, "a").random()
    assert stream(1, "a").random() != stream(1, "b").random()
    assert stream(1, "a").random() != stream(2, "a").random()


def test_factors_around_one():
    factors = uneven(stream(1, "factors"), 500, 0.5)
    assert factors.mean() == pytest.approx(1.0)
    assert factors.max() > 2
