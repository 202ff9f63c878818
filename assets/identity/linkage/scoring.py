"""Weights of candidate pairs, field by field, from a model that is not touched: those that Splink would give.

A pair is first looked at: equal, missing or open. What is open is compared field by field, the cheapest first, and a
pair is left out as soon as all that is still open could not lift it to the bits that are asked for. Values of pairs are
gathered by the places of their records, so many at a time.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import duckdb
import polars as pl
import pyarrow as pa

from assets.identity.linkage import weights
from assets.identity.linkage.candidates import members_sql, put_blocks, put_pairs, text_column, values_table
from assets.identity.linkage.model import SMALLEST, LinkageModel, LinkField
from warehouse.engines.duckdb_engine import register_functions

A, B, CANDIDATES, COMPARED = "side_a", "side_b", "candidate_pair", "compared_pair"
ENOUGH_FOR_FREQUENCIES = 1_000  # records: below, a value's share says little
_MEMORY = "20%"  # of the machine's; what is more goes to disk
_PLACES = {"record_a": pl.UInt32, "record_b": pl.UInt32}
_ASKED = "asked about"  # a column; none of a model has such a name
_AT_A_TIME = 1 << 16  # pairs whose values are gathered
_SLIP = 1e-6  # a sum of weights may differ by less, in another order
# Which pairs are asked about: SQL conditions on a record of a and on one of b; both of one couple hold.
Asked: TypeAlias = Sequence[tuple[str, str]]
EVERY_PAIR: Asked = (("true", "true"),)


@contextmanager
def open_linkage(scratch: Path | None = None, *, sums: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database of one linkage alone, gone afterwards. With `sums` over rows, one thread: they have one order then.

    scratch: where what finds no room in memory is written; without it, where this machine keeps temporary files.
    """
    with tempfile.TemporaryDirectory(prefix="hedui-linkage-", dir=scratch) as folder:
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": _MEMORY,
            "temp_directory": folder,
            "preserve_insertion_order": sums,
        }
        connection = duckdb.connect(config=config | {"threads": 1} if sums else config)
        try:
            register_functions(connection)
            # It names values of records and warns of rare levels.
            logging.getLogger("splink").setLevel(logging.CRITICAL)
            yield connection
        finally:
            connection.close()


def _numbered(side: pl.DataFrame, columns: list[str]) -> pa.Table:
    """Columns of a side with the place of each row as `record`; texts are not copied."""
    return side.select(columns).with_row_index("record").to_arrow(compat_level=pl.CompatLevel.newest())


def _holding(conditions: Iterable[str]) -> pl.Expr:
    """Which of the conditions hold for a record, a bit each: looking at them pair by pair would be dear."""
    bits = (pl.when(pl.sql_expr(condition)).then(1 << place).otherwise(0) for place, condition in enumerate(conditions))
    return pl.sum_horizontal(*bits).cast(pl.Int32).alias(_ASKED)


def put_side(connection: duckdb.DuckDBPyConnection, name: str, side: pl.DataFrame, model: LinkageModel) -> None:
    """Puts one side's records (column `key`, then the model's columns), numbered as `record` in the order of keys."""
    connection.register(f"{name}_given", _numbered(side.sort("key"), ["key", *dict.fromkeys(model.columns)]))
    connection.execute(f"create or replace table {name} as select '{name}' as source_dataset, * from {name}_given")
    connection.unregister(f"{name}_given")


def prior(model: LinkageModel, records_b: int) -> float:
    """The odds, as a probability, of a record of a being one of b rather than nobody of b, before anything is compared.

    b is taken for everybody there is: a record without a partner in b has none. So the better known it is that a record
    must be somebody of b, the less it takes to say who.
    """
    odds = model.share / (1.0 - model.share) / max(records_b, 1)
    return min(max(odds / (1.0 + odds), SMALLEST), 0.5)


