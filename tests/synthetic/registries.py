"""What each of the six registries would know if nobody made a mistake, and from which day on.

Belongs here: which people and events a registry holds, its record numbers, its delays. Does not belong here: errors,
file formats, what a rule makes of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from tests.synthetic import ids, names
from tests.synthetic.calendar import NEVER, YEAR, day_number, iso, year_of
from tests.synthetic.chance import stream
from tests.synthetic.clerks import FACILITIES, Clerks
from tests.synthetic.homes import GONE, Residence
from tests.synthetic.ids import places
from tests.synthetic.population import FEMALE, MALE, NOBODY, Population
from tests.synthetic.register import DAY, KNOWN, ROW, Register

BIRTHS_BEGIN = day_number("2009-01-01")  # certificates and deliveries in electronic form
MARRIAGES_BEGIN = day_number("1990-01-01")
PARENTS_KNOWN = day_number("1990-01-01")  # born since then: the health registry names the parents

_FORMER_NAME, _RENAMED_AT_REGISTRATION = 0.012, 0.025
_LATE_CERTIFICATE, _BORN_IN_OTHER_COUNTY, _REISSUED = 0.03, 0.08, 0.02
_RESIDENT_NEWCOMERS = 0.85  # of floating newcomers, those whom the health registry holds
_GENERIC_MARRIED = 0.3  # of married people, those entered as "married" without saying first or repeated
_UNDELIVERED_STAYS = 0.5  # of children registered elsewhere, those whom the health registry holds as residents


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


def _serial(prefix: str, number: np.ndarray, width: int) -> pl.Series:
    return pl.Series([prefix], dtype=pl.String).new_from_index(0, len(number)) + pl.Series(number).cast(
        pl.String
    ).str.zfill(width)


def _numbered(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.int_range(pl.len(), dtype=pl.Int32).alias(ROW))


# -- police -----------------------------------------------------------------------------------------------------------


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
    partner_parents = np.stack([people.father[partner], people.mother[partner]])
    is_child = (father == head) | (mother == head)
    grandchild = np.zeros(len(person), bool)
    for parent in (father, mother):
        known = parent >= 0
        grandchild |= known & ((people.father[parent] == head) | (people.mother[parent] == head))
    return pl.Series(
        np.select(
            [
                person == head,
                partner == head,
                is_child & woman,
                is_child,
                (partner >= 0) & (partner_parents == head).any(axis=0) & woman,
                (partner >= 0) & (partner_parents == head).any(axis=0),
                grandchild & woman,
                grandchild,
                people.father[head] == person,
                people.mother[head] == person,
            ],
            ["户主", "配偶", "女", "子", "儿媳", "女婿", "孙女", "孙子", "父亲", "母亲"],
            "其他亲属",
        )
    )


def household_register(world: World) -> Register:
    """One entry per person and household lived in; closed by a move, or cancelled after a death."""
    entries = _numbered(world.residence.entries.join(_heads(world), on="home", how="left"))
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
            "household_no": _serial("3704811", number, 8),
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
            "moved_in_from": entries["came_from"].set(entries["born_into"], None),
            "updated_on": iso(np.maximum(since, updated)),
        }
    )  # fmt: skip
    moved = entries.filter(pl.col("until") < NEVER)
    died = entries.filter(pl.col("cancelled") < NEVER)
    target = moved.select(pl.coalesce("went_to", pl.lit("本镇"))).to_series()
    return Register(
        "household_register",
        records,
        [
            pl.DataFrame({ROW: moved[ROW], DAY: moved["until"], "moved_out_date": iso(moved["until"]), "moved_out_to": target}),
            pl.DataFrame({
                ROW: died[ROW],
                DAY: died["cancelled"],
                "cancelled_date": iso(died["cancelled"]),
                "cancelled_reason": pl.Series(["死亡"]).new_from_index(0, len(died)),
            }),
        ],
    )  # fmt: skip


# -- civil affairs ----------------------------------------------------------------------------------------------------


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
    for event, letter, couple, days in kinds:
        day = days[couple]
        inside = (day >= MARRIAGES_BEGIN) & (day <= world.last_day)
        couple, day = couple[inside], day[inside]
        elsewhere = (table.home[couple] == NOBODY) & (rng.random(len(couple)) < 0.5)
        blocks.append(
            pl.DataFrame(
                {
                    "couple": couple,
                    "event_type": np.full(len(couple), event),
                    "letter": np.full(len(couple), letter),
                    "day": day.astype(np.int32),
                    "elsewhere": elsewhere,
                }
            )
        )
    events = _numbered(pl.concat(blocks).sort("day", "letter", "couple"))
    couple, day = events["couple"].to_numpy(), events["day"].to_numpy()
    husband, wife = table.husband[couple], table.wife[couple]
    county = world.text("origin_code", np.where(people.from_elsewhere[husband], husband, wife)).str.slice(0, 6)
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
    records = pl.DataFrame(
        {
            ROW: events[ROW],
            KNOWN: pl.Series(day + 1, dtype=pl.Int32),
            "_husband": pl.Series(husband, dtype=pl.Int32),
            "_wife": pl.Series(wife, dtype=pl.Int32),
            "certificate_no": events["letter"] + county + dash + year + dash + serial.cast(pl.String).str.zfill(6),
            "event_type": events["event_type"],
            "event_date": iso(day),
            "authority": pl.Series(
                np.where(
                    events["elsewhere"].to_numpy(), places()["marriage_office_elsewhere"], places()["marriage_office"]
                )
            ),
            "husband_name": world.text("name", husband),
            "husband_id": world.text("id_number", husband),
            "husband_place": here,
            "wife_name": world.text("name", wife),
            "wife_id": world.text("id_number", wife),
            "wife_place": here,
        }
    )
    return Register("marriage_register", records)


# -- hospital side ----------------------------------------------------------------------------------------------------


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

    person, born, mother, father (NOBODY: not given), mother_village (of registration), live_village (NOBODY: elsewhere),
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
    order = rng.permutation(len(person))
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
            "certificate_no": pl.Series(letters) + _serial("37", order, 7),
            "delivery_no": _serial("FM", rng.permutation(len(person)) + 10_000_000, 8),
            "issued": pl.Series(issued[of_birth], dtype=pl.Int32),
            "delivery_known": pl.Series((born[first] + rng.integers(1, 4, len(first)))[of_birth], dtype=pl.Int32),
        }
    )


def _falling(size: int) -> np.ndarray:
    weights = 1.0 / (np.arange(size) + 1.5)
    return weights / weights.sum()


def _facility_name(facility: pl.Series) -> pl.Series:
    return pl.Series(places()["hospitals"])[facility.to_list()]


def birth_certificate(world: World, born: pl.DataFrame) -> Register:
    """Certificates of births of the town, wherever the family had them issued."""
    table = _numbered(born.filter(pl.col("issued") <= world.last_day))
    hospital = _facility_name(table["facility"])
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
    return Register("birth_certificate", records)


def hospital_delivery(world: World, born: pl.DataFrame) -> Register:
    """Deliveries in the hospitals that report to the town; one row per newborn."""
    people = world.town.people
    table = _numbered(born.filter("delivered"))
    person = table["person"].to_numpy()
    records = pl.DataFrame(
        {
            ROW: table[ROW],
            KNOWN: table["delivery_known"],
            "_person": table["person"],
            "_mother": table["mother"],
            "_father": table["father"],
            "_village": table["live_village"],
            "_facility": table["facility"],
            "delivery_no": table["delivery_no"],
            "facility": _facility_name(table["facility"]),
            "mother_name": world.text("name", table["mother"]),
            "mother_id": world.text("id_number", table["mother"]),
            "birth_date": world.text("birth_date", table["person"]),
            "sex": world.text("sex", table["person"]),
            "plurality": pl.Series(people.plurality[person]).cast(pl.String),
            "birth_order": pl.Series(people.birth_order[person]).cast(pl.String),
            "father_name": world.text("name", table["father"]),
            "father_id": world.text("id_number", table["father"]),
            "residence_village_code": world.village_code(table["live_village"]),
        }
    )
    return Register("hospital_delivery", records)


# -- floating population ----------------------------------------------------------------------------------------------


def floating_population(world: World) -> Register:
    """Stays of newcomers here and of townspeople elsewhere."""
    rng = world.stream("floating_register")
    stays = _numbered(world.residence.floating)
    person = stays["person"]
    registered = stays["arrived"].to_numpy() + rng.gamma(1.5, 25, len(stays)).astype(np.int32)
    here = world.village_code(stays["village"])
    away = pl.Series(world.stream("destination").integers(200, 260, len(stays))).cast(pl.String)
    target = (
        pl.Series(
            np.array(["370102006", "370203008", "320505102", "310115103", "330212004"])[
                rng.integers(5, size=len(stays))
            ]
        )
        + away
    )
    inflow = stays["inflow"]
    records = pl.DataFrame(
        {
            ROW: stays[ROW],
            KNOWN: pl.Series(registered + 1, dtype=pl.Int32),
            "_person": person,
            "_village": stays["village"],
            "registration_no": _serial("L370481", rng.permutation(len(stays)), 8),
            "name": world.text("name", person),
            "sex": world.text("sex", person),
            "id_number": world.text("id_number", person),
            "origin_code": world.text("origin_code", person).zip_with(inflow, here),
            "residence_village_code": here.zip_with(inflow, target),
            "flow_type": pl.Series(np.where(inflow.to_numpy(), "inflow", "outflow")),
            "arrived_date": iso(stays["arrived"]),
            "registered_date": iso(registered),
            "updated_on": iso(np.minimum(registered, world.first_day)),
        }
    )
    left = stays.filter(pl.col("left") < NEVER)
    day = np.maximum(left["left"].to_numpy(), registered[left[ROW].to_numpy()] + 2)
    return Register(
        "floating_population",
        records,
        [pl.DataFrame({ROW: left[ROW], DAY: pl.Series(day, dtype=pl.Int32), "left_date": iso(left["left"])})],
    )


# -- township health office -------------------------------------------------------------------------------------------


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
        pl.col("person").is_in(entries["person"].implode()) | (pl.Series(rng.random(len(born))) < _UNDELIVERED_STAYS)
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
    return both.filter((both["day"] < died + 4000) & (both["day"] <= world.last_day)).sort(
        "person", "day", "record_status"
    )


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
                        "event": np.full(len(rows), event),
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
    return events.with_columns(pl.Series("day", learned, dtype=pl.Int32)).select(
        "person",
        pl.col("day").cum_max().over("person"),
        status.alias("marital_status"),
        pl.Series("first_marriage_date", iso(events["first"])),
        world.text("name", spouse).alias("spouse_name"),
        world.text("id_number", spouse).alias("spouse_id"),
    )


def health_registry(world: World, born: pl.DataFrame) -> Register:
    """Everybody who is or was registered or resident here, as the township health office knows them."""
    people = world.town.people
    presence = _presence(world, born)
    first = presence.group_by("person", maintain_order=True).agg(
        pl.col("day").min(), pl.col("_village").first(), pl.col("residence_village_code").first()
    )
    table = _numbered(first)
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
    serial = table.select(pl.int_range(pl.len()).over("_village")).to_series().to_numpy()
    records = pl.DataFrame(
        {
            ROW: table[ROW],
            KNOWN: table["day"],
            "_person": table["person"],
            "_village": table["_village"],
            "_former_name": world.text("former_name", person),
            "person_code": world.village_code(table["_village"]) + _serial("", serial, 6),
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
        marital_status=pl.lit("10"),
        first_marriage_date=pl.lit(None, dtype=pl.String),
        spouse_name=pl.lit(None, dtype=pl.String),
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
        records,
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


def open_registers(world: World) -> dict[str, Register]:
    """The six registers without a single error, by registry code."""
    born = births(world)
    registers = [
        health_registry(world, born),
        household_register(world),
        marriage_register(world),
        birth_certificate(world, born),
        hospital_delivery(world, born),
        floating_population(world),
    ]
    return {register.registry: register for register in registers}


__all__ = ["GONE", "World", "births", "identify", "open_registers"]
