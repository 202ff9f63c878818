"""How a day begins: the inbox is landed, returned lists too, and what the day knows is laid out as its input.

Dagster is not loaded for it: on the command line this is begun in a thread of its own while Dagster is being loaded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Protocol

from assets.cases.return_landing import ReturnReport, land_returns, waiting
from assets.known import everything_known, known_on
from assets.older_parts import OlderPartError, older_parts
from assets.registries.day_input import lay_out
from assets.registries.landing import LandingReport
from assets.registries.manifest import Manifest
from assets.registries.published_input import published_input
from warehouse.catalogue import Catalogue
from warehouse.clock import today
from warehouse.engines.duckdb_engine import DuckDBEngine
from warehouse.engines.engine import Built
from warehouse.home import Home
from warehouse.parameters import read_place
from warehouse.published_days import DayToComeError

STAGE = "registries"


class Intake(Protocol):
    """What taking in a day needs of a step's warehouse."""

    home: Home
    engine: DuckDBEngine
    catalogue: Catalogue

    def land(self, announce: Callable[[str], object]) -> LandingReport:
        """Lands the inbox; announce(registry) is told of each file."""

    def input_of(self, day: dt.date) -> AbstractContextManager[None]:
        """Within it a day's input is laid out."""

    def announce(self, stage: str, table: str, rows: int, seconds: float = 0) -> None:
        """Tells whoever watches that a table is done."""


@dataclass(frozen=True)
class TakenIn:
    """What was landed, every file that was ever received, and the tables of the day's input."""

    landing: LandingReport
    received: tuple[Manifest, ...]
    returns: ReturnReport
    built: list[Built]


def take_in(warehouse: Intake, day: dt.date) -> TakenIn:
    """Lands what waits and lays out a day's input. Done again it changes nothing.

    Raises OlderPartError, LateDayError, DayToComeError: Dagster runs any day that somebody writes into a run's tags.
    """
    if day > today():
        raise DayToComeError(day, today())
    landing = warehouse.land(lambda registry: warehouse.announce(STAGE, registry, 0))
    place = read_place(day, warehouse.catalogue.site)
    returns = land_returns(warehouse.home, waiting(warehouse.home), place.known_names, received_on=today())
    everything = everything_known(warehouse.home)
    if words := older_parts(
        warehouse.home, everything.input_ids, published_input(warehouse.home), warehouse.engine.connection
    ):
        raise OlderPartError(words)
    known = known_on(everything, day, warehouse.engine.recorded_input(day))
    with warehouse.input_of(day):
        built = lay_out(warehouse.engine, warehouse.home, day, known)
    return TakenIn(landing, everything.extracts, returns, built)


@contextmanager
def taking_in_ahead(warehouse: Intake, day: dt.date) -> Iterator[dict[dt.date, Future[TakenIn]]]:
    """Begins with a day in a thread of its own, which alone uses the engine until it is done; ends when that does."""
    with ThreadPoolExecutor(1) as thread:
        yield {day: thread.submit(take_in, warehouse, day)}