def _put_shares(
    connection: duckdb.DuckDBPyConnection, model: LinkageModel, known: Mapping[str, pl.DataFrame]
) -> list[str]:
    """Fills share_of_<field> (value, share_<field>) for fields where rare values weigh more, and names them.

    What is not known from outside is counted among the records of the two tables that have a candidate.
    """
    found = [field.name for field in model.fields if field.declared.frequent]
    if not known.keys() >= set(found):
        for side in (A, B):
            connection.execute(f"create or replace temp table {side}_member as {members_sql(model, side)}")
    for name in found:
        if name in known:
            connection.register("known", known[name].to_arrow())
            counted = f'select "{name}" as value, share as share_{name} from known'
        else:
            sides = " union all ".join(
                f'select "{name}" as value from {side} semi join {side}_member using (record)' for side in (A, B)
            )
            counted = f"""
                with given as ({sides})
                select value, cast(count(*) as double) / (select count(value) from given) as share_{name}
                from given where value is not null group by value"""
        connection.execute(f"create or replace temp table share_of_{name} as {counted}")
    return found


def _gathered(
    connection: duckdb.DuckDBPyConnection, a: pl.DataFrame, b: pl.DataFrame, model: LinkageModel, rare: list[str]
) -> pa.RecordBatchReader:
    """The candidates with the values of both records, and the shares of a's, gathered while they are read."""
    columns = list(dict.fromkeys(model.columns))
    joins = " ".join(f'left join share_of_{name} on {A}."{name}" = share_of_{name}.value' for name in rare)
    shares = connection.sql(
        f"select {', '.join(['record', *(f'share_{name}' for name in rare)])} from {A} {joins}"
    ).pl()
    of_a = a.select(pl.col(columns).name.suffix("_l")).hstack(shares.sort("record").drop("record"))
    of_b = b.select(pl.col(columns).name.suffix("_r"))
    pairs = connection.table(CANDIDATES).pl()

    def with_values(some: pl.DataFrame) -> pa.Table:
        found = some.hstack(of_a[some["record_a"]]).hstack(of_b[some["record_b"]])
        return found.to_arrow(compat_level=pl.CompatLevel.newest())

    return pa.RecordBatchReader.from_batches(
        with_values(pairs.clear()).schema,
        (batch for some in pairs.iter_slices(_AT_A_TIME) for batch in with_values(some).to_batches()),
    )


def _compare(
    connection: duckdb.DuckDBPyConnection,
    model: LinkageModel,
    pairs: pa.RecordBatchReader,
    rare: list[str],
    enough: str,
) -> None:
    """Fills COMPARED: the pairs that are `enough`, each field's level as far as looks tell.

    Beside the levels stand the shares of a's values, and the values of fields that may be open. Parts of values are
    fetched, by the values, for pairs that are enough without a look at them.
    """
    sides = ("l", "r")
    kept = ["record_a", "record_b", *(f"share_{name}" for name in rare)]
    kept += [f'"{field.name}_{side}"' for field in weights.open_fields(model) for side in sides]
    first = [f"cast({weights.first_level_sql(field)} as tinyint) as level_{field.name}" for field in model.fields]
    second = [f"cast({weights.second_level_sql(field)} as tinyint) as level_{field.name}" for field in model.fields]
    parts, joins = "", ""
    for field in (field for field in model.fields if field.look_parts):
        for side in sides:
            values = f'"{field.name} {side}"'
            joins += f' left join {values_table(field)} as {values} on {values}."{field.name}" = "{field.name}_{side}"'
            for part in field.look_parts:
                parts += f', {values}.{text_column(field.name, part)} as "{field.name}.{part}_{side}"'
    connection.register("pair", pairs)
    connection.execute(
        f"""create or replace temp table {COMPARED} as
            with looked as (select {", ".join([*kept, *first])} from pair),
            hopeful as (select looked.*{parts} from looked {joins} {enough}),
            looked_again as (select {", ".join([*kept, *second])} from hopeful)
            select * from looked_again {enough}"""
    )
    connection.unregister("pair")


