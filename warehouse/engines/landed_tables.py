"""Tables that are landed Parquet files as they are.

Large files are read where they lie, without copying them. Of small ones the years bring thousands, and opening each for
every table that reads them would make a day slower with every day: they are copied into the work schema, once.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.contracts import Contract
from warehouse.engines.changes import has_rows
from warehouse.files import DamagedFileError, quoted
from warehouse.parquet import reading_kept_tables

SMALL_BYTES = 1 << 20  # up to how many a file is small
_NAMES, _COPIED = "laid_file", "gathered_"


@dataclass(frozen=True)
class Laid:
    """What a table is made of now and was made of before, by names of files, and SELECTs of what is new and of nothing.

    A landed file's name tells its content; size and time beside it tell whether it still holds that.
    """

    before: Collection[str]
    names: Collection[str]
    added: str
    nothing: str


def _stat(path: Path) -> os.stat_result:
    """What the system says of a file that is kept for good. Raises DamagedFileError where it is gone."""
    try:
        return path.stat()
    except FileNotFoundError:
        raise DamagedFileError(path) from None


class LandedTables:
    """Tables of a schema on one connection."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, schema: str) -> None:
        self._connection = connection
        self._schema = schema

    def begin(self) -> None:
        """To be called once in a new schema; another time it changes nothing."""
        self._connection.execute(
            f"create table if not exists {self._schema}.{_NAMES} (table_name varchar, landed_name varchar)"
        )

    def show(self, contract: Contract, files: Iterable[Path]) -> Laid:
        """Makes a table the rows of files. Raises DamagedFileError."""
        table = contract.table
        stats = {path: _stat(path) for path in files}
        given = {f"{path.name} {stat.st_size} {stat.st_mtime_ns}": path for path, stat in stats.items()}
        small = {name for name, path in given.items() if stats[path].st_size <= SMALL_BYTES}
        before = self._note(table, given)
        known = before
        if not before <= given.keys() or not self._is_there(f"{_COPIED}{table}"):
            self._connection.execute(contract.ddl(self._schema, name=f"{_COPIED}{table}"))
            known = set()
        with reading_kept_tables(given.values(), duckdb.Error):
            if new := [given[name] for name in sorted(small - known)]:
                self._connection.execute(f"insert into {self._copied(table)} {self._select(contract, new)}")
            large = [path for name, path in given.items() if name not in small]
            every = self._select(contract, large, with_copied=True)
            self._connection.execute(f"create or replace view {self._schema}.{table} as {every}")
        added = [path for name, path in given.items() if name not in before]
        return Laid(before, given.keys(), self._select(contract, added), self._select(contract, ()))

    def _copied(self, table: str) -> str:
        return f"{self._schema}.{_COPIED}{table}"

    def _select(self, contract: Contract, paths: Iterable[Path], *, with_copied: bool = False) -> str:
        """A SELECT of the rows of files, and of all that are copied, if wanted; columns that a file lacks are blank."""
        listed = ", ".join(map(quoted, paths))
        landed = f"union all by name from read_parquet([{listed}], union_by_name=true)" if listed else ""
        return (
            f"select {contract.columns_sql()} from (from {self._copied(contract.table)} where {with_copied} {landed})"
        )

    def _is_there(self, table: str) -> bool:
        return has_rows(
            self._connection,
            "from duckdb_tables() where database_name = current_database() "
            f"and schema_name = '{self._schema}' and table_name = '{table}'",
        )

    def _note(self, table: str, names: Iterable[str]) -> set[str]:
        """Notes the names of the files that a table is made of; returns those that it was made of before."""
        noted = f"{self._schema}.{_NAMES}"
        before = self._connection.execute(
            f"delete from {noted} where table_name = ? returning landed_name", [table]
        ).fetchall()
        self._connection.execute(f"insert into {noted} select ?, unnest(cast(? as varchar[]))", [table, sorted(names)])
        return {name for (name,) in before}
