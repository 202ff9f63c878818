"""What a step of a day is given."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from assets.registries.landing import LandingReport
from assets.registries.taking_in import TakenIn
from expectations.bridge import CheckResult
from warehouse.catalogue import Catalogue
from warehouse.engines.duckdb_engine import DuckDBEngine
from warehouse.engines.engine import Built
from warehouse.home import Home


class Warehouse(Protocol):
    """What a step is given: the home, the engine that owns the private database, and somebody to tell how it goes."""

    home: Home
    engine: DuckDBEngine
    catalogue: Catalogue

    def land(self, announce: Callable[[str], object]) -> LandingReport:
        """Lands the inbox; announce(registry) is told of each file."""

    def input_of(self, day: dt.date) -> AbstractContextManager[None]:
        """Within it a day's input is laid out: nothing is built until it is complete."""

    def taken_in_ahead(self, day: dt.date) -> TakenIn | None:
        """What taking in a day gave, where it was begun ahead; None where the step must take it in."""

    def built_ahead(self, stage: str) -> Iterator[Built] | None:
        """The tables of a stage (or the digests), each as soon as it is there; None where the step must build them."""

    def announce(self, stage: str, table: str, rows: int, seconds: float = 0) -> None:
        """Tells whoever watches that a table is done, and how long building it took."""

    def validate(self, stage: str, tables: list[str]) -> list[CheckResult]:
        """Checks tables of a stage with Great Expectations, or waits for the checks where somebody checks ahead."""

    def note(self, result: CheckResult) -> None:
        """Keeps the result of a check that is not made on a table, for the run's summary."""

    def all_is_checked(self, day: dt.date) -> None:
        """Every check of a day was made: its Data Docs may be written while it is being published."""

    def write_documents(self, day: dt.date) -> int:
        """Writes Data Docs of everything validated since the warehouse was opened; returns the number of checks."""
