"""Running checks on the day's tables: what is asked of them, and what came out.

Great Expectations runs them in a process of its own. Cost per check: a small query and some milliseconds of
bookkeeping; it does not depend on how many rows break it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import count
from pathlib import Path

import duckdb

from expectations.bridge.channel import AskedCheck, Document, Outcome, Validate
from expectations.bridge.checks import Check, CheckResult, checks_of
from expectations.bridge.process import ask, forget
from warehouse.catalogue import Catalogue
from warehouse.engines.changes import COME, Change, Changes, changed
from warehouse.engines.duckdb_engine import WORK
from warehouse.models.model import in_schema

_runs = count(1)


class BrokenCheckError(Exception):
    """A check could not be run: its SQL does not fit its table. The message names the check, never a value."""


class Validator:
    """Validates tables of one database, for all stages and days of a run."""

    def __init__(self, catalogue: Catalogue, changes: Changes) -> None:
        self._catalogue = catalogue
        self._changes = changes
        self._run = next(_runs)
        self._validated: dict[str, tuple[str, str]] = {}  # tables and their names, Chinese and English

    def validate(self, tables: Iterable[str], connection: duckdb.DuckDBPyConnection) -> list[CheckResult]:
        """Runs every check of the tables. Raises BrokenCheckError where a check's SQL fails."""
        return [result for table in tables for result in self._validate(table, connection)]

    def _validate(self, table: str, connection: duckdb.DuckDBPyConnection) -> list[CheckResult]:
        checks = checks_of(self._catalogue, table)
        if not checks:
            return []
        asked = tuple(
            AskedCheck(check.name, f"{check.zh} / {check.en}", self._rows_of_the_day(check)) for check in checks
        )
        outcomes: list[Outcome] = ask(Validate(self._run, table, asked), connection)
        contract = self._catalogue.contract(table)
        self._validated[table] = (contract.zh, contract.en)
        found = {outcome.name: outcome for outcome in outcomes}
        return [_result(check, found[check.name]) for check in checks]

    def _rows_of_the_day(self, check: Check) -> str:
        """The check's SQL on the rows that may break it: where it held for the day before, those that came since."""
        table = f"{WORK}.{check.table}"
        change = self._changes.of(check.table) if check.of else Change.UNKNOWN
        if change is Change.NONE:
            table = f"(from {table} where false) as same"
        elif change is Change.KNOWN:
            came = changed(check.table, COME)
            if check.of == "keys":
                key = ", ".join(f'"{name}"' for name in self._catalogue.contract(check.table).key)
                came = f"(from {table} where ({key}) in (select ({key}) from {came})) as held"
            table = came
        return in_schema(check.unexpected, WORK).replace("{batch}", table)

    def write_documents(self, folder: Path, day: dt.date, results: Iterable[CheckResult]) -> int:
        """Writes Data Docs of everything validated so far; returns the number of checks that the overview lists."""
        return int(ask(Document(self._run, folder, day.isoformat(), self._validated, tuple(results))))

    def close(self) -> None:
        """Nothing more will be asked."""
        forget(self._run)


def _result(check: Check, outcome: Outcome) -> CheckResult:
    if outcome.rows is None:
        raise BrokenCheckError(f"{check.table}.{check.name}")
    return CheckResult(
        check.table, check.name, check.zh, check.en, check.severity, outcome.success, int(outcome.rows), check.group
    )
