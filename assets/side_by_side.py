"""A day's tables built side by side: each as soon as what it reads is there, as many at once as there are engines.

Belongs here: which table is built when. How one is built does not belong here.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from graphlib import TopologicalSorter
from queue import PriorityQueue, SimpleQueue
from typing import Any

import duckdb

from assets.building import Piece
from warehouse.engines.duckdb_engine import DuckDBEngine
from warehouse.engines.engine import Built

# Seconds between two attempts to break off: between two statements there is nothing that could be.
_PATIENCE_SECONDS = 0.02
Build = Callable[[DuckDBEngine, Piece], Iterable[Built]]


def break_off(work: Iterable[Future[Any]], connections: Sequence[duckdb.DuckDBPyConnection]) -> None:
    """Breaks off the statements of work under way, until none is left."""
    under_way = list(work)
    while wait(under_way, _PATIENCE_SECONDS).not_done:
        for connection in connections:
            connection.interrupt()


class SideBySide:
    """Pieces of a day under way.

    needs: for each piece the pieces that it reads; whenever an engine is free, the first of those that can be begun is.
    stages: the pieces of each. When a piece fails, no other is begun, and every one that is not there has failed.
    """

    def __init__(
        self,
        engines: Sequence[DuckDBEngine],
        needs: Mapping[Piece, Iterable[Piece]],
        stages: Mapping[str, Sequence[Piece]],
        build: Build,
    ) -> None:
        self._build = build
        self._engines = engines
        self._idle: SimpleQueue[DuckDBEngine] = SimpleQueue()
        for engine in engines:
            self._idle.put(engine)
        self._order = {piece: place for place, piece in enumerate(needs)}
        self._stages = stages
        self._built: dict[Piece, Future[list[Built]]] = {piece: Future() for piece in needs}
        self._ready: PriorityQueue[tuple[int, Piece]] = PriorityQueue()
        self._under_way: list[Future[None]] = []
        self._lock = threading.Lock()
        self._is_over = False
        self._threads = ThreadPoolExecutor(len(engines))
        self._sorter = TopologicalSorter(needs)
        self._sorter.prepare()
        with self._lock:
            self._begin_what_can()

    def _begin_what_can(self) -> None:
        ready = self._sorter.get_ready()
        for piece in ready:
            self._ready.put((self._order[piece], piece))
        self._under_way += [self._threads.submit(self._make_next) for _ in ready]

    def _make_next(self) -> None:
        _, piece = self._ready.get()
        if self._is_over:
            return
        engine = self._idle.get()
        try:
            built = list(self._build(engine, piece))
        except BaseException as error:  # whoever waits for a stage must hear of it
            self._end(error)
        else:
            self._note(piece, built)
        finally:
            self._idle.put(engine)

    def _note(self, piece: Piece, built: list[Built]) -> None:
        with self._lock:
            if not self._built[piece].done():
                self._built[piece].set_result(built)
            if not self._is_over:
                self._sorter.done(piece)
                self._begin_what_can()

    def _end(self, error: BaseException) -> None:
        with self._lock:
            self._is_over = True
            for built in self._built.values():
                if not built.done():
                    built.set_exception(error)

    def tables(self, stage: str) -> Iterator[Built]:
        """The tables of a stage in order, each as soon as it is there. Raises what building raised."""
        for piece in self._stages[stage]:
            yield from self._built[piece].result()

    def stop(self) -> None:
        """Begins nothing more, and breaks off the statements under way."""
        with self._lock:
            self._is_over = True
            under_way = list(self._under_way)
        self._threads.shutdown(wait=False)
        break_off(under_way, [engine.connection for engine in self._engines])
        self._end(RuntimeError("broken off"))
