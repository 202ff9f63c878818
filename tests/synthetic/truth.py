"""The truth of a simulated home: who is who, and what a perfect system reports on which days.

Writes truth/planted_error.parquet (a row per case and run of days, and a row per planted oddity that is no error),
truth/person.parquet and truth/person_record.parquet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from tests.synthetic.errors import Planted
from tests.synthetic.oracle import (
    CASE,
    CERTIFICATE,
    CIVIL,
    HEALTH,
    POLICE,
    RECORD_ID,
    Day,
    looked_at,
    registered_at,
    see,
    shared_numbers,
)
from tests.synthetic.register import DAY, ROW, Register, States, decoded, on_day, over_time
from tests.synthetic.registries import REGISTRIES
from tests.synthetic.world import World

_BLOCK_PERSONS = 400_000
_NUMBER = ("_person", "record_id", "name", "birth_date", "id_number", "id_number_ok")
_SHARED = (
    (HEALTH, [*_NUMBER, "person_code", "record_status"]),
    (POLICE, [*_NUMBER, "household_no", "moved_out_date", "cancelled_date"]),
)
_AGAINST_OWN_NUMBER = ("ID_BIRTH_DATE", "ID_SEX")
NATURAL = "delay"  # nobody erred: one registry heard of an event before the other
ROLES = {"_person": "subject", "_husband": "husband", "_wife": "wife", "_mother": "mother", "_father": "father"}


@dataclass(frozen=True)
class Seen:
    """Every version of every record as the oracle sees it, in a folder: a file per registry and block of people.

    In memory, all versions of all registries would take more than everything else. An event of two people of different
    blocks is in both.
    """

    folder: Path
    blocks: int

    @classmethod
    def of(cls, world: World, folder: Path) -> Seen:
        """Nothing yet."""
        return cls(folder, 1 + len(world.said) // _BLOCK_PERSONS)

    def _file(self, registry: str, block: int) -> Path:
        return self.folder / f"{registry}.{block}.parquet"

    def add(self, world: World, registry: str, states: States) -> None:
        """Writes the versions of a registry."""
        beside = see(world, registry, states)
        people = states.frame(name for name in ("_person", "_husband", "_wife") if name in states.columns)
        names = looked_at(registry, states)
        for block in range(self.blocks):
            here = people.select(pl.any_horizontal(pl.all() % self.blocks == block)).to_series().arg_true()
            found = states.frame(names, here).hstack(beside.select(pl.all().gather(here)))
            found.write_parquet(self._file(registry, block), compression="lz4", statistics=False)

    def block(self, block: int) -> dict[str, pl.DataFrame]:
        """Versions of the records of some people, by registry."""
        return {
            registry: pl.read_parquet(self._file(registry, block)).with_columns(pl.col(number).alias("record_id"))
            for registry, number in RECORD_ID.items()
        }

    def everybody(self, registry: str, columns: Iterable[str], rows: pl.Series | None = None) -> pl.DataFrame:
        """Columns of the versions of all records of a registry, or of those in `rows`, by record and day."""
        files = [self._file(registry, block) for block in range(self.blocks)]
        found = pl.scan_parquet(files).with_columns(pl.col(RECORD_ID[registry]).alias("record_id"))
        found = found.select(ROW, DAY, *columns)
        if rows is not None:
            found = found.filter(pl.col(ROW).is_in(rows.implode()))
        if registry == CIVIL:
            found = found.unique([ROW, DAY])
        return found.sort(ROW, DAY).collect()


def look(world: World, registers: Mapping[str, Register], planted: Planted, seen: Seen) -> None:
    """Adds every version of every record of some registers as the oracle sees it."""
    for registry, register in registers.items():
        states = over_time(register, planted.slips[registry], world.first_day, world.last_day)
        seen.add(world, registry, states)


def expected_cases(world: World, seen: Seen) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The cases of every day: those of CASE, id_usable, row_a, row_b, person, day.

    Beside them the records (registry, row) whose own number proves nothing on some day, as nothing else agrees.
    """
    days = range(world.first_day, world.last_day + 1)
    sharing = {registry: _sharing(seen, registry, columns) for registry, columns in _SHARED}
    homes = _homes_of_mothers(seen)
    found = {
        day: [_apart(shared_numbers(registry, on_day(frame, day), day)) for registry, frame in sharing.items()]
        for day in days
    }
    doubtful = []
    for block in range(seen.blocks):
        versions = seen.block(block)
        for day in days:
            states = {registry: on_day(frame, day) for registry, frame in versions.items()}
            some = Day(world, states, registered_at(on_day(homes, day)), day)
            found[day].append(_apart(some.cases()))
            doubtful.append(some.doubtful)
    cases = [
        # An event of two people of different blocks was looked at twice.
        decoded(pl.concat(today))
        .unique(list(CASE), keep="first", maintain_order=True)
        .with_columns(pl.lit(day, dtype=pl.Int32).alias(DAY))
        for day, today in found.items()
    ]
    return pl.concat(cases), pl.concat(doubtful).unique()