def _compare_open(connection: duckdb.DuckDBPyConnection, field: LinkField, enough: str) -> None:
    """Gives a field of COMPARED the levels that are still open, and leaves out the pairs that are not `enough`."""
    name, is_open = field.name, weights.is_open_sql(field)
    connection.execute(
        f"""create or replace temp table {COMPARED} as
            with hopeful as (
                select *, case when {is_open} then {weights.agreement_sql(field)} end as agreement_{name}
                from {COMPARED} {enough}
            )
            select * exclude ("{name}_l", "{name}_r", agreement_{name}) replace (
                cast(case when {is_open} then {weights.open_level_sql(field)} else level_{name} end as tinyint)
                    as level_{name}
            )
            from hopeful"""
    )


def score(
    a: pl.DataFrame,
    b: pl.DataFrame,
    model: LinkageModel,
    shares: Mapping[str, pl.DataFrame] | None = None,
    least: float | None = None,
    asked: Asked = EVERY_PAIR,
) -> pl.DataFrame:
    """What `weigh` finds, with key_a and key_b, the records' unique texts in a column `key`, for their places.

    Sorted by them: the order of rows does not matter.
    """
    found = weigh(a, b, model, shares, least, asked)
    keys = (a["key"].gather(found["record_a"]).alias("key_a"), b["key"].gather(found["record_b"]).alias("key_b"))
    return found.select(*keys, pl.exclude("record_a", "record_b")).sort("key_a", "key_b")


def weigh(
    a: pl.DataFrame,
    b: pl.DataFrame,
    model: LinkageModel,
    shares: Mapping[str, pl.DataFrame] | None = None,
    least: float | None = None,
    asked: Asked = EVERY_PAIR,
    scratch: Path | None = None,
) -> pl.DataFrame:
    """Candidate pairs between two tables: record_a, record_b, weight, and per field level_<f> and weight_<f>.

    a and b have the model's columns, prepared; a record is named by the place of its row, from 0. The pairs are in no
    particular order. shares: by field, the share of each value in the whole population, where the two tables are only
    a part of it; without them the two tables themselves tell, where they are large enough. least: pairs of fewer bits
    are left out, and not compared to the end. asked: other pairs are not compared at all; which blocks and values are
    common does not depend on it. scratch: see open_linkage.
    Cost: linear in the candidates, which blocking caps.
    """
    if a.is_empty() or b.is_empty():
        names = [field.name for field in model.fields]
        levels, bits = (
            dict.fromkeys((f"level_{name}" for name in names), pl.String),
            dict.fromkeys((f"weight_{name}" for name in names), pl.Float64),
        )
        return pl.DataFrame(schema={**_PLACES, "weight": pl.Float64, **levels, **bits})
    columns = [*dict.fromkeys(model.columns), _ASKED]
    with open_linkage(scratch) as connection:
        connection.register(A, _numbered(a.with_columns(_holding(of_a for of_a, _ in asked)), columns))
        connection.register(B, _numbered(b.with_columns(_holding(of_b for _, of_b in asked)), columns))
        put_blocks(connection, model, A, B)
        with_shares = shares is not None or len(a) + len(b) >= ENOUGH_FOR_FREQUENCIES
        rare = _put_shares(connection, model, shares or {}) if with_shares else []
        total = weights.total_sql(model, prior(model, len(b)), rare)
        # What is still open counts as the most that it may give.
        enough = f"where {total} >= {least - _SLIP!r}" if least is not None else ""
        put_pairs(connection, model, A, B, CANDIDATES, f'l."{_ASKED}" & r."{_ASKED}" != 0')
        _compare(connection, model, _gathered(connection, a, b, model, rare), rare, enough)
        for field in weights.open_fields(model):
            _compare_open(connection, field, enough)
        return _pairs(connection, model, total, rare, least)


def _pairs(
    connection: duckdb.DuckDBPyConnection, model: LinkageModel, total: str, rare: list[str], least: float | None
) -> pl.DataFrame:
    """COMPARED with levels by code, and one weight per field."""
    columns = [f"{weights.code_sql(field)} as level_{field.name}" for field in model.fields]
    columns += [f"round({weights.field_sql(field, rare)}, 6) as weight_{field.name}" for field in model.fields]
    enough = f"where round({total}, 6) >= {least!r}" if least is not None else ""
    return connection.sql(
        f"select record_a, record_b, round({total}, 6) as weight, {', '.join(columns)} from {COMPARED} {enough}"
    ).pl()
