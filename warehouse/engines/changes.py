"""What became of each table from one day to the next.

Rows that went and rows that came stand in the schema `changed`, as gone_<table>, come_<table> and, together, as
of_<table>. Of a table that did not change they are empty or missing; of one whose changes are not known they say
nothing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import Enum

import duckdb

from warehouse.contracts import Contract

CHANGED = "changed"
BOTH, GONE, COME = "of", "gone", "come"
SIDES = (GONE, COME)


class Change(Enum):
    """What is known of a table's change."""

    NONE = "it is what it was"
    KNOWN = "which rows went and came is known"
    UNKNOWN = "anything may have changed"


def changed(table: str, side: str = BOTH) -> str:
    """The relation of a table's rows that went, that came, or both."""
    return f"{CHANGED}.{side}_{table}"


def has_rows(connection: duckdb.DuckDBPyConnection, sql: str) -> bool:
    """Whether a SELECT gives any row."""
    return bool(connection.execute(f"select 1 from ({sql}) limit 1").fetchall())


def differing_sql(contract: Contract, before: str, after: str) -> str:
    """A SELECT of gone_row and come_row: rowids of the rows that only one of two relations of a contract holds.

    Cost: one join on all columns.
    """
    compared = [f'{{}}."{name}"' for name in contract.column_names()]
    # 0.0 and -0.0 are equal, and two values all the same.
    compared += [f'signbit({{}}."{column.name}")' for column in contract.columns if column.type == "DOUBLE"]
    same = " and ".join(f"{cell.format('before')} is not distinct from {cell.format('after')}" for cell in compared)
    return f"""
        select before.rowid as gone_row, after.rowid as come_row
        from {before} as before full outer join {after} as after on {same}
        where before.rowid is null or after.rowid is null"""


@dataclass
class Changes:
    """What is known of every table's change; whoever builds a day on one database shares it.

    day: the day being built; since: the day the work schema held before, None where the day is built from nothing;
    aside: the tables of that day that are set aside and not yet taken back or held against the day's.
    """

    day: dt.date | None = None
    since: dt.date | None = None
    aside: set[str] = field(default_factory=set)
    _tables: dict[str, Change] = field(default_factory=dict)

    def begin(self, day: dt.date, since: dt.date | None) -> None:
        """Begins with a day, of whose tables nothing is known yet."""
        self.day, self.since = day, since
        self.aside.clear()
        self._tables.clear()

    def of(self, table: str) -> Change:
        """What is known of a table's change."""
        return self._tables.get(table, Change.UNKNOWN)

    def note(self, table: str, change: Change) -> None:
        """Keeps what is known of a table's change."""
        self._tables[table] = change

    def show(self, connection: duckdb.DuckDBPyConnection, table: str) -> None:
        """Makes of_<table> out of what went and came, and notes whether that is anything."""
        gone, come = (changed(table, side) for side in SIDES)
        connection.execute(f"create or replace view {changed(table)} as from {gone} union all from {come}")
        self.note(table, Change.KNOWN if has_rows(connection, f"from {changed(table)}") else Change.NONE)

    def compare(self, connection: duckdb.DuckDBPyConnection, contract: Contract, before: str, after: str) -> None:
        """Finds the rows by which two tables of a contract differ, and leaves their rowids in `changed_row`.

        To be called in a transaction, where rows stay in place.
        """
        columns = contract.columns_sql()
        connection.execute(f"create or replace temp table changed_row as {differing_sql(contract, before, after)}")
        for side, source in ((GONE, before), (COME, after)):
            connection.execute(
                f"create or replace table {changed(contract.table, side)} as "
                f"select {columns} from {source} where rowid in (select {side}_row from changed_row)"
            )
        self.show(connection, contract.table)