def _apart(cases: pl.DataFrame) -> pl.DataFrame:
    """Cases with text of their own, dictionary-encoded: else a few would keep the text of a whole block alive."""
    return cases.cast({pl.String: pl.Categorical})


def _sharing(seen: Seen, registry: str, columns: Iterable[str]) -> pl.DataFrame:
    """The versions of records whose number stands on another record on some day: no others can share one."""
    numbers = seen.everybody(registry, ["id_number"])
    rows = numbers.filter(pl.col("id_number").is_duplicated())[ROW].unique()
    return seen.everybody(registry, columns, rows)


def _homes_of_mothers(seen: Seen) -> pl.DataFrame:
    """The household entries of women who have a child with a certificate."""
    mothers = seen.everybody(CERTIFICATE, ["_mother"])["_mother"].unique()
    entries = seen.everybody(POLICE, ["_person", "own", "household_no"])
    return entries.filter(pl.col("_person").is_in(mothers.implode()))


def _runs(cases: pl.DataFrame, last_day: int) -> pl.DataFrame:
    """Cases with the first and last day of each unbroken run of days; the last is null while the case is open."""
    ordered = cases.sort(*CASE, DAY, nulls_last=True)
    run = (pl.col(DAY) - pl.int_range(pl.len()).over(*CASE)).alias("run")
    runs = ordered.with_columns(run).group_by(*CASE, "run", maintain_order=True).agg(
        # Usable on every day of the run: a number that is corrected later leaves the case hard until then.
        pl.col("id_usable").all(), pl.col("row_a").first(), pl.col("row_b").first(), pl.col("person").first(),
        pl.col(DAY).min().alias("visible_from"), pl.col(DAY).max().alias("visible_to"),
    )  # fmt: skip
    return runs.with_columns(
        visible_from=pl.col("visible_from").cast(pl.Date),
        visible_to=pl.when(pl.col("visible_to") < last_day).then(pl.col("visible_to")).cast(pl.Date),
    ).drop("run")


def _attributed(runs: pl.DataFrame, planted: Planted, registers: Mapping[str, Register]) -> pl.DataFrame:
    """The kind of error behind each case: one planted in the field on either side, else one meant for the rule.

    wrong_a, wrong_b: whether it was planted on that side. A record's own number, where held against it, is side b.
    """
    log = planted.log.with_columns(pl.col("error_kind").alias("kind"))
    in_field = log.select("registry", ROW, "field", "kind").unique(
        ["registry", ROW, "field"], keep="first", maintain_order=True
    )
    on_record = log.select("registry", ROW, "rule_code", "kind").unique(
        ["registry", ROW, "rule_code"], keep="first", maintain_order=True
    )
    people = pl.concat(
        [
            _carriers(log, register).select(pl.lit(registry).alias("registry"), ROW, pl.col("_person").alias("person"))
            for registry, register in registers.items()
            if "_person" in register.records.columns
        ]
    )
    of_person = (
        log.join(people, on=["registry", ROW], how="inner")
        .select("person", "rule_code", "kind", pl.col("registry").alias("registry_person"))
        .drop_nulls()
        .unique(["person", "rule_code"], keep="first", maintain_order=True)
    )
    found = runs
    candidates = []
    for side in ("a", "b"):
        for table, key in ((in_field, "field"), (on_record, "rule_code")):
            column = f"kind_{key}_{side}"
            candidates.append(column)
            here = [f"registry_{side}", f"row_{side}", key]
            named = table.rename({"kind": column})
            found = found.join(named, left_on=here, right_on=["registry", ROW, key], how="left", maintain_order="left")
    of_person = of_person.rename({"kind": "kind_person"})
    found = found.join(of_person, on=["person", "rule_code"], how="left", maintain_order="left")
    kind = pl.coalesce(*candidates, "kind_person", pl.lit(NATURAL))
    # What looks odd and is no error makes no side wrong.
    in_error = log.filter(pl.col("rule_code").is_not_null()).select("registry", ROW, "field").unique()
    on_sides = {
        "field_a": (("registry_a", "row_a", "field"), in_error),
        "field_b": (("registry_b", "row_b", "field"), in_error),
        "number_a": (("registry_a", "row_a"), in_error.filter(pl.col("field") == "id_number").drop("field")),
    }
    for name, (sides, table) in on_sides.items():
        here, there = list(sides), ["registry", ROW, "field"][: len(sides)]
        marked = table.with_columns(pl.lit(value=True).alias(name))
        found = found.join(marked, left_on=here, right_on=there, how="left", maintain_order="left")
    own_number = pl.col("rule_code").is_in(_AGAINST_OWN_NUMBER)

    def wrong(side: str) -> pl.Expr:
        in_field_or_meant = pl.col(f"field_{side}").is_not_null() | pl.col(f"kind_rule_code_{side}").is_not_null()
        of_the_person = pl.all_horizontal(pl.col(name).is_null() for name in candidates) & pl.col(
            "registry_person"
        ).eq_missing(pl.col(f"registry_{side}"))
        return pl.col(f"registry_{side}").is_not_null() & (in_field_or_meant | of_the_person)

    flags = [
        pl.when(own_number).then(pl.col("field_a").is_not_null()).otherwise(wrong("a")).alias("wrong_a"),
        pl.when(own_number).then(pl.col("number_a").is_not_null()).otherwise(wrong("b")).alias("wrong_b"),
    ]
    return found.with_columns(kind.alias("error_kind"), *flags).drop(
        *candidates, "kind_person", "registry_person", *on_sides
    )


