"""Candidate pairs by blocking that cannot explode.

Records of the two tables that share all parts of a blocking key are candidates, unless they are so many that the key
tells nothing: a block of more than `largest_block` pairs is left out. So the number of candidates is at most keys ×
records × largest_block, whatever the data: cost grows linearly with the records.
"""

from __future__ import annotations

import duckdb

from assets.identity.linkage.fields import BY_FUNCTION
from assets.identity.linkage.model import LinkageModel, LinkField


def _pieces(model: LinkageModel) -> list[tuple[LinkField, str, str]]:
    """Every part of a field that a key uses: its field, its name there, and its name as a column."""
    named = sorted({part for key in model.keys for part in key})
    fields = {field.name: field for field in model.fields}
    split = [part.partition(".") for part in named]
    return [(fields[name], piece, f"part_{place}") for place, (name, _, piece) in enumerate(split)]


def _take_apart(connection: duckdb.DuckDBPyConnection, model: LinkageModel, sides: tuple[str, str]) -> None:
    """Fills <side>_part: record and the parts of its fields, null where blank.

    What a named function takes apart, it takes apart once per value.
    """
    columns, joins = [], []
    for place, field in enumerate(model.fields):
        pieces = [(piece, column) for of, piece, column in _pieces(model) if of is field]
        parts = {
            column: field.declared.parts[piece].format(v=f'"{field.name}"') if piece else f'"{field.name}"'
            for piece, column in pieces
        }
        if not parts:
            continue
        if field.declared.cost < BY_FUNCTION:
            columns += [f"nullif({sql}, '') as {column}" for column, sql in parts.items()]
            continue
        distinct = " union ".join(f'select "{field.name}" from {side}' for side in sides)
        taken = ", ".join(f"nullif({sql}, '') as {column}" for column, sql in parts.items())
        connection.execute(
            f'create or replace temp table taken_{place} as select "{field.name}", {taken} from ({distinct})'
        )
        joins.append(f'left join taken_{place} using ("{field.name}")')
        columns += parts
    for side in sides:
        connection.execute(
            f"""create or replace temp table {side}_part as
                select record, {", ".join(columns)} from {side} {" ".join(joins)}"""
        )


def _pairs_sql(key: list[str], largest: int, a: str, b: str) -> str:
    """Pairs of records that share the parts of one key."""
    parts = ", ".join(key)
    whole = " and ".join(f"{part} is not null" for part in key)
    same = " and ".join(f"count_a.{part} = count_b.{part}" for part in key)
    return f"""
        select record_a, record_b from (
            with asked as (select {parts}, record as record_a from {a}_part where {whole}),
            count_a as (select {parts}, count(*) as records from asked group by {parts}),
            found as (
                select {parts}, record as record_b from {b}_part where ({parts}) in (select ({parts}) from count_a)
            ),
            count_b as (select {parts}, count(*) as records from found group by {parts}),
            block as (
                select {", ".join(f"count_a.{part}" for part in key)}
                from count_a inner join count_b on {same}
                where count_a.records * count_b.records <= {largest}
            )
            select record_a, record_b from block inner join asked using ({parts}) inner join found using ({parts})
        )"""


def candidate_pairs(connection: duckdb.DuckDBPyConnection, model: LinkageModel, a: str, b: str, into: str) -> int:
    """Fills a table `into` (record_a, record_b) with the candidates between tables `a` and `b`; how many there are."""
    _take_apart(connection, model, (a, b))
    column = {f"{field.name}.{piece}" if piece else field.name: name for field, piece, name in _pieces(model)}
    each = " union all ".join(
        _pairs_sql([column[part] for part in key], model.largest_block, a, b) for key in model.keys
    )
    connection.execute(f"create or replace temp table {into} as select distinct record_a, record_b from ({each})")
    return int(connection.execute(f"select count(*) from {into}").fetchall()[0][0])
