"""Candidate pairs by blocking that cannot explode.

Records of the two tables that share all parts of a blocking key are candidates, unless they are so many that the key
tells nothing: a block of more than `largest_block` pairs is left out. So the number of candidates is at most keys ×
records × largest_block, whatever the data: cost grows linearly with the records.
"""

from __future__ import annotations

import duckdb

from assets.identity.linkage.fields import BY_FUNCTION
from assets.identity.linkage.model import LinkageModel, LinkField


def text_column(field: str, piece: str) -> str:
    """The column of <side>_part with a part of a field as text, where a look names it."""
    return f'"{field}.{piece}"'


def _number_column(field: str, piece: str) -> str:
    """The column of <side>_part with the number of a part of a field, where a key names it."""
    return f'"number {field}.{piece}"'


def _parts_of_keys(model: LinkageModel) -> list[list[str]]:
    """For each key, the columns of <side>_part that its records share."""
    split = [[part.partition(".") for part in key] for key in model.keys]
    return [[_number_column(name, piece) for name, _, piece in key] for key in split]


def _parts_sql(model: LinkageModel, field: LinkField) -> dict[str, str]:
    """The parts of a field that keys name, with their SQL; the part named by nothing is the whole of it."""
    named = {part.partition(".")[::2] for key in model.keys for part in key}
    return {piece: _part_sql(field, piece) for name, piece in sorted(named) if name == field.name}


def _part_sql(field: LinkField, piece: str) -> str:
    whole = f'"{field.name}"'
    return f"nullif({field.declared.parts[piece].format(v=whole) if piece else whole}, '')"


def _number_parts(
    connection: duckdb.DuckDBPyConnection, field: LinkField, parts: dict[str, str], source: str
) -> tuple[list[str], list[str]]:
    """Numbers what the parts are in the rows of `source`; columns and joins that give any rows these numbers."""
    columns, joins = [], []
    for piece, sql in parts.items():
        numbers, text, number = (f'"{what} {field.name}.{piece}"' for what in ("numbers", "text", "number"))
        connection.execute(
            f"""create or replace temp table {numbers} as
                select {text}, cast(row_number() over () as integer) as {number}
                from (select distinct {sql} as {text} from {source}) where {text} is not null"""
        )
        columns.append(number)
        joins.append(f"left join {numbers} on {text} = {sql}")
    return columns, joins


def _take_values_apart(
    connection: duckdb.DuckDBPyConnection, model: LinkageModel, field: LinkField, a: str, b: str
) -> tuple[list[str], list[str]]:
    """As _number_parts among the records of a, where a named function takes apart: once per distinct value."""
    name, values, taken = f'"{field.name}"', f'"values {field.name}"', f'"taken {field.name}"'
    parts = _parts_sql(model, field)
    texts = {text_column(field.name, piece): piece for piece in [*parts, *field.look_parts]}
    connection.execute(
        f"""create or replace temp table {values} as
            select {", ".join([name, *(f"{_part_sql(field, piece)} as {text}" for text, piece in texts.items())])}
            from (select {name} from {a} union select {name} from {b})"""
    )
    columns, joins = _number_parts(
        connection,
        field,
        {piece: text_column(field.name, piece) for piece in parts},
        f"(select * from {values} where {name} in (select {name} from {a}))",
    )
    columns += [text_column(field.name, piece) for piece in field.look_parts]
    connection.execute(
        f"create or replace temp table {taken} as select {', '.join([name, *columns])} from {values} {' '.join(joins)}"
    )
    return columns, [f"left join {taken} using ({name})"]


def _take_apart(connection: duckdb.DuckDBPyConnection, model: LinkageModel, a: str, b: str) -> None:
    """Fills <side>_part: the records of a side with the parts of their fields.

    Parts that keys name are numbers, the same for the same part; null where it is blank or no record of a has it. That
    makes what is done for every key cheap. Parts that looks name are texts.
    """
    columns, joins = [], []
    for field in model.fields:
        if field.declared.cost >= BY_FUNCTION:
            found = _take_values_apart(connection, model, field, a, b)
        else:
            found = _number_parts(connection, field, _parts_sql(model, field), a)
        columns += found[0]
        joins += found[1]
    for side in (a, b):
        connection.execute(
            f"""create or replace temp table {side}_part as
                select {", ".join([f"{side}.*", *columns])} from {side} {" ".join(joins)}"""
        )


def put_blocks(connection: duckdb.DuckDBPyConnection, model: LinkageModel, a: str, b: str) -> None:
    """Fills <side>_part, and block_<place> for each key of the model: the parts under which records of both meet.

    Cost: a look at every record of b for each key.
    """
    _take_apart(connection, model, a, b)
    for place, key in enumerate(_parts_of_keys(model)):
        parts = ", ".join(key)
        whole = " and ".join(f"{part} is not null" for part in key)
        connection.execute(
            f"""create or replace temp table block_{place} as
                with asked as (select {parts}, count(*) as of_a from {a}_part where {whole} group by {parts})
                select {parts} from asked inner join {b}_part using ({parts})
                group by {parts} having max(asked.of_a) * count(*) <= {model.largest_block}"""
        )


def members_sql(model: LinkageModel, side: str) -> str:
    """Records of a side that have a candidate."""
    return " union ".join(
        f"select record from {side}_part inner join block_{place} using ({', '.join(key)})"
        for place, key in enumerate(_parts_of_keys(model))
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
            inner join {a}_part as l using ({", ".join(key)})
            inner join {b}_part as r using ({", ".join(key)})
            where {asked}"""
        for place, key in enumerate(_parts_of_keys(model))
    )
    connection.execute(f"create or replace temp table {into} as select distinct record_a, record_b from ({each})")
