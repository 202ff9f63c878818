"""Models on DuckDB.

The private database has two schemas: `work`, everything as of the day last run, rebuilt for each day; and `main`, what
is kept from day to day. A day enters `main` in one transaction, so no reader and no crash ever sees half a day.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import duckdb
import pyarrow as pa
from duckdb.func import FunctionNullHandling, PythonUDFType

from warehouse.catalogue import Catalogue
from warehouse.clock import TIME_ZONE
from warehouse.contracts import Contract
from warehouse.engines import relations
from warehouse.engines.engine import Built, ModelError, arrow_rows, arrow_schema
from warehouse.engines.functions import FUNCTIONS
from warehouse.models.model import HISTORY, LATEST, in_schema
from warehouse.reference import Rows

WORK, KEPT = "work", "main"
BLOCKED = "failed_blocking_check"
# Of the machine's: beside DuckDB a day also needs room for the linkage and for Python. What is more goes to disk.
_MEMORY = "50%"
# These errors speak of tables, columns and functions, never of content.
_DECLARATION_ERRORS = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException)


class NoSuchDayError(Exception):
    """The work schema does not hold the day asked for."""


class BlockedDayError(Exception):
    """A blocking check failed: keeping the day would publish nonsense."""


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


class DuckDBEngine:
    """Runs a catalogue's models on one DuckDB connection that is the only writer of its database."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
        self.connection = connection
        self.catalogue = catalogue
        register_functions(connection)
        connection.execute(f"create schema if not exists {WORK}")
        connection.execute(f"set search_path = '{WORK}'")
        self._create_kept()

    def beside(self) -> DuckDBEngine:
        """An engine on the same database with a connection of its own, for another thread of this process."""
        return DuckDBEngine(_in_place(self.connection.cursor()), self.catalogue)

    def _create_kept(self) -> None:
        """Creates the kept tables, or adds the columns that an older version did not have yet: blank for its days."""
        known: dict[str, set[str]] = {}
        for table, column in self.connection.execute(
            "select table_name, column_name from duckdb_columns() "
            f"where database_name = current_database() and schema_name = '{KEPT}'"
        ).fetchall():
            known.setdefault(table, set()).add(column)
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

    def begin_day(self, day: dt.date) -> None:
        """Empties the work schema and creates the relations that models may name for this day."""
        self.connection.execute(f"drop schema if exists {WORK} cascade")
        self.connection.execute(f"create schema {WORK}")
        self.connection.execute(f"set search_path = '{WORK}'")
        for contract in self.catalogue.tables.values():
            if contract.keep == "partition":
                columns = ", ".join(contract.column_names())
                self.connection.execute(
                    f"create view {contract.table}{HISTORY} as "
                    f"select {columns} from {KEPT}.{contract.table} where as_of < date '{day.isoformat()}'"
                )

    def recorded_input(self, day: dt.date) -> frozenset[str] | None:
        """The ids of the input that a published day knew; None until a later day is published, which freezes it."""
        newest = self._scalar(f"select max(as_of) from {KEPT}.day_run")
        if not isinstance(newest, dt.date) or newest <= day:
            return None
        rows = self.connection.execute(f"select input_id from {KEPT}.day_input where as_of = ?", [day]).fetchall()
        return frozenset(input_id for (input_id,) in rows) or None

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

    def put_rows(self, table: str, rows: Rows) -> Built:
        """Fills a reference table with rows (one dict per row; missing columns are blank)."""
        contract = self.catalogue.contract(table)
        self.connection.register("incoming_rows", arrow_rows(contract, rows))
        try:
            return self._fill(contract, "incoming_rows")
        finally:
            self.connection.unregister("incoming_rows")

    def put_files(self, table: str, files: Iterable[Path]) -> Built:
        """Makes a table out of landed Parquet files as they are, without copying them."""
        began = time.perf_counter()
        contract = self.catalogue.contract(table)
        columns = ", ".join(f'"{name}"' for name in contract.column_names())
        self.connection.execute(contract.ddl(WORK).replace(f"{WORK}.{table} ", f"{WORK}.no_{table} "))
        listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in files)
        landed = f"union all by name select * from read_parquet([{listed}], union_by_name=true)" if listed else ""
        self.connection.execute(
            f"create or replace view {WORK}.{table} as select {columns} from (select * from {WORK}.no_{table} {landed})"
        )
        return Built(table, self.count(table), time.perf_counter() - began)

    def relate(self) -> None:
        """Creates latest_<registry>, each record's latest version, for every registry."""
        for layout in self.catalogue.layouts.values():
            name = f"{LATEST}{layout.registry}"
            self.connection.execute(f"create or replace view {WORK}.{name} as {relations.latest_sql(layout)}")

    # -- the day's tables --------------------------------------------------------------------------------------------

    def _fill(self, contract: Contract, source: str, *, stored: bool = True) -> Built:
        began = time.perf_counter()
        table = contract.table
        columns = ", ".join(f'"{name}"' for name in contract.column_names())
        # A model that lacks a column of its contract fails here and now.
        try:
            if stored:
                # Compressing what only tables of its own layer read costs more than it saves; what is kept is
                # compressed there.
                self.connection.execute(contract.ddl(WORK, compressed=table in self.catalogue.shared))
                rows = self._scalar(f"insert into {WORK}.{table} ({columns}) select {columns} from {source}")
            else:
                self.connection.execute(f"create or replace view {WORK}.{table} as select {columns} from {source}")
                rows = self.count(table)
        except _DECLARATION_ERRORS as error:
            raise ModelError(f"{table}: {str(error).splitlines()[0]}") from None
        except duckdb.Error as error:
            raise ModelError(f"{table}: {type(error).__name__}") from None
        return Built(table, int(str(rows)), time.perf_counter() - began)

    def build(self, table: str) -> Built:
        """Runs a table's model into the work schema. Raises duckdb.Error where model and contract do not fit."""
        model = self.catalogue.models[table]
        for name, sql in relations.unions(self.catalogue).items():
            if name in model.reads:
                self.connection.execute(f"create or replace view {WORK}.{name} as {sql}")
        contract = self.catalogue.contract(table)
        return self._fill(contract, f"({in_schema(model.sql, WORK)})", stored=contract.stored)

    def read(self, table: str) -> pa.Table:
        """A table of the day, with its contract's columns and types, in no particular order."""
        contract = self.catalogue.contract(table)
        columns = ", ".join(f'"{name}"' for name in contract.column_names())
        found = self.connection.sql(f"select {columns} from {WORK}.{table}").to_arrow_table()
        return found.cast(arrow_schema(contract))

    def block(self, table: str, check: str) -> None:
        """Notes that a blocking check failed: the day can no longer be kept or published, whoever asks for it."""
        self.connection.execute(f"create table if not exists {WORK}.{BLOCKED} (failed_check varchar)")
        self.connection.execute(f"insert into {WORK}.{BLOCKED} values (?)", [f"{table}.{check}"])

    def blocked_by(self) -> list[str]:
        """The blocking checks that failed since the day began."""
        with suppress(duckdb.CatalogException):
            return [
                name for (name,) in self.connection.execute(f"select failed_check from {WORK}.{BLOCKED}").fetchall()
            ]
        return []

    # -- keeping the day ---------------------------------------------------------------------------------------------

    def keep_day(self, day: dt.date) -> None:
        """Takes the day's tables over into what is kept, all of them or none."""
        self.require_day(day)
        if failed := self.blocked_by():
            raise BlockedDayError(
                f"{day} 未通过检查，不能发布 / {day} failed checks and is not published: {', '.join(failed)}"
            )
        newest = self._scalar(f"select max(as_of) from {KEPT}.this_day")
        is_newest = newest is None or day >= newest  # type: ignore[operator]
        self.connection.execute("begin transaction")
        try:
            for contract in self.catalogue.tables.values():
                if contract.keep == "partition":
                    self.connection.execute(f"delete from {KEPT}.{contract.table} where as_of = ?", [day])
                    self._keep_rows(contract)
                elif contract.keep == "latest" and is_newest:
                    self._keep_latest(contract)
            self.connection.execute("commit")
        except BaseException:
            self.connection.execute("rollback")
            raise

    def _keep_rows(self, contract: Contract, condition: str = "true") -> None:
        columns = ", ".join(f'"{name}"' for name in contract.column_names())
        self.connection.execute(
            f"""insert into {KEPT}.{contract.table} ({columns}) select {columns} from {WORK}.{contract.table}
                where {condition}"""
        )

    def _keep_latest(self, contract: Contract) -> None:
        """Makes a kept table what it is on this day; what did not change since the day before is not written again."""
        table = contract.table
        if not self.count(table, KEPT):
            self._keep_rows(contract)
            return
        compared = [f'{{}}."{name}"' for name in contract.column_names()]
        # 0.0 and -0.0 are equal, and two values all the same.
        compared += [f'signbit({{}}."{column.name}")' for column in contract.columns if column.type == "DOUBLE"]
        same = " and ".join(f"{cell.format('kept')} is not distinct from {cell.format('today')}" for cell in compared)
        self.connection.execute(
            f"""create or replace temp table changed_row as
                select kept.rowid as kept_row, today.rowid as todays_row
                from {KEPT}.{table} as kept full outer join {WORK}.{table} as today on {same}
                where kept.rowid is null or today.rowid is null"""
        )
        self.connection.execute(f"delete from {KEPT}.{table} where rowid in (select kept_row from changed_row)")
        self._keep_rows(contract, "rowid in (select todays_row from changed_row)")
