"""Building a day's stages in a thread of its own, while the stages before are being checked and recorded.

Building is mostly DuckDB's work, checking and recording mostly Python's: side by side, a day of a small place takes
little longer than the slower of both. What is built is the same. A stage whose check fails stops the day as ever: what
was built after it stands in the work schema and is never kept.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager

from assets.computed import COMPUTED
from assets.replay import DIGESTS, put_digests
from assets.stage import MODEL_STAGES, build_tables, tables_of
from warehouse.engines.duckdb_engine import DuckDBEngine
from warehouse.engines.engine import Built
from warehouse.home import Home

# Seconds a thread may keep the interpreter while others wait for it: results of DuckDB come in by the hundred.
_SWITCH_SECONDS = 0.001
# Seconds between two attempts to break off: between two statements there is nothing that could be.
_PATIENCE_SECONDS = 0.02


class BuildingAhead:
    """The stages of one day at a time and then its digests, each built once, on a connection of its own."""

    def __init__(self, engine: DuckDBEngine, home: Home) -> None:
        self._engine = engine
        self._home = home
        self._thread = ThreadPoolExecutor(1)
        self._stages: dict[str, Future[list[Built]]] = {}

    def begin(self, day: dt.date) -> None:
        """Begins with a day whose input is laid out."""
        self._stages = {stage: self._thread.submit(self._build, day, stage) for stage in MODEL_STAGES}
        self._stages[DIGESTS] = self._thread.submit(lambda: [put_digests(self._engine, day)])

    def _build(self, day: dt.date, stage: str) -> list[Built]:
        tables = tables_of(self._engine.catalogue, stage)
        return list(build_tables(self._engine, self._home, day, tables, COMPUTED))

    def built(self, stage: str) -> list[Built]:
        """The tables of a stage, or the digests, as soon as they are there. Raises what building them raised."""
        return self._stages[stage].result()

    def stop(self) -> None:
        """Builds no further stage, and breaks off the statement under way."""
        for future in self._stages.values():
            future.cancel()
        while wait(self._stages.values(), _PATIENCE_SECONDS).not_done:
            self._engine.connection.interrupt()

    def close(self) -> None:
        """Stops, and gives thread and connection back."""
        self.stop()
        self._thread.shutdown()
        self._engine.connection.close()


@contextmanager
def building_ahead(engine: DuckDBEngine, home: Home) -> Iterator[BuildingAhead]:
    """Somebody who builds ahead; whatever is under way at the end is broken off."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH_SECONDS)
    ahead = BuildingAhead(engine.beside(), home)
    try:
        yield ahead
    finally:
        ahead.close()
        sys.setswitchinterval(before)
