"""Models on Spark, for the levels above a township: the same SELECTs, transpiled, with the same named functions.

Tables of the day are temporary views of one session, each cut off from how it was computed, so that a plan never grows
over the length of a day. What is kept from day to day lives as long as the session: the private database belongs to the
DuckDB engine, and whoever runs days on a cluster stores the tables that `read` gives.

Needs the `spark` extra and a JDK (17 or later); nothing else imports this module.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Collection, Iterable
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeAlias
from weakref import WeakSet

import pyarrow as pa
import pyarrow.parquet as pq
from py4j.protocol import Py4JError
from pyspark.errors import AnalysisException, ParseException, PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812  the name every Spark user knows
from pyspark.sql import types as T  # noqa: N812

from warehouse.catalogue import Catalogue
from warehouse.contracts import Contract
from warehouse.engines import relations
from warehouse.engines.engine import Built, Given, ModelError, arrow_rows, arrow_schema
from warehouse.engines.functions import FUNCTIONS
from warehouse.engines.portable import to_spark
from warehouse.models.model import HISTORY, LATEST, relations_of
from warehouse.registries import Layout

_SPARK_TYPES: dict[str, T.DataType] = {
    "VARCHAR": T.StringType(),
    "DATE": T.DateType(),
    "INTEGER": T.IntegerType(),
    "BIGINT": T.LongType(),
    "DOUBLE": T.DoubleType(),
    "BOOLEAN": T.BooleanType(),
    "TIMESTAMP": T.TimestampNTZType(),
    "DECIMAL(14,2)": T.DecimalType(14, 2),
}
# These errors speak of tables, columns and functions, never of content.
_DECLARATION_ERRORS = (AnalysisException, ParseException)
# A table that may not have come to be yet.
_Frame: TypeAlias = Callable[[], DataFrame]
_registered: WeakSet[SparkSession] = WeakSet()  # the sessions that know the named functions


def spark_schema(contract: Contract) -> T.StructType:
    """A contract's columns as Spark knows them."""
    return T.StructType([T.StructField(column.name, _SPARK_TYPES[column.type]) for column in contract.columns])


def _column_function(call: Callable[..., pa.Array], result: str) -> Any:
    """A named function as Spark takes it: Arrow columns in, one out."""

    def whole_columns(*columns: pa.Array) -> pa.Array:
        return call(*columns)

    # Spark reads the kind of function from annotations, and they must be types, not text.
    whole_columns.__annotations__ = {"columns": pa.Array, "return": pa.Array}
    vectorised: Any = F.arrow_udf  # its stub tells kinds of function apart by annotations that a variadic one lacks
    return vectorised(whole_columns, result)


def _shaped(selected: DataFrame, schema: T.StructType) -> DataFrame:
    """What was selected, with columns and types as declared; Spark analyses a plan again even where nothing changes."""
    fits = [(f.name, f.dataType) for f in selected.schema] == [(f.name, f.dataType) for f in schema]
    return selected if fits else selected.to(schema)


def _with_day(kept: _Frame, today: _Frame, day: dt.date) -> DataFrame:
    """What was kept, with the rows of one day in the place of those that it had."""
    return kept().where(F.col("as_of") != F.lit(day)).unionByName(today())


def register_functions(session: SparkSession) -> None:
    """Makes the named functions of models known to a session, once."""
    if session in _registered:
        return
    for function in FUNCTIONS:
        session.udf.register(
            function.name, _column_function(function.call, _SPARK_TYPES[function.result].simpleString())
        )
    _registered.add(session)


