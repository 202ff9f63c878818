"""Canonical text of rows, and digests of tables: tables with the same rows have the same digest on every machine."""

from __future__ import annotations

import duckdb

from warehouse.contracts import Contract

_BLANK = r"\N"
_SEPARATOR = "chr(31)"


def line_sql(contract: Contract) -> str:
    """An SQL expression: a row as one line of text, columns in the contract's order, blanks told from empty text."""
    cells = ", ".join(f"coalesce(cast(\"{name}\" as varchar), '{_BLANK}')" for name in contract.column_names())
    return f"concat_ws({_SEPARATOR}, {cells})"


def digest(connection: duckdb.DuckDBPyConnection, contract: Contract, source: str) -> tuple[int, str]:
    """Rows and digest of a relation that has the contract's columns.

    The digest adds up 128-bit hashes of the rows: one scan, no sort, no memory, whatever the order of rows.
    """
    sql = f"""
        select count(*), md5(concat_ws('|',
            cast(count(*) as varchar),
            coalesce(cast(sum(md5_number_lower(line)) as varchar), ''),
            coalesce(cast(sum(md5_number_upper(line)) as varchar), '')
        ))
        from (select {line_sql(contract)} as line from {source}) as lines"""
    return connection.execute(sql).fetchall()[0]
