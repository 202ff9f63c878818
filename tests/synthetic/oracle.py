"""What a perfect system reports on a day: it knows who is who and sees what each registry says, nothing else.

The cases follow the rules of interfaces.md by true identity, never by comparing names or numbers to find out who is
meant. Where a rule must choose among several records of a person it takes, as the product documents it: of health
records the lowest number, of household entries the active one of the latest move, of floating stays the latest
registration.

`id_usable` of a case says that its records can be brought together by valid numbers: each carries the person's own and
agrees with the person in name or birth date; a child's papers by certificate number or by mother and birth date.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import polars as pl

from tests.synthetic.calendar import date_of
from tests.synthetic.register import DAY, ROW, States
from tests.synthetic.world import World
from warehouse.normalise import citizen_id
from warehouse.parameters import terms_on

HEALTH, POLICE, CIVIL = "health_registry", "household_register", "marriage_register"
CERTIFICATE, DELIVERY, FLOATING = "birth_certificate", "hospital_delivery", "floating_population"
MARRIED = ("20", "21", "22", "23")
CASE = ("rule_code", "registry_a", "record_a", "registry_b", "record_b", "field")
_NUMBERS = {
    HEALTH: ("id_number", "spouse_id", "mother_id", "father_id"),
    POLICE: ("id_number",),
    CIVIL: ("husband_id", "wife_id"),
    CERTIFICATE: ("mother_id", "father_id"),
    DELIVERY: ("mother_id", "father_id"),
    FLOATING: ("id_number",),
}
# Columns that no rule looks at; the oracle carries none of them along.
_UNUSED = (
    "head_name", "relation_to_head", "address", "moved_in_from", "moved_out_to", "cancelled_reason", "updated_on",
    "residence_village_code", "spouse_name", "husband_name", "husband_place", "wife_name", "wife_place", "authority",
    "birth_place", "facility", "issuer", "issued_date", "mother_name", "father_name", "origin_code", "flow_type",
    "arrived_date", "_former_name", "_village", "_facility",
)  # fmt: skip
# Columns that are held against each other, or tell whether they may be.
_COMPARED = (
    ROW, "_person", "_mother", "record_id", "name", "former_name", "sex", "birth_date", "id_number", "id_number_ok",
    "registered_village_code", "mother_id", "mother_id_ok", "mother_own", "father_id", "father_id_ok", "twin", "sure",
    "birth_certificate_no", "certificate_no", "household_no",
)  # fmt: skip
RECORD_ID = {
    HEALTH: "person_code", POLICE: "id_number", CIVIL: "certificate_no", CERTIFICATE: "certificate_no",
    DELIVERY: "delivery_no", FLOATING: "registration_no",
}  # fmt: skip


def see(world: World, registry: str, states: States) -> pl.DataFrame:
    """What the oracle needs beside the versions of records; one row per version.

    <number>_ok: valid. own: the record's number is the person's. mother_own, husband_own, wife_own likewise.
    sure: own, and name or birth date (floating: name or sex) are the person's; of a newborn's papers, the mother's
    number is hers and no twin of the same sex was born. born: the true birth date. twin: such a twin was born.
    """
    issued = world.said["id_number"]
    beside = {f"{name}_ok": _valid(states.column(name), issued) for name in _NUMBERS[registry]}

    def is_theirs(column: str, role: str, truth: str) -> pl.Series:
        return (states.column(column) == world.text(truth, states.column(role))).fill_null(value=False)

    if registry in (HEALTH, POLICE, FLOATING):
        second = "sex" if registry == FLOATING else "birth_date"
        agrees = is_theirs("name", "_person", "name") | is_theirs("name", "_person", "former_name")
        agrees |= is_theirs(second, "_person", second)
        beside["own"] = is_theirs("id_number", "_person", "id_number")
        beside["sure"] = beside["own"] & agrees
    for role in ("mother", "father", "husband", "wife"):
        if f"_{role}" in states.columns:
            beside[f"{role}_own"] = is_theirs(f"{role}_id", f"_{role}", "id_number")
    if "_person" in states.columns:
        person = states.column("_person")
        beside["born"] = world.text("birth_date", person)
        beside["twin"] = _twins(world, person, states.column("sex"))
    if registry in (CERTIFICATE, DELIVERY):
        beside["sure"] = beside["mother_own"] & ~beside["twin"]
    return pl.DataFrame(beside)


def looked_at(registry: str, states: States) -> list[str]:
    """The columns of versions that rules look at."""
    unused = [name for name in _UNUSED if registry != DELIVERY or name != "residence_village_code"]
    return [ROW, DAY, *(name for name in states.columns if name not in unused)]


def _valid(number: pl.Series, issued: pl.Series) -> pl.Series:
    """Whether each number is valid; every issued one is, and few others occur."""
    known = number.is_in(issued.implode()).fill_null(value=False)
    others = number.filter(~known).drop_nulls().unique()
    return known | number.is_in(others.filter(citizen_id.is_valid(others)).implode()).fill_null(value=False)


def _twins(world: World, person: pl.Series, sex: pl.Series) -> pl.Series:
    """Whether the sex does not tell children of one birth apart: it is the same, or a paper has it wrong."""
    mentioned = pl.DataFrame({"person": person, "sex": sex}).with_row_index("_place")
    born = mentioned.join(world.multiple_births, on="person", how="inner")
    wrong = (pl.col("sex") != pl.col("true_sex")).any().over("mother", "born")
    alike = born.filter(pl.col("alike") | wrong)
    twin = np.zeros(len(person), bool)
    twin[alike["_place"].to_numpy()] = True
    return pl.Series(twin)


def _agreeing(frame: pl.DataFrame, owners: pl.DataFrame, field: str) -> pl.DataFrame:
    """Takes `sure` from records that agree with none of the owner's records in name or in the field.

    One number under two names and two birth dates is how a shared number looks: it proves nobody's identity.
    """
    known = owners.select("_person", "name", "former_name", field)
    beside = frame.select(ROW, "_person", "name", field).join(known, on="_person", how="inner", suffix="_b")
    agrees = (
        (pl.col("name") == pl.col("name_b"))
        | (pl.col("name") == pl.col("former_name"))
        | (pl.col(field) == pl.col(f"{field}_b"))
    )
    against = beside.group_by(ROW).agg(agrees.fill_null(value=False).any().alias("_agrees"))
    joined = frame.join(against, on=ROW, how="left", maintain_order="left")
    return joined.with_columns(sure=pl.col("sure") & pl.col("_agrees").fill_null(value=True)).drop("_agrees")


def _between(frame: pl.DataFrame, a: str, b: str | None) -> pl.DataFrame:
    """Names the registries that cases of the frame stand between."""
    return frame.with_columns(registry_a=pl.lit(a), registry_b=pl.lit(b, dtype=pl.String))


def _case(
    frame: pl.DataFrame,
    rule: str,
    field: str,
    usable: pl.Expr | str = "usable",
    *,
    record_a: str | None = "record_id",
    record_b: str | None = "record_id_b",
    row_a: str | None = ROW,
    row_b: str | None = f"{ROW}_b",
) -> pl.DataFrame:
    """Cases from a frame with registry_a, registry_b and the columns named."""

    def named(column: str | None, dtype: type[pl.DataType]) -> pl.Expr:
        return pl.col(column).cast(dtype) if column else pl.lit(None, dtype=dtype)

    return frame.select(
        pl.lit(rule).alias("rule_code"),
        pl.col("registry_a").cast(pl.String),
        named(record_a, pl.String).alias("record_a"),
        pl.col("registry_b").cast(pl.String),
        named(record_b, pl.String).alias("record_b"),
        pl.lit(field).alias("field"),
        (pl.col(usable) if isinstance(usable, str) else usable).fill_null(value=False).alias("id_usable"),
        named(row_a, pl.Int32).alias("row_a"),
        named(row_b, pl.Int32).alias("row_b"),
        named("_person" if "_person" in frame.columns else None, pl.Int32).alias("person"),
    )


def _counts(registry: str, today: str) -> pl.Expr:
    """Whether a record counts on a day: not cancelled, not moved out or deregistered, not left."""
    if registry == HEALTH:
        return pl.col("record_status").fill_null("active") == "active"
    ends = {POLICE: ("moved_out_date", "cancelled_date"), FLOATING: ("left_date",)}.get(registry, ())
    return pl.all_horizontal(pl.lit(value=True), *(pl.col(end).is_null() | (pl.col(end) > today) for end in ends))


def registered_at(police: pl.DataFrame) -> pl.DataFrame:
    """The households in which women are or were entered under their own number: _mother, household_no."""
    return police.filter("own").select(pl.col("_person").alias("_mother"), "household_no").unique()


def shared_numbers(registry: str, state: pl.DataFrame, day: int) -> pl.DataFrame:
    """ID_SHARED: one valid number on two records of a registry that differ in name and birth date."""
    order = {HEALTH: "person_code", POLICE: "household_no"}[registry]
    state = state.filter(_counts(registry, date_of(day).isoformat()) & pl.col("id_number_ok"))
    several = state.filter(pl.len().over("id_number") > 1)
    both = several.join(several, on="id_number", how="inner", suffix="_b", coalesce=False).filter(
        (pl.col(order) < pl.col(f"{order}_b"))
        & (pl.col("name") != pl.col("name_b"))
        & (pl.col("birth_date") != pl.col("birth_date_b"))
    )
    return _case(_between(both, registry, registry), "ID_SHARED", "id_number", pl.lit(value=True))


class Day:
    """One day of some people: their records as they are then, and the cases about them.

    states: by registry, all records of these people; of civil affairs, all events of theirs. mothers: registered_at of
    everybody. Every rule but ID_SHARED (shared_numbers) looks at one person's records at a time.
    """

    def __init__(self, world: World, states: Mapping[str, pl.DataFrame], mothers: pl.DataFrame, day: int) -> None:
        self.world = world
        self.day = date_of(day)
        self.terms = terms_on(self.day)
        self.villages = world.villages["village_code"].implode()
        today = self.day.isoformat()
        police = states[POLICE]
        registered = police.filter("own")
        health = _agreeing(states[HEALTH], registered, "birth_date")
        floating = _agreeing(states[FLOATING], pl.concat([registered, health.filter("own")], how="diagonal"), "sex")
        self.doubtful = pl.concat(
            [
                frame.filter(pl.col("own") & ~pl.col("sure")).select(pl.lit(registry).alias("registry"), ROW)
                for registry, frame in ((HEALTH, health), (FLOATING, floating))
            ]
        )
        health = health.filter(_counts(HEALTH, today))
        police = police.with_columns(active=_counts(POLICE, today))
        floating = floating.filter(_counts(FLOATING, today))
        # Every record that counts, and of each person the one that is compared.
        self.counted = {
            HEALTH: health,
            POLICE: police.filter("active"),
            CIVIL: states[CIVIL],
            CERTIFICATE: states[CERTIFICATE],
            DELIVERY: states[DELIVERY],
            FLOATING: floating,
        }
        self.mothers = mothers
        self.entries = police.select("_person")
        self.health = health.filter(pl.col("person_code") == pl.col("person_code").min().over("_person"))
        latest = (
            police.select(ROW, "_person", "active", "moved_in_date", "household_no", "id_number")
            .sort(
                "_person",
                "active",
                "moved_in_date",
                "household_no",
                "id_number",
                descending=[False, *[True] * 4],
                nulls_last=True,
            )
            .unique("_person", keep="first", maintain_order=True)
        )
        self.police = police.select(
            ROW,
            "_person",
            "record_id",
            "active",
            "name",
            "former_name",
            "sex",
            "birth_date",
            "born",
            "id_number",
            "id_number_ok",
            "registered_village_code",
            "household_no",
            "own",
            "sure",
            "twin",
        ).join(latest, on=ROW, how="semi")
        self.floating = floating.sort(
            "_person", "registered_date", "registration_no", descending=[False, True, False], nulls_last=True
        ).unique("_person", keep="first", maintain_order=True)
        self.certificate = states[CERTIFICATE]
        self.delivery = states[DELIVERY]

    # -- pairs of one person's records -------------------------------------------------------------------------------

    def _pair(self, left: pl.DataFrame, right: pl.DataFrame, a: str, b: str, usable: pl.Expr) -> pl.DataFrame:
        left, right = (frame.select(n for n in frame.columns if n in _COMPARED) for frame in (left, right))
        both = _between(left.join(right, on="_person", how="inner", suffix="_b"), a, b)
        if "twin_b" in both.columns:
            both = both.with_columns(twin=pl.col("twin") | pl.col("twin_b"))
        return both.with_columns(usable=usable.fill_null(value=False))

    def pairs(self) -> dict[tuple[str, str], pl.DataFrame]:
        """Records side by side: columns of the first, columns of the second with _b."""
        sure = pl.col("sure") & pl.col("sure_b")
        active = self.police.filter("active")
        health_certificate = self._pair(
            self.health, self.certificate, HEALTH, CERTIFICATE,
            (pl.col("birth_certificate_no") == pl.col("certificate_no"))
            | ((pl.col("mother_id") == pl.col("mother_id_b")) & pl.col("mother_own") & ~pl.col("twin")
               & pl.col("birth_certificate_no").is_null() & (pl.col("birth_date") == pl.col("birth_date_b"))),
        )  # fmt: skip
        # A child's household entry is found through the health record, or in the household of the mother.
        by_number = self.health.filter("sure").join(active.filter("sure"), on="_person", how="semi")
        through = health_certificate.filter("usable").join(by_number, on="_person", how="semi")
        police_certificate = self._pair(active, self.certificate, POLICE, CERTIFICATE, pl.lit(value=True))
        at_home = police_certificate.join(self.mothers, on=["_mother", "household_no"], how="semi").filter(
            pl.col("mother_own") & ~pl.col("twin") & (pl.col("birth_date") == pl.col("birth_date_b"))
        )
        police_certificate = police_certificate.with_columns(
            usable=pl.col("_person").is_in(through["_person"].implode())
            | pl.col("_person").is_in(at_home["_person"].implode())
        )
        called = self.police.select("_person", pl.col("name").alias("police_name"), "former_name")
        health_floating = self._pair(self.health, self.floating, HEALTH, FLOATING, sure)
        return {
            (HEALTH, POLICE): self._pair(self.health, active, HEALTH, POLICE, sure),
            (HEALTH, FLOATING): health_floating.join(called, on="_person", how="left"),
            (HEALTH, CERTIFICATE): health_certificate,
            (POLICE, CERTIFICATE): police_certificate,
            (CERTIFICATE, DELIVERY): self._pair(
                self.certificate, self.delivery, CERTIFICATE, DELIVERY,
                (pl.col("mother_id") == pl.col("mother_id_b")) & pl.col("mother_own") & ~pl.col("twin")
                & (pl.col("birth_date") == pl.col("birth_date_b")),
            ),
        }  # fmt: skip

    # -- cases -------------------------------------------------------------------------------------------------------

    def cases(self) -> pl.DataFrame:
        """Every case of the day: the columns of CASE, id_usable, row_a, row_b, person."""
        pairs = self.pairs()
        found = [
            *self._numbers(),
            *self._doubled(),
            *self._differences(pairs),
            *self._parents(pairs),
            *self._marriages(),
            *self._missing(),
        ]
        return pl.concat(found).unique(list(CASE), keep="first", maintain_order=True)

    def _numbers(self) -> list[pl.DataFrame]:
        """ID_FORMAT, ID_BIRTH_DATE, ID_SEX: within one record, whoever it belongs to."""
        found = []

        def note(wrong: pl.DataFrame, rule: str, field: str) -> None:
            found.append(_case(wrong, rule, field, pl.lit(value=True), record_b=None, row_b=None))

        for registry, frame in self.counted.items():
            alone = _between(frame, registry, None)
            for column in _NUMBERS[registry]:
                note(alone.filter(pl.col(column).is_not_null() & ~pl.col(f"{column}_ok")), "ID_FORMAT", column)
            if registry not in (HEALTH, POLICE, FLOATING):
                continue
            number = pl.col("id_number")
            valid = alone.filter("id_number_ok")
            if registry != FLOATING:
                day = number.str.slice(6, 4) + "-" + number.str.slice(10, 2) + "-" + number.str.slice(12, 2)
                note(valid.filter(pl.col("birth_date") != day), "ID_BIRTH_DATE", "birth_date")
            man = number.str.slice(16, 1).is_in(["1", "3", "5", "7", "9"])
            note(valid.filter(pl.col("sex").is_in(["1", "2"]) & ((pl.col("sex") == "1") != man)), "ID_SEX", "sex")
        return found

    def _doubled(self) -> list[pl.DataFrame]:
        """DUPLICATE_RECORD: several records that count, of one person in one registry."""
        found = []
        order = {HEALTH: ("person_code",), POLICE: ("id_number", "household_no"), FLOATING: ("registration_no",)}
        for registry, columns in order.items():
            frame = self.counted[registry].sort("_person", *columns)
            lowest = frame.unique("_person", keep="first", maintain_order=True)
            other = lowest.join(frame, on="_person", how="inner", suffix="_b").filter(pl.col(ROW) != pl.col(f"{ROW}_b"))
            other = _between(other, registry, registry)
            found.append(_case(other, "DUPLICATE_RECORD", "record_id", pl.col("sure") & pl.col("sure_b")))
        return found

    def _differences(self, pairs: Mapping[tuple[str, str], pl.DataFrame]) -> list[pl.DataFrame]:
        """NAME, SEX, BIRTH_DATE, ID, VILLAGE: fields of two records of one person."""
        found = []
        for key, pair in pairs.items():
            columns = set(pair.columns)
            if key in ((HEALTH, POLICE), (HEALTH, FLOATING)):
                name = pl.col("name") != pl.col("name_b")
                # One name in use, the other the former one of the same person: no difference.
                in_use = pl.col("police_name" if key[1] == FLOATING else "name_b")
                for now, before in (("name", "name_b"), ("name_b", "name")):
                    both = (pl.col(now) == in_use) & (pl.col(before) == pl.col("former_name"))
                    name &= ~both.fill_null(value=False)
                found.append(_case(pair.filter(name), "NAME_DIFFERS", "name"))
                numbers = (
                    pl.col("id_number_ok") & pl.col("id_number_ok_b") & (pl.col("id_number") != pl.col("id_number_b"))
                )
                # A blank against a value is an omission of the field, on whichever side.
                blank = (pl.col("id_number").is_null() & pl.col("id_number_ok_b")) | (
                    pl.col("id_number_b").is_null() & pl.col("id_number_ok")
                )
                found.append(_case(pair.filter(numbers | blank), "ID_DIFFERS", "id_number"))
            known = pl.col("sex").is_in(["1", "2"]) & pl.col("sex_b").is_in(["1", "2"])
            found.append(_case(pair.filter(known & (pl.col("sex") != pl.col("sex_b"))), "SEX_DIFFERS", "sex"))
            if "birth_date_b" in columns:
                differs = pl.col("birth_date").ne_missing(pl.col("birth_date_b"))
                found.append(_case(pair.filter(differs), "BIRTH_DATE_DIFFERS", "birth_date"))
            if key == (HEALTH, POLICE):
                village = pl.col("registered_village_code").ne_missing(pl.col("registered_village_code_b"))
                found.append(_case(pair.filter(village), "VILLAGE_DIFFERS", "registered_village_code"))
        return found

    def _parents(self, pairs: Mapping[tuple[str, str], pl.DataFrame]) -> list[pl.DataFrame]:
        """PARENT_DIFFERS: health registry against certificate, certificate against delivery."""
        found = []
        for key in ((HEALTH, CERTIFICATE), (CERTIFICATE, DELIVERY)):
            pair = pairs[key]
            for parent in ("mother_id", "father_id"):
                both_ok = pl.col(f"{parent}_ok") & pl.col(f"{parent}_ok_b")
                wrong = both_ok & (pl.col(parent) != pl.col(f"{parent}_b"))
                if parent == "mother_id" and key[0] == HEALTH:
                    wrong |= pl.col(parent).is_null() & pl.col(f"{parent}_ok_b")
                found.append(_case(pair.filter(wrong), "PARENT_DIFFERS", parent))
        return found

    def _marriages(self) -> list[pl.DataFrame]:
        """The rules that hold the health registry against civil affairs' events in the window."""
        begin = _iso(self.terms["marriage_window_start"])
        events = self.counted[CIVIL].filter(
            pl.col("event_type").is_in(["marriage", "divorce"]) & (pl.col("event_date") <= self.day.isoformat())
        )
        sides = [
            events.select(
                pl.col(f"_{own}").alias("_person"), pl.col(f"{own}_own").alias("side_own"), "event_type", "event_date",
                pl.col(f"{other}_id").alias("other_id"), pl.col(f"{other}_id_ok").alias("other_ok"), "record_id", ROW,
            )
            for own, other in (("husband", "wife"), ("wife", "husband"))
        ]  # fmt: skip
        known = pl.concat(sides).sort("_person", "event_date", "record_id")
        events = known.filter(pl.col("event_date") >= begin)
        latest = events.unique("_person", keep="last", maintain_order=True)
        marriages = events.filter(pl.col("event_type") == "marriage")
        earliest = (
            marriages.join(marriages.group_by("_person").len("marriages"), on="_person")
            .sort("_person", "event_date", "record_id")
            .unique("_person", keep="first", maintain_order=True)
            .select("_person", "marriages", pl.col("event_date").alias("first_date"), pl.col(ROW).alias("first_row"),
                    pl.col("record_id").alias("first_record"), pl.col("side_own").alias("first_own"))
        )  # fmt: skip
        divorced = (
            known.filter(pl.col("event_type") == "divorce")
            .group_by("_person")
            .agg(pl.col("event_date").min().alias("divorced"))
        )
        people = (
            self.health.join(latest, on="_person", how="inner", suffix="_b")
            .join(earliest, on="_person", how="left")
            .join(divorced, on="_person", how="left")
        )
        people = _between(people, HEALTH, CIVIL).with_columns(usable=pl.col("sure") & pl.col("side_own"))
        status = pl.col("marital_status")
        married = pl.col("event_type") == "marriage"
        omitted = married & (status.fill_null("10") == "10")
        contradicts = (married & (status == "40")) | (~married & ~status.fill_null("10").is_in(["40", "90"]))
        spouse = (
            married & status.is_in(MARRIED) & pl.col("other_ok")
            & (pl.col("spouse_id").is_null() | (pl.col("spouse_id_ok") & (pl.col("spouse_id") != pl.col("other_id"))))
        )  # fmt: skip
        date = pl.col("first_marriage_date")
        # Not the first: the earliest known of who was divorced before, or is remarried and known by that alone.
        first = (pl.col("divorced").is_null() | (pl.col("divorced") > pl.col("first_date"))) & (
            (pl.col("marriages") > 1) | ~status.fill_null("10").is_in(["22", "23"])
        )
        other_date = pl.col("first_date").is_not_null() & (
            ((date >= begin) & (date != pl.col("first_date")) & (first | (date > pl.col("first_date"))))
            | (date.is_null() & status.is_in([*MARRIED, "40"]) & first)
        )
        return [
            _case(people.filter(omitted), "MARRIAGE_OMITTED", "marital_status"),
            _case(people.filter(contradicts), "MARITAL_STATUS_DIFFERS", "marital_status"),
            _case(people.filter(spouse), "SPOUSE_DIFFERS", "spouse_id"),
            _case(
                people.filter(other_date),
                "MARRIAGE_DATE_DIFFERS",
                "first_marriage_date",
                pl.col("sure") & pl.col("first_own"),
                record_b="first_record",
                row_b="first_row",
            ),
        ]

    def _missing(self) -> list[pl.DataFrame]:
        """Records that one registry has and another lacks."""
        window = _iso(self.terms["birth_window_start"])
        missing = self.police.filter("active").join(self.health, on="_person", how="anti")
        missing = _between(missing.filter(pl.col("born") < window), HEALTH, POLICE)
        gone = self.health.join(self.police.filter(~pl.col("active")), on="_person", how="inner", suffix="_b")
        gone = _between(gone, HEALTH, POLICE)

        waiting = self._before(self.terms["certificate_term_days"])
        without = self.delivery.join(self.certificate, on="_person", how="anti").filter(
            pl.col("residence_village_code").is_in(self.villages) & (pl.col("birth_date") < waiting)
        )
        without = _between(without, DELIVERY, CERTIFICATE)

        waiting = self._before(self.terms["registration_term_days"])
        unregistered = self.certificate.join(self.entries, on="_person", how="anti").filter(
            pl.col("mother_village_code").is_in(self.villages) & (pl.col("birth_date") < waiting)
        )
        unregistered = _between(unregistered, CERTIFICATE, POLICE)
        only_b = {"record_a": None, "record_b": "record_id", "row_a": None, "row_b": ROW}
        only_a = {"record_b": None, "row_b": None}
        return [
            _case(missing, "PERSON_OMITTED", "record_id", "own", **only_b),
            _case(gone, "DEREGISTERED_ACTIVE", "record_status", pl.col("sure") & pl.col("sure_b")),
            _case(without, "BIRTH_NO_CERTIFICATE", "record_id", "sure", **only_a),
            _case(unregistered, "BIRTH_NOT_REGISTERED", "record_id", "sure", **only_a),
            self._births(window),
        ]

    def _births(self, window: str) -> pl.DataFrame:
        """BIRTH_OMITTED: children of the place, known to anybody and not to the health registry."""
        papers = {
            "c": self.certificate.rename({"mother_own": "paper_own", "mother_village_code": "village"}),
            "p": self.police.rename({"own": "paper_own", "registered_village_code": "village"}),
            "d": self.delivery.rename({"mother_own": "paper_own", "residence_village_code": "village"}),
        }
        everybody = pl.concat([frame.select("_person", "born", "twin") for frame in papers.values()])
        children = everybody.filter(pl.col("born") >= window).unique("_person", maintain_order=True)
        children = children.join(self.health, on="_person", how="anti")
        for letter, frame in papers.items():
            columns = ["record_id", ROW, "birth_date", "paper_own", "village", *(["active"] if letter == "p" else [])]
            renamed = frame.select("_person", *(pl.col(name).alias(f"{name}_{letter}") for name in columns))
            children = children.join(renamed, on="_person", how="left")
        active = pl.col("active_p").fill_null(value=False)
        unentered = pl.col("record_id_p").is_null()
        children = children.filter(active | (unentered & pl.coalesce("village_c", "village_d").is_in(self.villages)))
        certified = pl.col("record_id_c").is_not_null()
        dates = [pl.col(f"birth_date_{letter}") for letter in papers]
        own = pl.all_horizontal(pl.col(f"paper_own_{letter}").fill_null(value=True) for letter in papers)

        def strongest(what: str) -> pl.Expr:
            return pl.when(certified).then(f"{what}_c").when(active).then(f"{what}_p").otherwise(f"{what}_d")

        registry = (
            pl.when(certified).then(pl.lit(CERTIFICATE)).when(active).then(pl.lit(POLICE)).otherwise(pl.lit(DELIVERY))
        )
        children = children.with_columns(
            registry_a=pl.lit(HEALTH),
            registry_b=registry,
            found=strongest("record_id"),
            found_row=strongest(ROW),
            usable=own & (pl.min_horizontal(dates) == pl.max_horizontal(dates)) & ~pl.col("twin"),
        )
        return _case(
            children, "BIRTH_OMITTED", "record_id", record_a=None, record_b="found", row_a=None, row_b="found_row"
        )

    def _before(self, days: object) -> str:
        """The birth date before which a term of days is over."""
        return (self.day - dt.timedelta(days=int(str(days)))).isoformat()


def _iso(value: object) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)
