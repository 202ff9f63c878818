"""The truth of a simulated home: who is who, and what a perfect system reports on which days.

Writes truth/planted_error.parquet (a row per case and run of days, and a row per planted oddity that is no error),
truth/person.parquet and truth/person_record.parquet.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from tests.synthetic.errors import Planted
from tests.synthetic.oracle import CASE, HEALTH, POLICE, RECORD_ID, Day, registered_at, see, shared_numbers
from tests.synthetic.register import DAY, ROW, Register, on_day, versions
from tests.synthetic.world import World

_BLOCK_PERSONS = 400_000
_NUMBER = (ROW, DAY, "_person", "record_id", "name", "birth_date", "id_number", "id_number_ok")
_SHARED = (
    (HEALTH, [*_NUMBER, "person_code", "record_status"]),
    (POLICE, [*_NUMBER, "household_no", "moved_out_date", "cancelled_date"]),
)
_AGAINST_OWN_NUMBER = ("ID_BIRTH_DATE", "ID_SEX")
NATURAL = "delay"  # nobody erred: one registry heard of an event before the other
ROLES = {"_person": "subject", "_husband": "husband", "_wife": "wife", "_mother": "mother", "_father": "father"}


def look(world: World, registers: Mapping[str, Register], planted: Planted) -> dict[str, pl.DataFrame]:
    """Every version of every record as the oracle sees it, by registry."""
    return {
        registry: see(world, registry, versions(register, planted.slips[registry], world.first_day, world.last_day))
        for registry, register in registers.items()
    }


def expected_cases(world: World, seen: Mapping[str, pl.DataFrame]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The cases of every day: those of CASE, id_usable, row_a, row_b, person, day.

    Beside them the records (registry, row) whose own number proves nothing on some day, as nothing else agrees.
    """
    cases, doubtful = [], []
    blocks = 1 + len(world.who) // _BLOCK_PERSONS
    for day in range(world.first_day, world.last_day + 1):
        mothers = registered_at(on_day(seen[POLICE].select(ROW, DAY, "_person", "own", "household_no"), day))
        found = [
            shared_numbers(registry, on_day(seen[registry].select(columns), day), day) for registry, columns in _SHARED
        ]
        for block in range(blocks):
            states = {
                registry: on_day(frame.filter(_in_block(frame, block, blocks)), day) for registry, frame in seen.items()
            }
            some = Day(world, states, mothers, day)
            found.append(some.cases())
            doubtful.append(some.doubtful)
        # An event of two people of different blocks was looked at twice.
        today = pl.concat(found).unique(list(CASE), keep="first", maintain_order=True)
        cases.append(today.with_columns(pl.lit(day, dtype=pl.Int32).alias(DAY)))
    return pl.concat(cases), pl.concat(doubtful).unique()


def _in_block(frame: pl.DataFrame, block: int, blocks: int) -> pl.Expr:
    """Records of the people of a block: the oracle looks at some at a time, to be sparing with memory."""
    roles = [name for name in ("_person", "_husband", "_wife") if name in frame.columns]
    return pl.any_horizontal(pl.col(name) % blocks == block for name in roles)


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
            register.records.select(pl.lit(registry).alias("registry"), ROW, pl.col("_person").alias("person"))
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


def _record_ids(registers: Mapping[str, Register]) -> pl.DataFrame:
    return pl.concat(
        [
            register.records.select(
                pl.lit(registry).alias("registry"), ROW, pl.col(RECORD_ID[registry]).alias("record_id")
            )
            for registry, register in registers.items()
        ]
    )


def _oddities(world: World, planted: Planted, registers: Mapping[str, Register]) -> pl.DataFrame:
    """What was planted to look wrong and is no error."""
    odd = planted.log.filter(pl.col("rule_code").is_null()).join(
        _record_ids(registers), on=["registry", ROW], how="inner", maintain_order="left"
    )
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


def _person_records(seen: Mapping[str, pl.DataFrame], doubtful: pl.DataFrame) -> pl.DataFrame:
    """The true person of every record, in every role: person, registry, record_id, role, id_usable.

    id_usable: on every day the record leads to the person by valid numbers, as the oracle says.
    """
    blocks = []
    for registry, found in seen.items():
        for column, role in ROLES.items():
            if column in found.columns:
                mentions = found.group_by(ROW, maintain_order=True).agg(
                    pl.col(column).first().cast(pl.Int32).alias("person"),
                    pl.lit(registry).alias("registry"),
                    pl.col("record_id").first(),
                    pl.lit(role).alias("role"),
                    pl.col("sure" if role == "subject" else f"{role}_own").all().alias("id_usable"),
                )
                blocks.append(mentions.filter(pl.col("person") >= 0))
    records = pl.concat(blocks).join(
        doubtful.with_columns(doubt=True), on=["registry", ROW], how="left", maintain_order="left"
    )
    usable = pl.col("id_usable") & (pl.col("doubt").is_null() | (pl.col("role") != "subject"))
    return records.with_columns(usable.alias("id_usable")).drop(ROW, "doubt")


def write(folder: Path, world: World, registers: Mapping[str, Register], planted: Planted) -> None:
    """Writes the truth of a home."""
    folder.mkdir(parents=True, exist_ok=True)
    seen = look(world, registers, planted)
    expected, doubtful = expected_cases(world, seen)
    runs = _runs(expected, world.last_day)
    cases = _attributed(runs, planted, registers)
    columns = ["error_kind", *CASE, "id_usable", "visible_from", "visible_to", "wrong_a", "wrong_b"]
    both = pl.concat([cases.select(columns), _oddities(world, planted, registers).select(columns)])
    both.with_row_index("error_id").write_parquet(folder / "planted_error.parquet")
    world.who.with_row_index("person").write_parquet(folder / "person.parquet")
    _person_records(seen, doubtful).write_parquet(folder / "person_record.parquet")