class SparkEngine:
    """Runs a catalogue's models in one Spark session.

    Spark hears of a table when a model first names it: planning is what a small table costs, and most are never named.

    hold_locally keeps every table in this process instead of on the executors, landed files too once they are read: for
    small input only, where Spark's bookkeeping would cost more than the rows.
    """

    def __init__(self, session: SparkSession, catalogue: Catalogue, *, hold_locally: bool = False) -> None:
        self.session = session
        self.hold_locally = hold_locally
        self.catalogue = catalogue
        # Spark 4.3 breaks off with "key not found" when it carries conditions through unions of one table.
        session.conf.set("spark.sql.constraintPropagation.enabled", "false")
        self._kept: dict[str, _Frame] = {}
        self._tables: dict[str, _Frame] = {}
        self._held: dict[str, pa.Table] = {}
        self._views: set[str] = set()
        register_functions(session)

    def _put(self, name: str, frame: _Frame) -> None:
        """From now on `name` is this table, which comes to be when it is first asked for."""
        self._tables[name] = cache(frame)
        self._views.discard(name)
        self._held.pop(name, None)

    def _hold(self, table: str, rows: pa.Table) -> None:
        """A table whose rows this process has."""
        schema = spark_schema(self.catalogue.contract(table))
        self._put(table, lambda: self.session.createDataFrame(rows, schema))
        self._held[table] = rows

    def _held_here(self, frame: DataFrame) -> DataFrame:
        """What was computed or read, as rows that this process has."""
        return self.session.createDataFrame(frame.toArrow(), frame.schema)

    def _show(self, names: Iterable[str]) -> None:
        """Makes tables known to Spark under their names."""
        for name in names:
            if name in self._tables and name not in self._views:
                self._tables[name]().createOrReplaceTempView(name)
                self._views.add(name)

    def _said(self, sql: str) -> DataFrame:
        """What a SELECT in the portable subset finds in the day's tables."""
        self._show(relations_of(sql))
        return self.session.sql(to_spark(sql))

    # -- the day's input ---------------------------------------------------------------------------------------------

    def begin_day(self, day: dt.date, version: str | None = None) -> None:  # noqa: ARG002  built from nothing
        """Forgets the tables of the day before; <table>_history then holds what was kept of earlier days."""
        for name in self._views:
            self.session.catalog.dropTempView(name)
        self._views.clear()
        self._tables.clear()
        self._held.clear()
        for contract in self.catalogue.tables.values():
            if contract.keep == "partition":
                self._put(
                    f"{contract.table}{HISTORY}", partial(self._history, self._kept.get(contract.table), contract, day)
                )

    def _history(self, kept: _Frame | None, contract: Contract, day: dt.date) -> DataFrame:
        if kept is None:
            return self.session.createDataFrame(arrow_rows(contract, []), spark_schema(contract))
        return kept().where(F.col("as_of") < F.lit(day))

    def put_rows(self, table: str, rows: Given) -> Built:
        """Fills a table with rows."""
        began = time.perf_counter()
        self._hold(table, arrow_rows(self.catalogue.contract(table), rows))
        return Built(table, len(rows), time.perf_counter() - began)

    def put_files(self, table: str, files: Iterable[Path]) -> Built:
        """Makes a table out of landed Parquet files as they are, without copying them."""
        began = time.perf_counter()
        paths = list(files)
        if not paths:
            return self.put_rows(table, [])
        self._put(table, partial(self._landed, table, paths))
        rows = sum(pq.read_metadata(path).num_rows for path in paths)
        return Built(table, rows, time.perf_counter() - began)

    def _landed(self, table: str, paths: list[Path]) -> DataFrame:
        schema = spark_schema(self.catalogue.contract(table))
        found = self.session.read.schema(schema).parquet(*(path.as_uri() for path in paths))
        return self._held_here(found) if self.hold_locally else found

    def relate(self) -> None:
        """latest_<registry>, like every table, comes to be when a model first names it, and is computed then."""
        for layout in self.catalogue.layouts.values():
            self._put(f"{LATEST}{layout.registry}", partial(self._latest, layout))

    def _latest(self, layout: Layout) -> DataFrame:
        """Models name it several times each, and its plan is the longest of all."""
        found = self._said(relations.latest_sql(layout))
        return self._held_here(found) if self.hold_locally else found.localCheckpoint(eager=True)

    # -- the day's tables --------------------------------------------------------------------------------------------

    def build(self, table: str) -> Built:
        """Runs a table's model. Raises ModelError where model, contract or input do not fit."""
        began = time.perf_counter()
        contract, model = self.catalogue.contract(table), self.catalogue.models[table]
        try:
            for name, sql in relations.unions(self.catalogue).items():
                if name in model.reads:
                    self._put(name, partial(self._said, sql))
            selected = _shaped(self._said(model.sql), spark_schema(contract))
            if self.hold_locally:
                found = selected.toArrow()
                rows = found.num_rows
                self._hold(table, found)
            else:
                frame = selected.localCheckpoint(eager=True)
                rows = frame.count()
                self._put(table, lambda: frame)
        except _DECLARATION_ERRORS as error:
            raise ModelError(f"{table}: {error.getCondition() or type(error).__name__}") from None
        except (PySparkException, Py4JError) as error:
            raise ModelError(f"{table}: {type(error).__name__}") from None
        return Built(table, rows, time.perf_counter() - began)

    def read(self, table: str, columns: Collection[str] | None = None) -> pa.Table:
        """A table of the day, with its contract's columns (or those named) and types, in no particular order."""
        schema = arrow_schema(self.catalogue.contract(table), columns)
        if table in self._held:
            return self._held[table].select(schema.names).cast(schema)
        return self._tables[table]().select(*schema.names).toArrow().cast(schema)

    # -- keeping the day ---------------------------------------------------------------------------------------------

    def keep_day(self, day: dt.date) -> None:
        """Takes the day's tables that are kept by day over into their history, for the life of this session."""
        fresh = {}
        for contract in self.catalogue.tables.values():
            if contract.keep == "partition":
                today, kept = self._tables[contract.table], self._kept.get(contract.table)
                fresh[contract.table] = today if kept is None else cache(partial(_with_day, kept, today, day))
        self._kept.update(fresh)
