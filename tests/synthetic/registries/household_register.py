"""The police household register (公安户籍)."""

from __future__ import annotations

import numpy as np
import polars as pl

from tests.synthetic.calendar import NEVER, YEAR, iso
from tests.synthetic.population import FEMALE, MALE, NOBODY
from tests.synthetic.register import DAY, KNOWN, ROW, Register, encoded
from tests.synthetic.registries.numbering import numbered, serial
from tests.synthetic.world import World


def _heads(world: World) -> pl.DataFrame:
    """The head of every household: its oldest grown man, else its oldest member."""
    people = world.town.people
    entries = world.residence.entries
    person = entries["person"].to_numpy()
    adult = (people.sex[person] == MALE) & (people.born[person] < world.first_day - int(20 * YEAR))
    return (
        entries.select("home", "person", "until", "cancelled")
        .with_columns(
            closed=(pl.col("until") < NEVER) | (pl.col("cancelled") < NEVER),
            rank=pl.Series(np.where(adult, 0, 1)),
            born=pl.Series(people.born[person]),
        )
        .sort("home", "closed", "rank", "born", "person")
        .unique("home", keep="first", maintain_order=True)
        .select("home", pl.col("person").alias("head"))
    )


def _relations(world: World, person: np.ndarray, head: np.ndarray) -> pl.Series:
    """Relation to the head, as the household book words it."""
    people, couples = world.town.people, world.town.couples
    spouse = np.full(len(people), NOBODY)
    spouse[couples.husband], spouse[couples.wife] = couples.wife, couples.husband
    woman = people.sex[person] == FEMALE
    father, mother = people.father[person], people.mother[person]
    partner = spouse[person]
    is_child = (father == head) | (mother == head)
    grandchild = np.zeros(len(person), bool)
    for parent in (father, mother):
        known = parent >= 0
        grandchild |= known & ((people.father[parent] == head) | (people.mother[parent] == head))
    in_law = (partner >= 0) & ((people.father[partner] == head) | (people.mother[partner] == head))
    relations = {
        "户主": person == head,
        "配偶": partner == head,
        "女": is_child & woman,
        "子": is_child,
        "儿媳": in_law & woman,
        "女婿": in_law,
        "孙女": grandchild & woman,
        "孙子": grandchild,
        "父亲": people.father[head] == person,
        "母亲": people.mother[head] == person,
    }
    place = np.select(list(relations.values()), list(range(len(relations))), len(relations))
    return pl.Series([*relations, "其他亲属"]).cast(pl.Categorical).gather(place)


def household_register(world: World) -> Register:
    """One entry per person and household lived in; closed by a move, or cancelled after a death."""
    entries = numbered(world.residence.entries.join(_heads(world), on="home", how="left"))
    person, head = entries["person"].to_numpy(), entries["head"].to_numpy()
    village = entries["village"].to_numpy()
    since = entries["since"].to_numpy()
    rng = world.stream("household")
    number = np.unique(entries["home"].to_numpy(), return_inverse=True)[1]
    updated = np.minimum(since + rng.integers(0, 900, len(since)), world.first_day)
    records = pl.DataFrame(
        {
            ROW: entries[ROW],
            KNOWN: pl.Series(since, dtype=pl.Int32),
            "_person": entries["person"],
            "_village": entries["village"],
            "household_no": serial("3704811", number, 8),
            "head_name": world.text("name", head),
            "relation_to_head": _relations(world, person, head),
            "name": world.text("name", person),
            "former_name": world.text("former_name", person),
            "sex": world.text("sex", person),
            "birth_date": world.text("birth_date", person),
            "id_number": world.text("id_number", person),
            "registered_village_code": world.village_code(village),
            "address": pl.Series(["山东省滕州市级索镇"]).new_from_index(0, len(person))
            + world.villages["village_name"].gather(pl.Series(village, dtype=pl.Int32))
            + pl.Series(number % 900 + 1).cast(pl.String) + pl.Series(["号"]).new_from_index(0, len(person)),
            "moved_in_date": iso(np.where(entries["born_into"].to_numpy(), NEVER, since)),
            "moved_in_from": entries.select(pl.when(~pl.col("born_into")).then("came_from")).to_series(),
            "updated_on": iso(np.maximum(since, updated)),
        }
    )  # fmt: skip
    moved = entries.filter(pl.col("until") < NEVER)
    died = entries.filter(pl.col("cancelled") < NEVER)
    departures = {
        ROW: moved[ROW],
        DAY: moved["until"],
        "moved_out_date": iso(moved["until"]),
        "moved_out_to": moved["went_to"].cast(pl.String).fill_null("本镇"),
    }
    cancellations = {
        ROW: died[ROW],
        DAY: died["cancelled"],
        "cancelled_date": iso(died["cancelled"]),
        "cancelled_reason": pl.Series(["死亡"], dtype=pl.String).new_from_index(0, len(died)),
    }
    facts = [encoded(pl.DataFrame(fact)) for fact in (departures, cancellations)]
    return Register("household_register", encoded(records), facts)
