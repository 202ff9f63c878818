"""What every engine offers and what all of them share: a day is laid out, models are built, the day is kept.

Shape of a day: begin_day, then the input (put_rows, put_files, relate), then build for each model in the catalogue's
order, then keep_day. Whoever runs a day knows this protocol only, so a model does not know where it runs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

import pyarrow as pa

from warehouse.catalogue import Catalogue
from warehouse.contracts import Contract
from warehouse.reference import Rows

_ARROW_TYPES = {
    "VARCHAR": pa.string(),
    "DATE": pa.date32(),
    "INTEGER": pa.int32(),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
    "TIMESTAMP": pa.timestamp("us"),
    "DECIMAL(14,2)": pa.decimal128(14, 2),
}


@dataclass(frozen=True)
class Built:
    """A table that was built: how many rows it has and how long it took, in seconds."""

    table: str
    rows: int
    seconds: float


class ModelError(Exception):
    """A model failed. The message names table and kind of error: an engine's own words may quote a person's data."""


def arrow_schema(contract: Contract, names: Collection[str] | None = None) -> pa.Schema:
    """A contract's columns as Arrow knows them; with names, these only."""
    return pa.schema(
        [(column.name, _ARROW_TYPES[column.type]) for column in contract.columns if not names or column.name in names]
    )


# Rows as one dict each, where missing columns are blank, or as a table that has every column of its contract.
Given: TypeAlias = Rows | pa.Table


def arrow_rows(contract: Contract, rows: Given) -> pa.Table:
    """Rows as a table of the contract's shape."""
    schema = arrow_schema(contract)
    return rows.select(schema.names).cast(schema) if isinstance(rows, pa.Table) else pa.Table.from_pylist(rows, schema)


class Engine(Protocol):
    """Runs a catalogue's models. Tables of the day are rebuilt each day; tables kept by day are its history."""

    catalogue: Catalogue

    def begin_day(self, day: dt.date, version: str | None = None) -> None:
        """Leaves the day before; <table>_history then holds what was kept of earlier days.

        version: of the code; an engine may renew the tables that the same version made for the day before.
        """

    def put_rows(self, table: str, rows: Given) -> Built:
        """Fills a table with rows."""

    def put_files(self, table: str, files: Iterable[Path]) -> Built:
        """Makes a table out of landed Parquet files."""

    def relate(self) -> None:
        """Creates latest_<registry> for every registry; raw_<registry> and received_file must be there."""

    def build(self, table: str) -> Built:
        """Runs a table's model. Raises ModelError where model, contract or input do not fit."""

    def read(self, table: str, columns: Collection[str] | None = None) -> pa.Table:
        """A table of the day, with its contract's columns (or those named) and types, in no particular order."""

    def keep_day(self, day: dt.date) -> None:
        """Takes the day's tables over into what is kept, all of them or none."""
