"""Building and checking a day's stages in threads of their own, while the stages before are being recorded.

Building is mostly DuckDB's work, recording mostly Python's, and checking that of a process of its own: side by side, a
day of a small place takes little longer than the slowest of them. What is built is the same. A stage whose check fails
stops the day as ever: what was built after it stands in the work schema and is never kept.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import duckdb

from assets.building import RECORDED, Piece, build_tables, pieces_of, tables_of
from assets.computed import COMPUTED
from assets.replay import DIGESTS, digested, put_digests
from assets.side_by_side import SideBySide, break_off
from expectations.bridge import CheckResult
from warehouse.catalogue import Catalogue
from warehouse.engines.duckdb_engine import DuckDBEngine
from warehouse.engines.engine import Built
from warehouse.home import Home

# Seconds a thread may keep the interpreter while others wait for it: results of DuckDB come in by the hundred.
_SWITCH_SECONDS = 0.001
_MOST_BUILDERS = 4  # what one of them reads and sorts takes memory beside the others
_LAST: Piece = (DIGESTS,)
Check = Callable[[list[str], duckdb.DuckDBPyConnection], list[CheckResult]]


def _plan(catalogue: Catalogue) -> tuple[dict[Piece, Collection[Piece]], dict[str, list[Piece]]]:
    """What every piece of a day reads of the others, in the order in which they are wanted, and the pieces of stages.

    Tables are added up for their digests whenever nothing else can be done; the digests are of everything.
    """
    piece_of = {table: piece for piece in pieces_of(catalogue, COMPUTED) for table in piece}
    stages = {
        stage: list(dict.fromkeys(piece_of[table] for table in tables_of(catalogue, stage))) for stage in RECORDED
    }
    needs: dict[Piece, Collection[Piece]] = {
        piece: {piece_of[name] for table in piece for name in catalogue.inputs(table) if name in piece_of} - {piece}
        for pieces in stages.values()
        for piece in pieces
    }
    sums: dict[Piece, Collection[Piece]] = {
        (*_LAST, contract.table): [piece_of[contract.table]] if contract.table in piece_of else []
        for contract in digested(catalogue)
    }
    return needs | sums | {_LAST: [*needs, *sums]}, stages | {DIGESTS: [_LAST]}


class BuildingAhead:
    """The stages of one day at a time and then its digests, each built and checked once, on their own connections."""

    def __init__(self, engine: DuckDBEngine, home: Home, check: Check | None = None) -> None:
        self._engines = [engine.beside(number) for number in range(min(os.cpu_count() or 1, _MOST_BUILDERS))]
        self._checking = engine.beside().connection
        self._home = home
        self._check = check
        self._checker = ThreadPoolExecutor(1)
        self._building: SideBySide | None = None
        self._checks: dict[str, Future[list[CheckResult]]] = {}

    def begin(self, day: dt.date) -> None:
        """Begins with a day whose input is laid out."""

        def build(engine: DuckDBEngine, piece: Piece) -> Iterable[Built]:
            if piece == _LAST:
                return [put_digests(engine, day)]
            if piece[0] == DIGESTS:
                engine.add_up(piece[-1])
                return []
            return build_tables(engine, self._home, day, piece, COMPUTED)

        self._building = SideBySide(self._engines, *_plan(self._engines[0].catalogue), build)
        if self._check:
            self._checks = {stage: self._checker.submit(self._check_stage, self._check, stage) for stage in RECORDED}

    def _check_stage(self, check: Check, stage: str) -> list[CheckResult]:
        return [result for table in self.built(stage) for result in check([table.table], self._checking)]

    def built(self, stage: str) -> Iterator[Built]:
        """The tables of a stage, or the digests, each as soon as it is there. Raises what building it raised."""
        if self._building is None:
            raise LookupError(stage)
        return self._building.tables(stage)

    def checked(self, stage: str) -> list[CheckResult] | None:
        """The results of a stage's checks as soon as they are there; None where nobody checks it ahead."""
        return self._checks[stage].result() if stage in self._checks else None

    def after_checks(self, work: Callable[[], int]) -> Future[int]:
        """Does something that nothing is to be checked beside."""
        return self._checker.submit(work)

    def stop(self) -> None:
        """Builds no further table, and breaks off the statements under way."""
        if self._building:
            self._building.stop()
        for future in self._checks.values():
            future.cancel()
        break_off(self._checks.values(), [self._checking])

    def close(self) -> None:
        """Stops, and gives threads and connections back."""
        self.stop()
        self._checker.shutdown()
        for connection in (self._checking, *(engine.connection for engine in self._engines)):
            connection.close()


@contextmanager
def building_ahead(engine: DuckDBEngine, home: Home, check: Check | None = None) -> Iterator[BuildingAhead]:
    """Somebody who builds ahead, and checks; whatever is under way at the end is broken off."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH_SECONDS)
    ahead = BuildingAhead(engine, home, check)
    try:
        yield ahead
    finally:
        ahead.close()
        sys.setswitchinterval(before)
