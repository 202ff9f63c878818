"""A whole day without Dagster and without checks: land, lay out, run every model on one engine, keep, publish."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from assets.known import everything_known, known_on
from assets.registries.landing import land_inbox
from assets.replay import build_day
from warehouse.catalogue import Catalogue, catalogue
from warehouse.engines.duckdb_engine import DuckDBEngine, connect
from warehouse.home import Home
from warehouse.publish import publish


def _build(home: Home, day: dt.date, engine: DuckDBEngine) -> None:
    land_inbox(home, engine.catalogue.layouts)
    build_day(engine, home, day, known_on(everything_known(home), day, engine.recorded_input(day)))


@contextmanager
def built_day(home: Home, day: dt.date, found: Catalogue | None = None) -> Iterator[DuckDBEngine]:
    """An engine in memory that holds the day's tables, made of a home's inbox and of what it has landed before."""
    with connect(":memory:") as connection:
        engine = DuckDBEngine(connection, found or catalogue(home.site))
        _build(home, day, engine)
        yield engine


def kept_day(home: Home, day: dt.date, found: Catalogue | None = None) -> None:
    """Builds the day in the home's private warehouse, keeps and publishes it."""
    home.prepare()
    with connect(home.private_database) as connection:
        engine = DuckDBEngine(connection, found or catalogue(home.site))
        _build(home, day, engine)
        engine.keep_day(day)
        publish(connection, engine.catalogue, home)
