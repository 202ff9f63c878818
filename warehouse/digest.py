"""Canonical text of rows, and digests of tables: tables with the same rows have the same digest on every machine."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from warehouse.contracts import Contract

_BLANK = r"\N"
_SEPARATOR = "chr(31)"
_HALF = 2**64 - 1
# Over the column row_hash of rows: their number, and their hashes added up, half by half so that no sum overflows. What
# rows come and go is added and taken away.
SUMS = f"""count(*) as rows,
    coalesce(sum(cast(row_hash >> 64 as ubigint)), 0) as hashes_high,
    coalesce(sum(cast(row_hash & {_HALF}::uhugeint as ubigint)), 0) as hashes_low"""
# The digest that three such sums make.
OF_SUMS = """md5(case when rows = 0 then '0||'
    else concat_ws('|', cast(rows as varchar), cast(hashes_high as varchar), cast(hashes_low as varchar)) end)"""
NO_ROWS = "md5('0||')"


def line_sql(columns: Iterable[str]) -> str:
    """An SQL expression: a row as one line of text, its columns in the order given, blanks told from empty text."""
    cells = ", ".join(f"coalesce(cast(\"{name}\" as varchar), '{_BLANK}')" for name in columns)
    return f"concat_ws({_SEPARATOR}, {cells})"


def hash_sql(columns: Iterable[str]) -> str:
    """An SQL expression: the 128-bit hash of a row, of its columns in the order given."""
    return f"md5_number({line_sql(columns)})"


def sums_sql(contract: Contract, source: str) -> str:
    """A SELECT of the sums of a relation that has the contract's columns: one scan, no sort, rows in any order."""
    return f"select {SUMS} from (select {hash_sql(contract.column_names())} as row_hash from {source}) as hashed"


def digest(connection: duckdb.DuckDBPyConnection, contract: Contract, source: str) -> tuple[int, str]:
    """Rows and digest of a relation that has the contract's columns."""
    return connection.execute(f"select rows, {OF_SUMS} from ({sums_sql(contract, source)})").fetchall()[0]
