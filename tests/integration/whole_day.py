"""A whole day without Dagster: land, lay out, run every model on one engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from assets.registries.landing import land_inbox, read_manifests
from assets.registries.stage import lay_out
from warehouse.catalogue import Catalogue, catalogue
from warehouse.engines.duckdb_engine import DuckDBEngine, connect
from warehouse.home import Home


@dataclass
class Workshop:
    """What laying out a day needs of a warehouse."""

    home: Home
    engine: DuckDBEngine
    catalogue: Catalogue


@contextmanager
def built_day(home: Home, day: dt.date, found: Catalogue | None = None) -> Iterator[DuckDBEngine]:
    """An engine in memory that holds the day's tables, made of a home's inbox and of what it has landed before."""
    found = found or catalogue(home.site)
    land_inbox(home, found.layouts)
    connection = connect(":memory:")
    try:
        engine = DuckDBEngine(connection, found)
        lay_out(Workshop(home, engine, found), day, read_manifests(home))  # type: ignore[arg-type]
        for table in found.order:
            engine.build(table)
        yield engine
    finally:
        connection.close()
