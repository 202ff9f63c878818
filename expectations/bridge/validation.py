"""Running checks with Great Expectations on the day's tables.

Loading Great Expectations takes seconds, so it is imported only by what validates. Cost per check: a small query
and some milliseconds of bookkeeping; it does not depend on how many rows break it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import duckdb

from expectations.bridge.checks import Check, CheckResult, checks_of
from warehouse.catalogue import Catalogue
from warehouse.engines.changes import COME, Change, Changes, changed
from warehouse.engines.duckdb_engine import WORK
from warehouse.models.model import in_schema

if TYPE_CHECKING:
    from great_expectations.data_context import EphemeralDataContext

# Set before the library is loaded: it must never call home.
_QUIET = {"GX_ANALYTICS_ENABLED": "False"}

# Checks name their tables themselves; the library warns unless the asset is mentioned.
_ASSET = " /* {batch} */"


class BrokenCheckError(Exception):
    """A check could not be run: its SQL does not fit its table. The message names the check, never a value."""


def quiet_context() -> EphemeralDataContext:
    """A context in memory that shows no progress bars and sends nothing."""
    os.environ.update(_QUIET)
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    return context


class Validator:
    """Validates tables of one connection; one context serves all stages and days of a run."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, changes: Changes) -> None:
        from expectations.bridge.dialect import hold

        self._catalogue = catalogue
        self._changes = changes
        self._context = quiet_context()
        source = self._context.data_sources.add_sql(
            "warehouse", connection_string=hold(connection), create_temp_table=False
        )
        # One asset for all tables: adding one costs Great Expectations a rewriting of its whole configuration.
        self._day = source.add_query_asset("day", query=f"select * from {WORK}.this_day")
        self.outcomes: dict[str, Any] = {}  # the latest validation result of each table, for Data Docs

    def validate(self, tables: Iterable[str]) -> list[CheckResult]:
        """Runs every check of the tables. Raises BrokenCheckError where a check's SQL fails."""
        return [result for table in tables for result in self._validate(table)]

    def _validate(self, table: str) -> list[CheckResult]:
        checks = checks_of(self._catalogue, table)
        if not checks:
            return []
        outcome = self.outcomes[table] = self._run(table, checks)
        found = {result.expectation_config.meta["check"]: result for result in outcome.results}
        return [self._result(check, found[check.name]) for check in checks]

    def _run(self, table: str, checks: list[Check]) -> Any:
        import great_expectations as gx

        from expectations.bridge.counted import NoRowBreaksIt

        batch = self._day.get_batch(self._day.build_batch_request())
        suite = gx.ExpectationSuite(
            name=table,
            expectations=[
                NoRowBreaksIt(
                    unexpected_rows_query=self._rows_of_the_day(check) + _ASSET,
                    description=f"{check.zh} / {check.en}",
                    meta={"check": check.name},
                )
                for check in checks
            ],
        )
        return batch.validate(suite, result_format="BASIC")

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

    def _result(self, check: Check, outcome: Any) -> CheckResult:
        result = outcome.result
        if "observed_value" not in result:
            raise BrokenCheckError(f"{check.table}.{check.name}")
        return CheckResult(
            check.table,
            check.name,
            check.zh,
            check.en,
            check.severity,
            bool(outcome.success),
            int(result["observed_value"]),
            check.group,
        )
