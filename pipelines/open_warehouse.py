"""What steps are given: one home, one engine on its private database, and somebody who watches.

Dagster is not loaded for it: a day begins before Dagster is there.
"""

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field

import duckdb

from assets.building_ahead import BuildingAhead
from assets.registries.landing import LandingReport, land_inbox
from assets.registries.landing_ahead import LandingAhead
from assets.registries.taking_in import TakenIn
from expectations.bridge import CheckResult, Validator, begin_checking
from warehouse.catalogue import Catalogue, catalogue
from warehouse.engines.duckdb_engine import DuckDBEngine, connect
from warehouse.engines.engine import Built
from warehouse.files import abandoned
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
    begun: dict[dt.date, Future[TakenIn]] = field(default_factory=dict)
    checks: list[CheckResult] = field(default_factory=list)
    left_files: int = 0  # of the inbox, by the last landing

    def __post_init__(self) -> None:
        self._validator = Validator(self.catalogue, self.engine.changes)
        self._documents: dict[dt.date, Future[int]] = {}

    def land(self, announce: Callable[[str], object]) -> LandingReport:
        """Lands the inbox, or waits for the landing that was begun before this warehouse was opened."""
        begun, self.ahead = self.ahead, None
        report = begun.finish(announce) if begun else land_inbox(self.home, self.catalogue.layouts, announce=announce)
        self.left_files = report.left
        return report

    @contextmanager
    def input_of(self, day: dt.date) -> Iterator[None]:
        """Within it a day's input is laid out; whoever builds ahead begins when it is complete."""
        if self.building:
            self.building.stop()
        yield
        if self.building:
            self.building.begin(day)

    def taken_in_ahead(self, day: dt.date) -> TakenIn | None:
        """What taking in a day gave, where it was begun ahead; once."""
        begun = self.begun.pop(day, None)
        return begun.result() if begun else None

    def built_ahead(self, stage: str) -> Iterator[Built] | None:
        """The tables of a stage, or the digests, each as soon as it is there, where somebody builds ahead."""
        return self.building.built(stage) if self.building else None

    def announce(self, stage: str, table: str, rows: int, seconds: float = 0) -> None:
        """Tells the watcher that a table is done."""
        self.watcher(stage, table, rows, seconds)

    def check(self, tables: list[str], connection: duckdb.DuckDBPyConnection) -> list[CheckResult]:
        """Checks tables through a connection."""
        return self._validator.validate(tables, connection)

    def validate(self, stage: str, tables: list[str]) -> list[CheckResult]:
        """Checks tables of a stage, or waits for whoever checks ahead; the results are kept for the run's summary."""
        ahead = self.building.checked(stage) if self.building else None
        results = self.check(tables, self.engine.connection) if ahead is None else ahead
        for result in results:
            if result.severity == "blocking" and not result.success:
                self.engine.block(result.table, result.name)
        self.checks += results
        return results

    def note(self, result: CheckResult) -> None:
        """Keeps the result of a check that is not made on a table."""
        self.checks.append(result)

    def all_is_checked(self, day: dt.date) -> None:
        """Begins to write a day's Data Docs where somebody checks ahead."""
        if self.building:
            self._documents[day] = self.building.after_checks(lambda: self._write_documents(day))

    def write_documents(self, day: dt.date) -> int:
        """Writes Data Docs of everything validated since the warehouse was opened; returns the number of checks."""
        begun = self._documents.pop(day, None)
        return begun.result() if begun else self._write_documents(day)

    def _write_documents(self, day: dt.date) -> int:
        return self._validator.write_documents(self.home.documents, day, list(self.checks))

    def close(self) -> None:
        """Lets go of what was kept of the checks."""
        self._validator.close()


@contextmanager
def open_warehouse(home: Home, watcher: Watcher = nobody, ahead: LandingAhead | None = None) -> Iterator[OpenWarehouse]:
    """Opens a home's private warehouse as its only writer. Raises duckdb.IOException while another process writes."""
    home.prepare()
    found = catalogue(home.site)
    connection = connect(home.private_database)
    home.private_database.chmod(0o600)
    for left in home.scratch.iterdir():
        shutil.rmtree(left)
    for half in abandoned(home.landed, home.quarantine):
        half.unlink()
    begin_checking()
    try:
        opened = OpenWarehouse(home, found, DuckDBEngine(connection, found), watcher, ahead)
        yield opened
        opened.close()
    finally:
        connection.close()
