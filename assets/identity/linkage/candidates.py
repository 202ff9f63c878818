"""Candidate pairs by blocking that cannot explode.

Every record gives one token per blocking key. Records of the two tables that share a token are candidates, unless the
token is shared by so many that it tells nothing: a block of more than `largest_block` pairs is left out. So the number
of candidates is at most tokens × largest_block, whatever the data: cost grows linearly with the records.
"""

from __future__ import annotations

import duckdb

from assets.identity.linkage.model import LinkageModel


def _part_sql(model: LinkageModel, part: str) -> str:
    name, _, piece = part.partition(".")
    field = next(field for field in model.fields if field.name == name)
    return field.declared.parts[piece].format(v=f'"{name}"') if piece else f'"{name}"'


def _tokens_sql(model: LinkageModel, table: str) -> str:
    """Token rows (token, record): the number of the key, then its parts; none where a part is blank."""
    parts = sorted({part for key in model.keys for part in key})
    named = {part: f"part_{place}" for place, part in enumerate(parts)}
    columns = ", ".join(f"{_part_sql(model, part)} as {name}" for part, name in named.items())
    tokens = ", ".join(
        f"'{number}' || " + " || ".join(f"chr(31) || nullif({named[part]}, '')" for part in key)
        for number, key in enumerate(model.keys)
    )
    return f"""
        select token, key from (
            select unnest([{tokens}]) as token, key from (select key, {columns} from {table})
        ) where token is not null
    """


def candidate_pairs(connection: duckdb.DuckDBPyConnection, model: LinkageModel, a: str, b: str, into: str) -> int:
    """Fills a table `into` (key_a, key_b) with the candidates between tables `a` and `b`; how many there are."""
    connection.execute(
        f"""
        create or replace temp table {into} as
        with token_a as ({_tokens_sql(model, a)}),
        token_b as (
            select token, key from ({_tokens_sql(model, b)}) as every_token_b
            where token in (select token from token_a)
        ),
        block as (
            select count_a.token
            from (select token, count(*) as records from token_a group by token) as count_a
            inner join (select token, count(*) as records from token_b group by token) as count_b
                on count_a.token = count_b.token
            where count_a.records * count_b.records <= {model.largest_block}
        )
        select distinct token_a.key as key_a, token_b.key as key_b
        from block
        inner join token_a on block.token = token_a.token
        inner join token_b on block.token = token_b.token
        """
    )
    return int(connection.execute(f"select count(*) from {into}").fetchall()[0][0])
