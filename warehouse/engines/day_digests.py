"""Digests of a day's tables: of one that was renewed, made of the day before's and of the rows that went and came."""

from __future__ import annotations

import duckdb

from warehouse.contracts import Contract
from warehouse.digest import OF_SUMS, sums_sql
from warehouse.engines.changes import SIDES, Change, Changes, changed, has_rows
from warehouse.engines.transaction import transaction

_SUMS, _BEFORE = "digest_sum", "digest_sum_before"
_HASHES = ("hashes_high", "hashes_low")


def set_aside_sums(connection: duckdb.DuckDBPyConnection, schema: str) -> None:
    """Keeps the sums of the day that the schema held, for the day that begins."""
    columns = "(table_name varchar, rows hugeint, hashes_high hugeint, hashes_low hugeint)"
    connection.execute(f"create table if not exists {schema}.{_SUMS} {columns}")
    connection.execute(f"create or replace table {schema}.{_BEFORE} as from {schema}.{_SUMS}")
    connection.execute(f"create or replace table {schema}.{_SUMS} {columns}")


def add_up(connection: duckdb.DuckDBPyConnection, schema: str, contract: Contract, changes: Changes) -> None:
    """Adds up one of a schema's tables as it is now. Done twice, the sums are the same."""
    table, change = contract.table, changes.of(contract.table)
    before = f"select rows, hashes_high, hashes_low from {schema}.{_BEFORE} where table_name = '{table}'"
    if change is Change.UNKNOWN or not has_rows(connection, before):
        sums = sums_sql(contract, f"{schema}.{table}")
    elif change is Change.KNOWN:
        gone, come = (sums_sql(contract, changed(table, side)) for side in SIDES)
        changed_sums = (f"before.{name} + come.{name} - gone.{name}" for name in ("rows", *_HASHES))
        sums = f"select {', '.join(changed_sums)} from ({before}) as before, ({come}) as come, ({gone}) as gone"
    else:
        sums = before
    with transaction(connection):
        connection.execute(f"delete from {schema}.{_SUMS} where table_name = ?", [table])
        connection.execute(f"insert into {schema}.{_SUMS} select '{table}', * from ({sums})")


def digests(connection: duckdb.DuckDBPyConnection, schema: str) -> dict[str, tuple[int, str]]:
    """Rows and digest of those of a schema's tables that were added up, by table."""
    found = connection.execute(f"select table_name, cast(rows as bigint), {OF_SUMS} from {schema}.{_SUMS}").fetchall()
    return {table: (rows, text) for table, rows, text in found}
