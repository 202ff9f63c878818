"""The township health office's registry of everybody (全员人口信息): what the other registries know, later."""

from __future__ import annotations

import numpy as np
import polars as pl

from tests.synthetic.calendar import NEVER, day_number, iso
from tests.synthetic.population import NOBODY
from tests.synthetic.register import KNOWN, ROW, Register, encoded
from tests.synthetic.registries.numbering import numbered, serial
from tests.synthetic.world import World

PARENTS_KNOWN = day_number("1990-01-01")  # born since then: the registry names the parents

_RESIDENT_NEWCOMERS = 0.85  # of floating newcomers, those whom the registry holds
_GENERIC_MARRIED = 0.3  # of married people, those entered as "married" without saying first or repeated
_RESIDENT_CHILDREN = 0.5  # of children registered elsewhere, those whom the registry holds as residents


def _presence(world: World, born: pl.DataFrame) -> pl.DataFrame:
    """When the health office learns where somebody is: person, day, village of registration and residence, status."""
    people = world.town.people
    rng = world.stream("presence")
    entries = world.residence.entries
    village = entries["village"].to_numpy()

    def lag(places_: np.ndarray, typical: float) -> np.ndarray:
        return world.clerks.lag(places_, typical, rng)

    code = world.village_code(entries["village"])
    arrivals = pl.DataFrame(
        {
            "person": entries["person"],
            "day": pl.Series(entries["since"].to_numpy() + lag(village, 9.0), dtype=pl.Int32),
            "registered_village_code": code,
            "residence_village_code": code,
            "record_status": pl.Series(["active"]).new_from_index(0, len(entries)),
            "_village": entries["village"],
        }
    )
    leaving = pl.concat(
        [
            entries.filter(pl.col("went_to").is_not_null()).select("person", pl.col("until").alias("day"), "village"),
            entries.filter(pl.col("cancelled") < NEVER).select("person", pl.col("cancelled").alias("day"), "village"),
        ]
    )
    ended = leaving.select(
        "person",
        (pl.col("day") + pl.lit(pl.Series(lag(leaving["village"].to_numpy(), 9.0)))).cast(pl.Int32).alias("day"),
        pl.lit(world.village_code(leaving["village"])).alias("registered_village_code"),
        pl.lit(world.village_code(leaving["village"])).alias("residence_village_code"),
        pl.lit("cancelled").alias("record_status"),
        pl.col("village").alias("_village"),
    )
    stays = world.residence.floating.filter(
        pl.col("inflow") & (pl.Series(rng.random(len(world.residence.floating))) < _RESIDENT_NEWCOMERS)
    )
    stay = pl.DataFrame(
        {
            "person": stays["person"],
            "day": pl.Series(stays["arrived"].to_numpy() + lag(stays["village"].to_numpy(), 20.0), dtype=pl.Int32),
            "registered_village_code": world.text("origin_code", stays["person"]),
            "residence_village_code": world.village_code(stays["village"]),
            "record_status": pl.Series(["active"]).new_from_index(0, len(stays)),
            "_village": stays["village"],
        }
    )
    over = stay.filter(stays["left"] < NEVER).with_columns(
        pl.max_horizontal("day", pl.lit(stays["left"].filter(stays["left"] < NEVER)) + 5).cast(pl.Int32).alias("day"),
        pl.lit("cancelled").alias("record_status"),
    )
    # Newborns are entered when the village hears of the birth, often before the police do.
    heard = born.filter(
        pl.col("person").is_in(entries["person"].implode()) | (pl.Series(rng.random(len(born))) < _RESIDENT_CHILDREN)
    )
    heard_village = heard["live_village"]
    newborn = pl.DataFrame(
        {
            "person": heard["person"],
            "day": pl.Series(heard["born"].to_numpy() + lag(heard_village.to_numpy(), 12.0) + 2, dtype=pl.Int32),
            "registered_village_code": world.village_code(heard_village),
            "residence_village_code": world.village_code(heard_village),
            "record_status": pl.Series(["active"]).new_from_index(0, len(heard)),
            "_village": heard_village,
        }
    )
    columns = arrivals.columns
    both = pl.concat([frame.select(columns) for frame in (arrivals, ended, stay, over, newborn)])
    # A child whose birth was heard of needs no second entry when the police enter it in the same village.
    died = pl.Series(people.died).gather(both["person"])
    both = both.filter((both["day"] < died + 4000) & (both["day"] <= world.last_day))
    return encoded(both.sort("person", "day", "record_status"))


def _marital(world: World, member: np.ndarray) -> pl.DataFrame:
    """Marital status as the health office learns of it: person, day, status, first marriage, spouse."""
    people, table = world.town.people, world.town.couples
    rng = world.stream("marital")
    blocks = []
    for own, other in ((table.husband, table.wife), (table.wife, table.husband)):
        for event, day in (
            ("married", table.married),
            ("divorced", table.divorced),
            ("widowed", np.where(table.divorced == NEVER, people.died[other], NEVER)),
        ):
            rows = np.flatnonzero(member[own] & (day <= world.last_day) & (day < people.died[own]))
            blocks.append(
                pl.DataFrame(
                    {
                        "person": pl.Series(own[rows], dtype=pl.Int32),
                        "spouse": pl.Series(other[rows], dtype=pl.Int32),
                        "event": pl.Series([event]).new_from_index(0, len(rows)),
                        "at": pl.Series(day[rows], dtype=pl.Int32),
                        "village": pl.Series(table.village[rows], dtype=pl.Int16),
                        "restored": table.restored[rows],
                    }
                )
            )
    events = (
        pl.concat(blocks)
        .sort("person", "at", "event")
        .with_columns(
            first=pl.col("at").filter(pl.col("event") == "married").min().over("person"),
            place=(pl.col("event") == "married").cum_sum().over("person"),
        )
    )
    learned = events["at"].to_numpy() + world.clerks.lag(events["village"].to_numpy(), 14.0, rng)
    generic = pl.Series(rng.random(len(events)) < _GENERIC_MARRIED)
    married = pl.col("event") == "married"
    status = (
        pl.when(~married).then(pl.when(pl.col("event") == "divorced").then(pl.lit("40")).otherwise(pl.lit("30")))
        .when(pl.col("restored")).then(pl.lit("23"))
        .when(pl.col("place") > 1).then(pl.lit("22"))
        .when(generic).then(pl.lit("20"))
        .otherwise(pl.lit("21"))
    )  # fmt: skip
    spouse = events["spouse"].set(events["event"] != "married", NOBODY)
    known = events.with_columns(pl.Series("day", learned, dtype=pl.Int32)).select(
        "person",
        pl.col("day").cum_max().over("person"),
        status.alias("marital_status"),
        pl.Series("first_marriage_date", iso(events["first"])),
        world.text("name", spouse).alias("spouse_name"),
        world.text("id_number", spouse).alias("spouse_id"),
    )
    return encoded(known)


