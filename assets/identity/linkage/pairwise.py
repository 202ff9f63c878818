"""Two values of each field and the level on which they agree: what the linkage says of one pair alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from assets.identity.linkage.model import MISSING, LinkField
from assets.identity.linkage.weights import agreement_sql, condition_sql

Values = Mapping[str, str | None]


def _level_sql(field: LinkField) -> str:
    whens = ""
    for level in field.declared.levels:
        condition = condition_sql(field, level.condition, agreement_sql(field))
        whens += f" when {condition} then '{level.code}'" if condition else f" else '{level.code}'"
    return f"""case when "{field.name}_l" is null or "{field.name}_r" is null then '{MISSING}'{whens} end"""


def levels(
    linkage: duckdb.DuckDBPyConnection, fields: Sequence[LinkField], left: Values, right: Values
) -> dict[str, str]:
    """The level of each field; a former name counts where a side gives one. linkage: a database of open_linkage."""
    names = list(dict.fromkeys([*(field.name for field in fields), *(f.former for f in fields if f.former)]))
    columns = [f'cast(? as varchar) as "{name}_{side}"' for name in names for side in ("l", "r")]
    given = [side.get(name) for name in names for side in (left, right)]
    row = linkage.execute(
        f"select {', '.join(_level_sql(field) for field in fields)} from (select {', '.join(columns)})", given
    ).fetchone()
    return {field.name: code for field, code in zip(fields, row or (), strict=True)}
