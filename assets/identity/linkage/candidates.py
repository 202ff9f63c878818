"""Candidate pairs by blocking that cannot explode.

Records of the two tables that share all parts of a blocking key are candidates, unless they are so many that the key
tells nothing: a block of more than `largest_block` pairs is left out. So the number of candidates is at most keys ×
records × largest_block, whatever the data: cost grows linearly with the records.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from assets.identity.linkage.fields import BY_FUNCTION
from assets.identity.linkage.model import LinkageModel, LinkField


def values_table(field: LinkField) -> str:
    """The table of a field's values (column <field>) with the parts that its looks name (see text_column)."""
    return f'"values {field.name}"'


def text_column(field: str, piece: str) -> str:
    """The column of values_table with a part of a field as text, where a look names it."""
    return f'"{field}.{piece}"'


def _part_column(field: str, piece: str) -> str:
    """The column with a part of a field, where a key names it."""
    return f'"part {field}.{piece}"'


def _keys_sql(model: LinkageModel, *, or_blank: bool) -> list[str]:
    """For each key its column of <side>_key, from those of its parts; or_blank: null where a part is."""
    found = []
    for place, key in enumerate(model.keys):
        parts = [_part_column(*part.partition(".")[::2]) for part in key]
        whole = " and ".join(f"{part} != hash(null)" for part in parts)
        hashed = f"hash({', '.join(parts)})"
        found.append(f"{f'case when {whole} then {hashed} end' if or_blank else hashed} as key_{place}")
    return found


def _part_sql(field: LinkField, piece: str) -> str:
    whole = f'"{field.name}"'
    return f"nullif({field.declared.parts[piece].format(v=whole) if piece else whole}, '')"


def _hashes(model: LinkageModel, field: LinkField) -> dict[str, str]:
    """By column, the SQL of the parts of a field that keys name; the part named by nothing is the whole of it."""
    named = {part.partition(".")[::2] for key in model.keys for part in key}
    pieces = sorted(piece for name, piece in named if name == field.name)
    return {_part_column(field.name, piece): f"hash({_part_sql(field, piece)})" for piece in pieces}


def _named(columns: Mapping[str, str]) -> str:
    """Columns of a SELECT."""
    return ", ".join(f"{sql} as {column}" for column, sql in columns.items())


def _take_values_apart(
    connection: duckdb.DuckDBPyConnection, model: LinkageModel, field: LinkField, a: str, b: str
) -> None:
    """Fills values_table, where a named function takes apart: once per distinct value."""
    name = f'"{field.name}"'
    texts = {text_column(field.name, piece): _part_sql(field, piece) for piece in field.look_parts}
    connection.execute(
        f"""create or replace temp table {values_table(field)} as
            select {_named({name: name} | _hashes(model, field) | texts)}
            from (select {name} from {a} union select {name} from {b})"""
    )


def _put_keys(connection: duckdb.DuckDBPyConnection, model: LinkageModel, a: str, b: str) -> None:
    """Fills <side>_key: the records of a side, without the fields, with what they share under each key (key_<place>).

    It is 64 bits of a hash of hashes, which makes what is done for every key cheap. That two have one hash is as good
    as impossible, and would only bring a pair to be compared that shares nothing. What is blank in a meets nobody.
    """
    parts: dict[str, str] = {}
    joins = ""
    for field in model.fields:
        hashes = _hashes(model, field)
        if field.declared.cost >= BY_FUNCTION:
            _take_values_apart(connection, model, field, a, b)
            joins += f' left join {values_table(field)} using ("{field.name}")'
            hashes = {column: column for column in hashes}  # that table has them
        parts |= hashes
    fields = ", ".join(f'"{column}"' for column in dict.fromkeys(model.columns))
    for side in (a, b):
        connection.execute(
            f"""create or replace temp table {side}_key as
                select * exclude ({", ".join(parts)}), {", ".join(_keys_sql(model, or_blank=side == a))}
                from (select {side}.* exclude ({fields}), {_named(parts)} from {side} {joins})"""
        )


def put_blocks(connection: duckdb.DuckDBPyConnection, model: LinkageModel, a: str, b: str) -> None:
    """Fills <side>_key, and block_<place> for each key of the model: that under which records of both meet.

    Cost: a look at every record of b for each key.
    """
    _put_keys(connection, model, a, b)
    for place in range(len(model.keys)):
        key = f"key_{place}"
        connection.execute(
            f"""create or replace temp table block_{place} as
                with asked as (select {key}, count(*) as of_a from {a}_key where {key} is not null group by {key})
                select {key} from asked inner join {b}_key using ({key})
                group by {key} having max(asked.of_a) * count(*) <= {model.largest_block}"""
        )


def members_sql(model: LinkageModel, side: str) -> str:
    """Records of a side that have a candidate."""
    return " union ".join(
        f"select record from {side}_key inner join block_{place} using (key_{place})"
        for place in range(len(model.keys))
    )


def put_pairs(
    connection: duckdb.DuckDBPyConnection, model: LinkageModel, a: str, b: str, into: str, asked: str = "true"
) -> None:
    """Fills a table `into` (record_a, record_b) with the candidates.

    asked: a condition on the columns of the two records, for the pairs that are wanted.
    Cost: for each key a look at every record of b and at its pairs, at most records × largest_block.
    """
    each = " union all ".join(
        f"""select l.record as record_a, r.record as record_b from block_{place}
            inner join {a}_key as l using (key_{place}) inner join {b}_key as r using (key_{place})
            where {asked}"""
        for place in range(len(model.keys))
    )
    connection.execute(f"create or replace temp table {into} as select distinct record_a, record_b from ({each})")
