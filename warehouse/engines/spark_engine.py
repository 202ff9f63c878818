"""Models on Spark, for the levels above a township: the same SELECTs, transpiled, with the same named functions.

Tables of the day are temporary views of one session, each cut off from how it was computed, so that a plan never grows
over the length of a day. What is kept from day to day lives as long as the session: the private database belongs to the
DuckDB engine, and whoever runs days on a cluster stores the tables that `read` gives.

Needs the `spark` extra and a JDK (17 or later); nothing else imports this module.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
from py4j.protocol import Py4JError
from pyspark.errors import AnalysisException, ParseException, PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812  the name every Spark user knows
from pyspark.sql import types as T  # noqa: N812

from warehouse.catalogue import Catalogue
from warehouse.clock import TIME_ZONE
from warehouse.contracts import Contract
from warehouse.engines import relations
from warehouse.engines.engine import Built, Given, ModelError, arrow_rows, arrow_schema
from warehouse.engines.functions import FUNCTIONS
from warehouse.engines.portable import to_spark
from warehouse.models.model import HISTORY, LATEST, Model

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


def local_session(cores: int = 2, memory: str = "1g") -> SparkSession:
    """A Spark in this process, for tests and trials: no web page, loopback only, no more shuffling than cores."""
    settings = {
        "spark.driver.memory": memory,
        # Planning is most of the work on small tables: quick compilation beats good compilation.
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "OFF",  # Spark's own words may quote a person's data
        "spark.sql.session.timeZone": TIME_ZONE,
        "spark.sql.shuffle.partitions": str(cores),
        # Compiling a plan into code pays from some hundred thousand rows on.
        "spark.sql.codegen.wholeStage": "false",
    }
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # named functions run in this Python; no setting says so
    builder = SparkSession.builder.appName("hedui").master(f"local[{cores}]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


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


class SparkEngine:
    """Runs a catalogue's models in one Spark session.

    hold_locally keeps every table in this process instead of on the executors: for small input only, where Spark's
    bookkeeping would cost more than the rows.
    """

    def __init__(self, session: SparkSession, catalogue: Catalogue, *, hold_locally: bool = False) -> None:
        self.session = session
        self.hold_locally = hold_locally
        self.catalogue = catalogue
        # Spark 4.3 breaks off with "key not found" when it carries conditions through unions of one table.
        session.conf.set("spark.sql.constraintPropagation.enabled", "false")
        self._kept: dict[str, DataFrame] = {}
        self._views: dict[str, DataFrame] = {}
        for function in FUNCTIONS:
            session.udf.register(
                function.name, _column_function(function.call, _SPARK_TYPES[function.result].simpleString())
            )

    def _show(self, name: str, frame: DataFrame) -> None:
        frame.createOrReplaceTempView(name)
        self._views[name] = frame

    def _empty(self, contract: Contract) -> DataFrame:
        return self.session.createDataFrame(arrow_rows(contract, []), spark_schema(contract))

    # -- the day's input ---------------------------------------------------------------------------------------------

    def begin_day(self, day: dt.date, version: str | None = None) -> None:  # noqa: ARG002  built from nothing
        """Forgets the tables of the day before; <table>_history then holds what was kept of earlier days."""
        for name in self._views:
            self.session.catalog.dropTempView(name)
        self._views.clear()
        for contract in self.catalogue.tables.values():
            if contract.keep == "partition":
                kept = self._kept.get(contract.table)
                self._show(
                    f"{contract.table}{HISTORY}",
                    self._empty(contract) if kept is None else kept.where(F.col("as_of") < F.lit(day)),
                )

    def put_rows(self, table: str, rows: Given) -> Built:
        """Fills a table with rows."""
        began = time.perf_counter()
        contract = self.catalogue.contract(table)
        self._show(table, self.session.createDataFrame(arrow_rows(contract, rows), spark_schema(contract)))
        return Built(table, len(rows), time.perf_counter() - began)

    def put_files(self, table: str, files: Iterable[Path]) -> Built:
        """Makes a table out of landed Parquet files as they are, without copying them."""
        began = time.perf_counter()
        contract = self.catalogue.contract(table)
        paths = [path.as_uri() for path in files]
        if not paths:
            return self.put_rows(table, [])
        frame = self.session.read.schema(spark_schema(contract)).parquet(*paths)
        self._show(table, frame)
        return Built(table, frame.count(), time.perf_counter() - began)

    def relate(self) -> None:
        """latest_<registry>, like the other relations, comes to be when a model first names it."""

    def _relate(self, model: Model) -> None:
        """Creates the relations that a model names beside tables."""
        for layout in self.catalogue.layouts.values():
            name = f"{LATEST}{layout.registry}"
            if name in model.reads and name not in self._views:
                self._show(name, self.session.sql(to_spark(relations.latest_sql(layout))))
        for name, sql in relations.unions(self.catalogue).items():
            if name in model.reads:
                self._show(name, self.session.sql(to_spark(sql)))

    # -- the day's tables --------------------------------------------------------------------------------------------

    def build(self, table: str) -> Built:
        """Runs a table's model. Raises ModelError where model, contract or input do not fit."""
        began = time.perf_counter()
        contract, model = self.catalogue.contract(table), self.catalogue.models[table]
        try:
            self._relate(model)
            selected = self.session.sql(to_spark(model.sql)).to(spark_schema(contract))
            if self.hold_locally:
                found = selected.toArrow()
                frame, rows = self.session.createDataFrame(found, spark_schema(contract)), found.num_rows
            else:
                frame = selected.localCheckpoint(eager=True)
                rows = frame.count()
        except _DECLARATION_ERRORS as error:
            raise ModelError(f"{table}: {error.getCondition() or type(error).__name__}") from None
        except (PySparkException, Py4JError) as error:
            raise ModelError(f"{table}: {type(error).__name__}") from None
        self._show(table, frame)
        return Built(table, rows, time.perf_counter() - began)

    def read(self, table: str) -> pa.Table:
        """A table of the day, with its contract's columns and types, in no particular order."""
        return self._views[table].toArrow().cast(arrow_schema(self.catalogue.contract(table)))

    # -- keeping the day ---------------------------------------------------------------------------------------------

    def keep_day(self, day: dt.date) -> None:
        """Takes the day's tables that are kept by day over into their history, for the life of this session."""
        fresh = {}
        for contract in self.catalogue.tables.values():
            if contract.keep == "partition":
                today = self._views[contract.table]
                kept = self._kept.get(contract.table)
                fresh[contract.table] = (
                    today if kept is None else kept.where(F.col("as_of") != F.lit(day)).unionByName(today)
                )
        self._kept.update(fresh)
