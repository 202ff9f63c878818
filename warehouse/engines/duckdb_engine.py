"""Models on DuckDB.

The private database has two schemas: `work`, everything as of the day last run, renewed or built anew for each day; and
`main`, what is kept from day to day. (`changed`, and a `piece` for each connection that builds, say how a renewed day
came about.) A day enters `main` in one transaction, so no reader and no crash ever sees half a day.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb
import pyarrow as pa
from duckdb.func import FunctionNullHandling, PythonUDFType

from warehouse.catalogue import Catalogue
from warehouse.clock import TIME_ZONE
from warehouse.contracts import Contract
from warehouse.engines import relations
from warehouse.engines.changes import COME, Change, Changes, changed, differing_sql, has_rows
from warehouse.engines.day_digests import add_up, digests, set_aside_sums
from warehouse.engines.engine import Built, Given, ModelError, arrow_rows, arrow_schema
from warehouse.engines.functions import FUNCTIONS
from warehouse.engines.landed_tables import LandedTables
from warehouse.engines.renewal import Renewer
from warehouse.engines.transaction import transaction
from warehouse.models.model import HISTORY, LATEST, in_schema
from warehouse.published_days import known_input_sql, newest_day, published_days, refuse_late

WORK, KEPT = "work", "main"
BLOCKED = "failed_blocking_check"
_MADE = "made_for"  # the table of the work schema that says for which day it was made
# Of the machine's: beside DuckDB a day also needs room for the linkage and for Python. What is more goes to disk.
_MEMORY = "45%"
# From so many rows of input on, half of that is kept once it was used: getting each block anew from the system takes a
# tenth of a county's day of few changes. A township's day would only keep more memory.
_MANY_ROWS = 1_000_000
# These errors speak of tables, columns and functions, never of content.
_DECLARATION_ERRORS = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException)
_relating = threading.Lock()  # held while a view is created that several builders may want


class NoSuchDayError(Exception):
    """The work schema does not hold the day asked for."""


class BlockedDayError(Exception):
    """A blocking check failed: keeping the day would publish nonsense."""


def is_locked(error: duckdb.Error) -> bool:
    """Whether a database could not be opened because another process has it; it may be damaged, or the disk full."""
    return "set lock on file" in str(error)


def connect(path: Path | str, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """A connection to a database file, with the settings every Hedui connection has."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "preserve_insertion_order": False,
        "memory_limit": _MEMORY,
    }
    return _in_place(duckdb.connect(str(path), read_only=read_only, config=config))


