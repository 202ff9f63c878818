"""python -m expectations.bridge.checker LOG_LEVEL: Great Expectations in a process of its own.

Loading it takes seconds of Python, and so does its bookkeeping: here it is loaded while extracts are being landed, and
works beside Dagster instead of taking turns with it. It reads the day through the process that owns the database.
Belongs here: whatever imports Great Expectations.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any

from expectations.bridge.channel import AskedCheck, Channel, Document, Done, Failed, Forget, Outcome, Validate
from expectations.bridge.dialect import ADDRESS, read_through
from warehouse.engines.duckdb_engine import WORK
from warehouse.process import collect_seldom, leave

# What the library loads for expectations that nobody declares here: a third of the seconds that loading it takes.
_SELDOM_USED = ("scipy.stats", "altair", "jsonschema")
# Set before the library is loaded: it must never call home.
_QUIET = {"GX_ANALYTICS_ENABLED": "False"}
# Checks name their tables themselves; the library warns unless the asset is mentioned.
_ASSET = " /* {batch} */"


class _Unloaded(ModuleType):
    """Stands for a module until something of it is asked for; the interpreter's own stand-in is loaded by `import`."""

    def __getattr__(self, name: str) -> Any:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


def _load_when_used(name: str) -> None:
    """Lets a module be imported at no cost: it is loaded when something of it is first asked for."""
    if name in sys.modules:
        return
    sys.modules[name] = module = _Unloaded(name)
    package, _, member = name.rpartition(".")
    if package:
        setattr(import_module(package), member, module)


class Checker:
    """Runs checks; one context serves all tables, days and runs."""

    def __init__(self) -> None:
        os.environ.update(_QUIET)
        for name in _SELDOM_USED:
            _load_when_used(name)
        import great_expectations as gx
        from great_expectations.data_context.types.base import ProgressBarsConfig

        self._outcomes: dict[int, dict[str, Any]] = {}  # by run, the latest validation result of each table
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
        self._context = context
        self._day: Any = None

    def _batch(self) -> Any:
        # Adding a source reads it, and the owner answers only while it waits for something.
        if self._day is None:
            source = self._context.data_sources.add_sql("warehouse", connection_string=ADDRESS, create_temp_table=False)
            # One asset for all tables: adding one costs Great Expectations a rewriting of its whole configuration.
            self._day = source.add_query_asset("day", query=f"select * from {WORK}.this_day")
        return self._day.get_batch(self._day.build_batch_request())

    def validate(self, asked: Validate) -> list[Outcome]:
        """Runs the checks of a table."""
        found = self._outcomes.setdefault(asked.run, {})[asked.table] = self._run(asked.table, asked.checks)
        return [
            Outcome(
                result.expectation_config.meta["check"], bool(result.success), result.result.get("observed_value", None)
            )
            for result in found.results
        ]

    def _run(self, table: str, checks: tuple[AskedCheck, ...]) -> Any:
        import great_expectations as gx

        from expectations.bridge.counted import NoRowBreaksIt

        suite = gx.ExpectationSuite(
            name=table,
            expectations=[
                NoRowBreaksIt(
                    unexpected_rows_query=check.sql + _ASSET, description=check.words, meta={"check": check.name}
                )
                for check in checks
            ],
        )
        return self._batch().validate(suite, result_format="BASIC")

    def document(self, asked: Document) -> int:
        """Writes the pages of a run; returns the number of checks in the overview."""
        from expectations.bridge.documents import write_documents

        return write_documents(
            asked.folder, asked.titles, asked.day, self._outcomes.get(asked.run, {}), list(asked.results)
        )

    def forget(self, asked: Forget) -> None:
        """Drops the outcomes of a run."""
        self._outcomes.pop(asked.run, None)


def main(log_level: int) -> None:
    """Does what it is asked, one thing after the other, until nobody is there to ask."""
    collect_seldom()
    channel = Channel(sys.stdin.buffer, sys.stdout.buffer)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who presses Ctrl-C speaks to the owner, and this ends with it
    sys.stdout = sys.stderr  # whatever a library prints must not get among the messages
    handler = logging.StreamHandler()
    handler.setLevel(log_level)  # libraries give their loggers levels of their own
    logging.basicConfig(level=log_level, handlers=[handler])
    read_through(channel)
    checker = Checker()
    work: dict[type, Callable[[Any], Any]] = {
        Validate: checker.validate,
        Document: checker.document,
        Forget: checker.forget,
    }
    while True:
        try:
            asked = channel.receive()
        except EOFError:
            return
        try:
            answer: Done | Failed = Done(work[type(asked)](asked))
        except Exception as error:
            answer = Failed(type(error).__name__)
        try:
            channel.send(answer)
        except BrokenPipeError:
            leave(0)  # whoever asked is gone, and closing the channel would try once more


if __name__ == "__main__":
    main(int(sys.argv[1]))
