"""Which input published days knew: it is theirs for good."""

from __future__ import annotations

from contextlib import suppress

import duckdb

from warehouse.engines.duckdb_engine import connect
from warehouse.home import Home


def published_input(home: Home) -> frozenset[str]:
    """The ids of all input that a published day knew. Reads the published warehouse, which no writer locks."""
    if not home.published_database.exists():
        return frozenset()
    with connect(home.published_database, read_only=True) as connection, suppress(duckdb.CatalogException):
        return frozenset(known for (known,) in connection.execute("select input_id from day_input").fetchall())
    return frozenset()