def _in_place(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The connection, keeping the time of the place."""
    connection.execute(f"set timezone = '{TIME_ZONE}'")
    return connection


def _failed_checks(connection: duckdb.DuckDBPyConnection) -> list[str]:
    with suppress(duckdb.CatalogException):
        return [name for (name,) in connection.execute(f"select failed_check from {WORK}.{BLOCKED}").fetchall()]
    return []


def blocked_day(connection: duckdb.DuckDBPyConnection) -> tuple[dt.date, list[str]] | None:
    """The day that was begun last and the blocking checks that failed on it; None where none did."""
    failed = _failed_checks(connection)
    if not failed:
        return None
    [(day,)] = connection.execute(f"select as_of from {WORK}.{_MADE}").fetchall()
    return day, failed


def register_functions(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes the named functions of models known to a connection; a second time changes nothing."""
    for function in FUNCTIONS:
        with suppress(duckdb.CatalogException, duckdb.NotImplementedException):
            connection.create_function(
                function.name,
                function.call,
                list(function.arguments),
                function.result,
                type=PythonUDFType.ARROW,
                null_handling=FunctionNullHandling.SPECIAL,  # functions answer blanks themselves, on every engine
            )


@contextmanager
def _without_content(table: str) -> Iterator[None]:
    """Within it, what DuckDB says of a table is told without quoting anybody's data. Raises ModelError."""
    try:
        yield
    except _DECLARATION_ERRORS as error:
        raise ModelError(f"{table}: {str(error).splitlines()[0]}") from None
    except duckdb.Error as error:
        raise ModelError(f"{table}: {type(error).__name__}") from None


class DuckDBEngine:
    """Runs a catalogue's models on one DuckDB connection that is the only writer of its database."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        catalogue: Catalogue,
        changes: Changes | None = None,
        number: int = 0,
    ) -> None:
        self.connection = connection
        self.catalogue = catalogue
        self.changes = changes or Changes()
        self._renewer = Renewer(connection, catalogue, self.changes, WORK, number)
        self._landed = LandedTables(connection, WORK)
        register_functions(connection)
        connection.execute(f"create schema if not exists {WORK}")
        connection.execute(f"set search_path = '{WORK}'")
        self._create_kept()

    def beside(self, number: int = 0) -> DuckDBEngine:
        """An engine on the same database with a connection of its own, for another thread of this process.

        Those that build at the same time have different numbers.
        """
        return DuckDBEngine(_in_place(self.connection.cursor()), self.catalogue, self.changes, number)

    def _create_kept(self) -> None:
        """Creates the kept tables, or adds the columns that an older version did not have yet: blank for its days."""
        known: dict[str, set[str]] = {}
        for table, column in self.connection.execute(
            "select table_name, column_name from duckdb_columns() "
            f"where database_name = current_database() and schema_name = '{KEPT}'"
        ).fetchall():
            known.setdefault(table, set()).add(column)
        with transaction(self.connection):
            for contract in self.catalogue.tables.values():
                if contract.keep == "day":
                    continue
                if contract.table not in known:
                    self.connection.execute(contract.ddl(KEPT))
                    continue
                for column in contract.columns:
                    if column.name not in known[contract.table]:
                        self.connection.execute(
                            f'alter table {KEPT}.{contract.table} add column "{column.name}" {column.type}'
                        )

    def _scalar(self, sql: str) -> object:
        row = self.connection.execute(sql).fetchall()
        return row[0][0] if row else None

    def count(self, table: str, schema: str = WORK) -> int:
        """Rows of a table."""
        return int(str(self._scalar(f"select count(*) from {schema}.{table}")))

    # -- the day's input ---------------------------------------------------------------------------------------------

    def begin_day(self, day: dt.date, version: str | None = None) -> None:
        """Creates the relations that models may name for this day, in an empty work schema.

        Where it held the newest day that is kept, as this version of code makes it, that day's tables are set aside:
        the day's are renewed from them. Raises LateDayError.
        """
        refuse_late(day, published_days(self.connection))
        since = self._finished(version)
        if since is None or since > day:
            since = None
            self.connection.execute(f"drop schema if exists {WORK} cascade")
            self.connection.execute(f"create schema {WORK}")
        # Until the day is kept, the schema is no day's to renew from.
        self.connection.execute(
            f"create or replace table {WORK}.{_MADE} as "
            "select cast(? as date) as as_of, cast(? as varchar) as version, false as is_kept",
            [day, version],
        )
        self._landed.begin()
        self.connection.execute(f"drop table if exists {WORK}.{BLOCKED}")
        self.connection.execute(f"set search_path = '{WORK}'")
        self.changes.begin(day, since)
        self._renewer.begin()
        set_aside_sums(self.connection, WORK)
        for contract in self.catalogue.tables.values():
            if contract.keep == "partition":
                self.connection.execute(
                    f"create or replace view {WORK}.{contract.table}{HISTORY} as select {contract.columns_sql()} "
                    f"from {KEPT}.{contract.table} where as_of < date '{day.isoformat()}'"
                )

    def _finished(self, version: str | None) -> dt.date | None:
        """The newest day that is kept, if the work schema holds it as this version of code makes it."""
        made = f"from duckdb_tables() where database_name = current_database() and table_name = '{_MADE}'"
        if not has_rows(self.connection, made):
            return None
        found = self.connection.execute(
            f"select as_of from {WORK}.{_MADE} where is_kept and version = ?", [version]
        ).fetchall()
        return found[0][0] if found and found[0][0] == self._newest() else None

    def _newest(self) -> dt.date | None:
        """The newest day that is kept."""
        found = self._scalar(f"select max(as_of) from {KEPT}.this_day")
        return found if isinstance(found, dt.date) else None

    def recorded_input(self, day: dt.date) -> frozenset[str] | None:
        """The ids of the input that a published day knew; None until a later day is published, which freezes it."""
        newest = newest_day(self.connection)
        if newest is None or newest <= day:
            return None
        return self._known_input(day) or None

    def input_before(self, day: dt.date) -> frozenset[str]:
        """The ids of the input that the kept days before a day knew."""
        return self._known_input(day - dt.timedelta(days=1))

    def _known_input(self, day: dt.date) -> frozenset[str]:
        return frozenset(input_id for _, input_id in self.connection.execute(known_input_sql(KEPT, day)).fetchall())

    def day(self) -> dt.date | None:
        """The day that the work schema holds; None while it holds none."""
        with suppress(duckdb.CatalogException):
            found = self._scalar(f"select as_of from {WORK}.this_day")
            return found if isinstance(found, dt.date) else None
        return None

    def require_day(self, day: dt.date) -> None:
        """Raises NoSuchDayError unless the work schema holds the day: no step of a day runs on another's input."""
        held = self.day()
        if held != day:
            raise NoSuchDayError(
                f"工作区是 {held} 的数据，不是 {day}：请从登记库接收开始重跑这一天 / "
                f"the work area holds {held}, not {day}: run the day from the registries on"
            )

    def put_rows(self, table: str, rows: Given) -> Built:
        """Fills a table with rows."""
        contract = self.catalogue.contract(table)
        self.connection.register("incoming_rows", arrow_rows(contract, rows))
        try:
            with _without_content(table):
                return self._fill(contract, "incoming_rows")
        finally:
            self.connection.unregister("incoming_rows")

    def put_files(self, table: str, files: Iterable[Path]) -> Built:
        """Makes a table out of landed Parquet files as they are. Raises DamagedFileError."""
        began = time.perf_counter()
        laid = self._landed.show(self.catalogue.contract(table), files)
        self._renewer.add_files(table, laid.before, laid.names, laid.added, laid.nothing)
        return Built(table, self.count(table), time.perf_counter() - began)

    def relate(self) -> None:
        """Creates latest_<registry>, each record's latest version, for every registry."""
        if sum(self.count(f"raw_{registry}") for registry in self.catalogue.layouts) >= _MANY_ROWS:
            limit, unit = str(self._scalar("select current_setting('memory_limit')")).split()
            self.connection.execute(f"set block_allocator_memory = '{float(limit) / 2} {unit}'")
        for layout in self.catalogue.layouts.values():
            name = f"{LATEST}{layout.registry}"
            self.connection.execute(f"create or replace view {WORK}.{name} as {relations.latest_sql(layout)}")

    # -- the day's tables --------------------------------------------------------------------------------------------

    def _fill(self, contract: Contract, source: str) -> Built:
        """Makes a table anew, whole."""
        began = time.perf_counter()
        table, columns = contract.table, contract.columns_sql()
        # Compressing costs more than it saves for what only tables of its own layer read, and for what is written anew
        # each day; what is kept is compressed there.
        compressed = table in self.catalogue.shared and table in self.catalogue.renewals
        with transaction(self.connection):
            self.connection.execute(contract.ddl(WORK, compressed=compressed))
            rows = self._scalar(f"insert into {WORK}.{table} ({columns}) select {columns} from {source}")
        self._renewer.hold_against(table)
        return Built(table, int(str(rows)), time.perf_counter() - began)

    def _show(self, contract: Contract, source: str) -> None:
        """Makes a table that is worked out by whoever reads it."""
        self.connection.execute(
            f"create or replace view {WORK}.{contract.table} as select {contract.columns_sql()} from {source}"
        )

    def _relate_unions(self, names: Collection[str]) -> None:
        """Creates the unions among names. Two builders must not create one at the same time."""
        for name, sql in relations.unions(self.catalogue).items():
            if name in names:
                with _relating:
                    self.connection.execute(f"create or replace view {WORK}.{name} as {sql}")

    def build(self, table: str) -> Built:
        """Makes a table by its model: taken over from the day before, renewed, or whole. Raises ModelError."""
        began = time.perf_counter()
        model, contract = self.catalogue.models[table], self.catalogue.contract(table)
        with _without_content(table):
            self._relate_unions(model.reads)
            # A model that lacks a column of its contract fails here and now.
            source = f"({in_schema(model.sql, WORK)})"
            way = self._renewer.way(table)
            if not contract.stored:
                self._show(contract, source)
                self._renewer.follow_rows(table, way)
            elif way is Change.UNKNOWN:
                return self._fill(contract, source)
            elif way is Change.KNOWN:
                self._renewer.renew(table)
            else:
                self._renewer.take_back(table)
        return Built(table, self.count(table), time.perf_counter() - began)

    def read(self, table: str, columns: Collection[str] | None = None) -> pa.Table:
        """A table of the day, with its contract's columns (or those named) and types, in no particular order."""
        schema = arrow_schema(self.catalogue.contract(table), columns)
        names = ", ".join(f'"{name}"' for name in schema.names)
        return self.connection.sql(f"select {names} from {WORK}.{table}").to_arrow_table().cast(schema)

    def add_up(self, table: str) -> None:
        """Adds up a table of the day for its digest; of one that was renewed, only what went and came is read."""
        add_up(self.connection, WORK, self.catalogue.contract(table), self.changes)

    def digests(self) -> dict[str, tuple[int, str]]:
        """Rows and digest of the tables of the day that were added up, by table."""
        return digests(self.connection, WORK)

    def block(self, table: str, check: str) -> None:
        """Notes that a blocking check failed: the day can no longer be kept or published, whoever asks for it."""
        self.connection.execute(f"create table if not exists {WORK}.{BLOCKED} (failed_check varchar)")
        self.connection.execute(f"insert into {WORK}.{BLOCKED} values (?)", [f"{table}.{check}"])

    def blocked_by(self) -> list[str]:
        """The blocking checks that failed since the day began."""
        return _failed_checks(self.connection)

    # -- keeping the day ---------------------------------------------------------------------------------------------

    def keep_day(self, day: dt.date) -> None:
        """Takes the day's tables over into what is kept, all of them or none."""
        self.require_day(day)
        if failed := self.blocked_by():
            raise BlockedDayError(
                f"{day} 未通过检查，不能发布 / {day} failed checks and is not published: {', '.join(failed)}"
            )
        newest = self._newest()
        is_newest = newest is None or day >= newest
        with transaction(self.connection):
            for contract in self.catalogue.tables.values():
                if contract.keep == "partition":
                    self.connection.execute(f"delete from {KEPT}.{contract.table} where as_of = ?", [day])
                    self._keep_rows(contract, f"{WORK}.{contract.table}")
                elif contract.keep == "latest" and is_newest:
                    self._keep_latest(contract)
            self.connection.execute(f"update {WORK}.{_MADE} set is_kept = true")

    def _keep_rows(self, contract: Contract, source: str) -> None:
        columns = contract.columns_sql()
        self.connection.execute(f"insert into {KEPT}.{contract.table} ({columns}) select {columns} from {source}")

    def _keep_latest(self, contract: Contract) -> None:
        """Makes a kept table what it is on this day; what did not change since the day before is not written again."""
        table = contract.table
        kept, work = f"{KEPT}.{table}", f"{WORK}.{table}"
        change = self.changes.of(table)
        if change is Change.KNOWN:
            key = ", ".join(contract.key)
            self.connection.execute(f"delete from {kept} where ({key}) in (select ({key}) from {changed(table)})")
            self._keep_rows(contract, changed(table, COME))
        if change is not Change.UNKNOWN:
            return
        if not self.count(table, KEPT):
            self._keep_rows(contract, work)
            return
        self.connection.execute(f"create or replace temp table changed_row as {differing_sql(contract, kept, work)}")
        self.connection.execute(f"delete from {kept} where rowid in (select gone_row from changed_row)")
        self._keep_rows(contract, f"{work} where rowid in (select come_row from changed_row)")