def _carriers(log: pl.DataFrame, register: Register) -> pl.DataFrame:
    """The records of a register that carry an error of the log."""
    rows = log.filter(pl.col("registry") == register.registry)[ROW].unique()
    return register.records.filter(pl.col(ROW).is_in(rows.implode()))


def _record_ids(log: pl.DataFrame, registers: Mapping[str, Register]) -> pl.DataFrame:
    """The record numbers of the records in the log: registry, row, record_id."""
    return pl.concat(
        [
            _carriers(log, register).select(
                pl.lit(registry).alias("registry"), ROW, pl.col(RECORD_ID[registry]).alias("record_id")
            )
            for registry, register in registers.items()
        ]
    )


def _oddities(world: World, planted: Planted, registers: Mapping[str, Register]) -> pl.DataFrame:
    """What was planted to look wrong and is no error."""
    odd = planted.log.filter(pl.col("rule_code").is_null())
    odd = odd.join(_record_ids(odd, registers), on=["registry", ROW], how="inner", maintain_order="left")
    return odd.select(
        pl.lit(None, dtype=pl.String).alias("rule_code"),
        pl.col("registry").alias("registry_a"),
        pl.col("record_id").alias("record_a"),
        pl.lit(None, dtype=pl.String).alias("registry_b"),
        pl.lit(None, dtype=pl.String).alias("record_b"),
        "field",
        pl.lit(value=True).alias("id_usable"),
        pl.max_horizontal("since", pl.lit(world.first_day)).cast(pl.Date).alias("visible_from"),
        pl.lit(None, dtype=pl.Date).alias("visible_to"),
        "error_kind",
        pl.lit(value=False).alias("wrong_a"),
        pl.lit(value=False).alias("wrong_b"),
    )


def _mentions(registry: str, found: pl.DataFrame, doubtful: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The true person of every record of a registry, one role after another; versions stand by record and day."""
    first = np.flatnonzero(np.diff(found[ROW].to_numpy(), prepend=-1))
    records = found[first]
    doubt = records[ROW].is_in(doubtful.filter(pl.col("registry") == registry)[ROW].implode())
    for column, role in ROLES.items():
        if column in found.columns:
            sure = found[_sure(role)].to_numpy()
            usable = pl.Series(np.logical_and.reduceat(sure, first), dtype=pl.Boolean)
            yield records.select(
                pl.col(column).cast(pl.Int32).alias("person"),
                pl.lit(registry, dtype=pl.Categorical).alias("registry"),
                "record_id",
                pl.lit(role, dtype=pl.Categorical).alias("role"),
                (usable & ~doubt if role == "subject" else usable).alias("id_usable"),
            ).filter(pl.col("person") >= 0)


def _sure(role: str) -> str:
    """The column that says whether the record leads to who is in a role."""
    return "sure" if role == "subject" else f"{role}_own"


def _person_records(seen: Seen, registers: Mapping[str, Register], doubtful: pl.DataFrame) -> pl.DataFrame:
    """The true person of every record, in every role: person, registry, record_id, role, id_usable, encoded.

    id_usable: on every day the record leads to the person by valid numbers, as the oracle says.
    """
    found: list[pl.DataFrame] = []
    for registry in REGISTRIES:
        roles = [column for column in ROLES if column in registers[registry].records.columns]
        proofs = [_sure(ROLES[column]) for column in roles]
        versions = seen.everybody(registry, ["record_id", *roles, *proofs])
        found += _mentions(registry, versions, doubtful)
    return pl.concat(found)


def write(folder: Path, world: World, registers: Mapping[str, Register], planted: Planted, seen: Seen) -> None:
    """Writes the truth of a home."""
    folder.mkdir(parents=True, exist_ok=True)
    expected, doubtful = expected_cases(world, seen)
    runs = _runs(expected, world.last_day)
    cases = _attributed(runs, planted, registers)
    columns = ["error_kind", *CASE, "id_usable", "visible_from", "visible_to", "wrong_a", "wrong_b"]
    both = pl.concat([cases.select(columns), _oddities(world, planted, registers).select(columns)])
    both.with_row_index("error_id").write_parquet(folder / "planted_error.parquet")
    del expected, runs, cases, both
    decoded(_person_records(seen, registers, doubtful)).write_parquet(folder / "person_record.parquet")
    world.who.with_row_index("person").write_parquet(folder / "person.parquet")
