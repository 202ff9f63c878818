"""Canonical text of rows, and digests of tables: tables with the same rows have the same digest on every machine."""

from __future__ import annotations

import duckdb

from warehouse.contracts import Contract

_BLANK = r"\N"
_SEPARATOR = "chr(31)"
_HALF = 2**64 - 1
# The digest of rows, an aggregate over the column row_hash: hashes are added up, half by half so that no sum overflows.
DIGEST = f"""md5(concat_ws('|',
    cast(count(*) as varchar),
    coalesce(cast(sum(cast(row_hash >> 64 as ubigint)) as varchar), ''),
    coalesce(cast(sum(cast(row_hash & {_HALF}::uhugeint as ubigint)) as varchar), '')))"""
NO_ROWS = "md5('0||')"


def line_sql(contract: Contract) -> str:
    """An SQL expression: a row as one line of text, columns in the contract's order, blanks told from empty text."""
    cells = ", ".join(f"coalesce(cast(\"{name}\" as varchar), '{_BLANK}')" for name in contract.column_names())
    return f"concat_ws({_SEPARATOR}, {cells})"


def hash_sql(contract: Contract) -> str:
    """An SQL expression: the 128-bit hash of a row."""
    return f"md5_number({line_sql(contract)})"


def digest(connection: duckdb.DuckDBPyConnection, contract: Contract, source: str) -> tuple[int, str]:
    """Rows and digest of a relation that has the contract's columns: one scan, no sort, no memory, in any order."""
    sql = f"select count(*), {DIGEST} from (select {hash_sql(contract)} as row_hash from {source}) as hashed"
    return connection.execute(sql).fetchall()[0]
