"""Building some tables of a day again on a copy of its warehouse, and telling how long that took."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from assets.building import build_tables
from assets.computed import COMPUTED
from warehouse.catalogue import catalogue
from warehouse.engines.duckdb_engine import WORK, DuckDBEngine, connect
from warehouse.home import Home

Found = dict[str, Any]
_Result = TypeVar("_Result")


def timed(work: Callable[[], _Result]) -> tuple[float, _Result]:
    """Seconds on the wall, and what came of it."""
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def rebuilt(home: Home, tables: Sequence[str]) -> tuple[float, DuckDBEngine]:
    """Seconds that Hedui took to build tables of the newest day again, and the engine that has them.

    Loading is not counted, for peers neither: what the tables are made of is read before, as peers are given theirs in
    memory, and the libraries that know characters are asked once.
    """
    copy = Path(tempfile.mkdtemp(dir=home.path)) / "copy.duckdb"
    shutil.copy(home.private_database, copy)
    engine = DuckDBEngine(connect(copy), catalogue(home.site))
    day = engine.day()
    assert day, "run the home first"
    for name in {name for table in tables for name in engine.catalogue.inputs(table)}:
        engine.connection.execute(f"select bit_xor(hash(given)) from {WORK}.{name} as given").fetchall()
    engine.connection.execute("select name_agreement('章三', '張三'), name_sound('张三')").fetchall()
    seconds, _ = timed(lambda: list(build_tables(engine, home, day, tables, COMPUTED)))
    shutil.rmtree(copy.parent)
    return seconds, engine
