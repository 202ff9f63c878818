"""What steps are given: one home, one engine on its private database, and somebody who watches."""

import datetime as dt
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

import dagster as dg

from assets.building_ahead import BuildingAhead
from assets.registries.landing import LandingReport, land_inbox
from assets.registries.landing_ahead import LandingAhead
from expectations.bridge import CheckResult, Validator
from warehouse.catalogue import Catalogue, catalogue
from warehouse.engines.duckdb_engine import DuckDBEngine, connect
from warehouse.engines.engine import Built
from warehouse.home import Home

Watcher = Callable[[str, str, int, float], None]


def nobody(_stage: str, _table: str, _rows: int, _seconds: float) -> None:
    """The watcher of a run that nobody watches on a terminal."""


@dataclass
class OpenWarehouse:
    """The private warehouse of a home, open for writing by this process."""

    home: Home
    catalogue: Catalogue
    engine: DuckDBEngine
    watcher: Watcher = nobody
    ahead: LandingAhead | None = None
    building: BuildingAhead | None = None
    checks: list[CheckResult] = field(default_factory=list)

    @cached_property
    def _validator(self) -> Validator:
        return Validator(self.engine.connection, self.catalogue, self.engine.changes)

    def land(self, announce: Callable[[str], object]) -> LandingReport:
        """Lands the inbox, or waits for the landing that was begun before this warehouse was opened."""
        begun, self.ahead = self.ahead, None
        if begun:
            return begun.finish(announce)
        return land_inbox(self.home, self.catalogue.layouts, announce=announce)

    @contextmanager
    def input_of(self, day: dt.date) -> Iterator[None]:
        """Within it a day's input is laid out; whoever builds ahead begins when it is complete."""
        if self.building:
            self.building.stop()
        yield
        if self.building:
            self.building.begin(day)

    def built_ahead(self, stage: str) -> list[Built] | None:
        """The tables of a stage, or the digests, where somebody builds ahead."""
        return self.building.built(stage) if self.building else None

    def announce(self, stage: str, table: str, rows: int, seconds: float = 0) -> None:
        """Tells the watcher that a table is done."""
        self.watcher(stage, table, rows, seconds)

    def validate(self, tables: Iterable[str]) -> list[CheckResult]:
        """Checks tables of the day with Great Expectations; the results are kept for the run's summary."""
        results = self._validator.validate(tables)
        for result in results:
            if result.severity == "blocking" and not result.success:
                self.engine.block(result.table, result.name)
        self.checks += results
        return results

    def note(self, result: CheckResult) -> None:
        """Keeps the result of a check that is not made on a table."""
        self.checks.append(result)

    def write_documents(self, day: dt.date) -> int:
        """Writes Data Docs of everything validated since the warehouse was opened; returns the number of checks."""
        from expectations.bridge.documents import write_documents

        return write_documents(self.home.documents, self.catalogue, day, self._validator.outcomes, self.checks)


@contextmanager
def open_warehouse(home: Home, watcher: Watcher = nobody, ahead: LandingAhead | None = None) -> Iterator[OpenWarehouse]:
    """Opens a home's private warehouse as its only writer. Raises duckdb.IOException while another process writes."""
    home.prepare()
    found = catalogue(home.site)
    connection = connect(home.private_database)
    home.private_database.chmod(0o600)
    try:
        yield OpenWarehouse(home, found, DuckDBEngine(connection, found), watcher, ahead)
    finally:
        connection.close()


_lock = threading.Lock()


def warehouse_resource(home: Home) -> dg.ResourceDefinition:
    """The `warehouse` resource of runs that Dagster starts itself: opened for the run, closed behind it."""

    @dg.resource
    @contextmanager
    def warehouse(_context: dg.InitResourceContext) -> Iterator[OpenWarehouse]:
        with _lock, open_warehouse(home) as opened:
            yield opened

    return warehouse