def health_registry(world: World, born: pl.DataFrame) -> Register:
    """Everybody who is or was registered or resident here, as the township health office knows them."""
    people = world.town.people
    presence = _presence(world, born)
    first = presence.group_by("person", maintain_order=True).agg(
        pl.col("day").min(), pl.col("_village").first(), pl.col("residence_village_code").first()
    )
    table = numbered(first)
    person = table["person"].to_numpy()
    row_of = np.full(len(people), NOBODY)
    row_of[person] = np.arange(len(person))
    rng = world.stream("health")
    has_parents = (people.born[person] >= PARENTS_KNOWN) & (people.mother[person] >= 0)
    mother = np.where(has_parents, people.mother[person], NOBODY)
    father = np.where(has_parents & people.father_given[person], people.father[person], NOBODY)
    certificate = table.join(
        born.filter(pl.col("issued") <= world.last_day).select("person", "certificate_no"),
        on="person",
        how="left",
        maintain_order="left",
    )
    place = table.select(pl.int_range(pl.len()).over("_village")).to_series().to_numpy()
    records = pl.DataFrame(
        {
            ROW: table[ROW],
            KNOWN: table["day"],
            "_person": table["person"],
            "_village": table["_village"],
            "_former_name": world.text("former_name", person),
            "person_code": world.village_code(table["_village"]) + serial("", place, 6),
            "sex": world.text("sex", person),
            "birth_date": world.text("birth_date", person),
            "mother_id": world.text("id_number", mother),
            "father_id": world.text("id_number", father),
            "updated_on": iso(np.minimum(table["day"].to_numpy() + rng.integers(0, 700, len(person)), world.first_day)),
        }
    )

    def fact(frame: pl.DataFrame) -> pl.DataFrame:
        row = pl.Series(ROW, row_of[frame["person"].to_numpy()], dtype=pl.Int32)
        return frame.drop("person").select(row, pl.all())

    where = presence.drop("_village").unique(["person", "day"], keep="last", maintain_order=True)
    member = row_of >= 0
    marital = _marital(world, member).unique(["person", "day"], keep="last", maintain_order=True)
    single = pl.DataFrame({"person": table["person"], "day": table["day"] - 100_000}).with_columns(
        marital_status=pl.lit("10", dtype=pl.Categorical),
        first_marriage_date=pl.lit(None, dtype=pl.Categorical),
        spouse_name=pl.lit(None, dtype=pl.Categorical),
        spouse_id=pl.lit(None, dtype=pl.String),
    )
    identity = _identity(world, table, born)
    papers = pl.DataFrame(
        {
            "person": table["person"],
            "day": certificate.join(born.select("person", "issued"), on="person", how="left", maintain_order="left")[
                "issued"
            ].fill_null(0)
            + 2,
            "birth_certificate_no": certificate["certificate_no"],
        }
    ).filter(pl.col("birth_certificate_no").is_not_null())
    return Register(
        "health_registry",
        encoded(records),
        [fact(where), fact(pl.concat([single, marital.select(single.columns)])), fact(identity), fact(papers)],
    )


def _identity(world: World, table: pl.DataFrame, born: pl.DataFrame) -> pl.DataFrame:
    """Name and number: of a newborn first the certificate's name and no number, then what the police registered."""
    rng = world.stream("health_identity")
    registered = world.residence.entries.group_by("person").agg(pl.col("since").min())
    joined = table.select("person", "_village").join(
        born.select("person", "born"), on="person", how="left", maintain_order="left"
    )
    joined = joined.join(registered, on="person", how="left", maintain_order="left")
    is_newborn = joined["born"].is_not_null()
    known = joined["since"].fill_null(NEVER).to_numpy() + world.clerks.lag(joined["_village"].to_numpy(), 6.0, rng)
    known = np.where(is_newborn.to_numpy(), known, -NEVER)
    person = joined["person"]
    settled = pl.DataFrame(
        {
            "person": person,
            "day": pl.Series(known, dtype=pl.Int32),
            "name": world.text("name", person),
            "id_number": world.text("id_number", person),
        }
    )
    infants = person.filter(is_newborn)
    before = pl.DataFrame(
        {
            "person": infants,
            "day": pl.Series([-NEVER], dtype=pl.Int32).new_from_index(0, len(infants)),
            "name": world.text("birth_name", infants),
            "id_number": pl.Series([None], dtype=pl.String).new_from_index(0, len(infants)),
        }
    )
    return pl.concat([before, settled.filter(pl.col("day") <= world.last_day)])
