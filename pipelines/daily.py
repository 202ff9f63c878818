"""Running days through Dagster from the command line: in this process, recorded in the instance that the UI shows."""

from __future__ import annotations

import datetime as dt
import logging
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from assets.cases.return_landing import ReturnManifest, read_return_manifests
from assets.registries.manifest import QUARANTINED, Manifest, read_manifests
from assets.registries.recognition import told_no_more, tried_again
from expectations.bridge import CheckResult, begin_checking
from pipelines.days import PendingDay, pending_days
from pipelines.settings import CODE_LOCATION, dagster_environment
from warehouse.catalogue import catalogue
from warehouse.clock import today
from warehouse.home import Home
from warehouse.parameters.retention import RUN_RECORDS, days_kept

if TYPE_CHECKING:
    from dagster import DagsterInstance, ExecuteInProcessResult
    from dagster._core.remote_origin import RemoteJobOrigin

    from pipelines.open_warehouse import OpenWarehouse, Watcher


class DagsterRecordsError(Exception):
    """Dagster's own database could not be read or written."""


@dataclass
class DayOutcome:
    """How a day went: seconds, Dagster's run id, the checks, and what stopped it, if anything did."""

    as_of: dt.date
    seconds: float
    run_id: str
    success: bool
    checks: list[CheckResult] = field(default_factory=list)
    error: str | None = None


@dataclass
class RunOutcome:
    """What `hedui run` did: the days it ran, and the files of theirs and of all that was new.

    `left_files`: how many of the inbox stay for the next run, because they were being written. `manifests`: of every
    file that was ever received. `returned`: workbooks that it found in returns/.
    """

    days: list[DayOutcome]
    files: list[Manifest] = field(default_factory=list)
    left_files: int = 0
    manifests: list[Manifest] = field(default_factory=list)
    returned: list[ReturnManifest] = field(default_factory=list)

    @property
    def success(self) -> bool:
        """Whether every day was published."""
        return all(day.success for day in self.days)

    @property
    def rejected_files(self) -> int:
        """Files in quarantine."""
        return sum(manifest.status == QUARANTINED for manifest in self.files)

    @property
    def rejected_rows(self) -> int:
        """Rows that were not accepted."""
        return sum(manifest.rows_rejected for manifest in self.files)

    @property
    def returned_not_taken(self) -> list[ReturnManifest]:
        """Returned workbooks of which something, or all, was not taken."""
        return [found for found in self.returned if found.status == QUARANTINED or found.rows_rejected]

    @property
    def exit_code(self) -> int:
        """0 done, 1 failed, 3 done but some input was rejected or left for the next run."""
        if not self.success:
            return 1
        rejected = self.rejected_files or self.rejected_rows or self.left_files or self.returned_not_taken
        return 3 if rejected else 0


@contextmanager
def dagster_at(home: Home) -> Iterator[None]:
    """Dagster's environment for this home, put back afterwards."""
    wanted = dagster_environment(home)
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


BLOCKED_WORDS = (
    "必须成立的检查未通过，这一天没有发布，已发布的仍是上一次的结果；"
    "如因提取文件有误，更正后以原文件名放回 inbox，如因 config/ 里的参数有误，改正参数，再运行 / "
    "a check that must hold failed: the day is not published, what was published before stays; where an extract is "
    "wrong, put the corrected file into inbox under the same name, where a parameter in config/ is, mend it; run again"
)


ENDED_WORDS = (
    "运行从外部被结束，这一天没有发布；已完成的部分不会丢失，再运行一次即可 / "
    "the run was ended from outside: the day is not published, what is done is kept; run it again"
)


def _first_error(result: ExecuteInProcessResult) -> str:
    """What stopped the day. Steps raise errors that name tables, files and checks, never values."""
    for event in result.all_events:
        if event.is_step_failure:
            failure = event.step_failure_data
            cause = failure.error
            if cause is None or failure.error_source.value == "INTERRUPT":
                return ENDED_WORDS
            if cause.cls_name == "DagsterAssetCheckFailedError":
                return BLOCKED_WORDS
            while cause.cause:
                cause = cause.cause
            return cause.message.strip()
    return ENDED_WORDS


def run_days(
    home: Home,
    watch: Watcher | None = None,
    only: dt.date | None = None,
    announce_days: Callable[[list[PendingDay]], None] | None = None,
) -> RunOutcome:
    """Runs every pending day (or only one) and says what became of them.

    watch(stage, table, rows, seconds) is called for every table; announce_days(days) once, before the first. Raises
    DeclarationError where what is declared does not hold together, KeyboardInterrupt where it is interrupted outside
    of a day's steps, DagsterRecordsError, duckdb.IOException.
    """
    found = catalogue(home.site)
    home.prepare()
    being_written: list[Path] = []
    days = pending_days(home, found, only, being_written.append)
    if announce_days:
        announce_days(days)
    if not days:
        return RunOutcome([], left_files=len(being_written), manifests=read_manifests(home))
    from pipelines.declarations import require_declarations

    require_declarations(found, days[0].as_of)
    known = {manifest.file_id for manifest in read_manifests(home)}
    returned_before = {manifest.file_id for manifest in read_return_manifests(home)}
    with dagster_at(home):
        outcomes, left_files = _run(home, days, watch)
    # What is new, and the files of the days run: a run that died after landing must still say what was rejected.
    dates = {day.as_of.isoformat() for day in days}
    manifests = read_manifests(home)
    over, mended = tried_again(manifests), told_no_more(manifests)
    concerned = [
        manifest
        for manifest in manifests
        if (manifest.file_id not in known and manifest.file_id not in over)
        or (manifest.extract_date in dates and manifest.file_id not in mended)
    ]
    returned = [manifest for manifest in read_return_manifests(home) if manifest.file_id not in returned_before]
    return RunOutcome(outcomes, concerned, left_files, manifests, returned)


def _run(home: Home, days: list[PendingDay], watch: Watcher | None) -> tuple[list[DayOutcome], int]:
    """What became of the days, and how many files of the inbox were left."""
    begin_checking()  # it takes longest to load
    from assets.board.charts import load_for_drawing
    from assets.building_ahead import building_ahead
    from assets.registries.landing_ahead import landing_ahead
    from assets.registries.taking_in import taking_in_ahead
    from pipelines.open_warehouse import nobody, open_warehouse

    # Nobody lands without being the writer of the warehouse; the rest is loaded while files are being read.
    with (
        open_warehouse(home, watch or nobody) as warehouse,
        landing_ahead(home, warehouse.catalogue.layouts) as warehouse.ahead,
        building_ahead(warehouse.engine, home, warehouse.check) as warehouse.building,
        taking_in_ahead(warehouse, days[0].as_of) as warehouse.begun,
    ):
        warehouse.begun[days[0].as_of].add_done_callback(lambda _: load_for_drawing())
        from sqlalchemy.exc import SQLAlchemyError

        try:
            return _run_through_dagster(warehouse, days), warehouse.left_files
        except (sqlite3.Error, SQLAlchemyError) as error:
            raise DagsterRecordsError from error


def _as_the_ui_has_it(job: str) -> RemoteJobOrigin:
    """Where `hedui ui` has the job from: a run with another origin is in none of its lists, nor can be re-executed."""
    from dagster._core.definitions.repository_definition import SINGLETON_REPOSITORY_NAME
    from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin

    return RemoteJobOrigin(
        RemoteRepositoryOrigin(RegisteredCodeLocationOrigin(CODE_LOCATION), SINGLETON_REPOSITORY_NAME), job
    )


def _run_through_dagster(warehouse: OpenWarehouse, days: list[PendingDay]) -> list[DayOutcome]:
    import dagster as dg
    from dagster._core.storage.tags import REPOSITORY_LABEL_TAG
    from dagster._core.utils import make_new_run_id

    from pipelines.definitions import DAY_JOB, build
    from pipelines.run_records import STARTED_BY_COMMAND

    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)  # connections that an interrupt leaves half closed
    outcomes = []
    job = build(warehouse.home).resolve_job_def(DAY_JOB)
    origin = _as_the_ui_has_it(DAY_JOB)
    with dg.DagsterInstance.get() as instance:
        for day in days:
            began = time.perf_counter()
            warehouse.checks.clear()
            run_id = make_new_run_id()
            try:
                result = job.execute_in_process(
                    instance=instance,
                    partition_key=day.as_of.isoformat(),
                    resources={"warehouse": dg.ResourceDefinition.hardcoded_resource(warehouse)},
                    run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
                    raise_on_error=False,
                    run_id=run_id,
                    tags=dict([STARTED_BY_COMMAND, (REPOSITORY_LABEL_TAG, origin.repository_origin.get_label())]),
                )
            except dg.DagsterExecutionInterruptedError:
                raise KeyboardInterrupt from None
            finally:
                if run := instance.get_run_by_id(run_id):
                    instance.run_storage.replace_job_origin(run, origin)
            outcomes.append(
                DayOutcome(
                    day.as_of,
                    time.perf_counter() - began,
                    result.run_id,
                    result.success,
                    list(warehouse.checks),
                    None if result.success else _first_error(result),
                )
            )
            if not result.success:
                break
        _forget_old_runs(instance, warehouse.home)
    return outcomes


def _forget_old_runs(instance: DagsterInstance, home: Home) -> None:
    """Keeps Dagster's records to the days declared. The day is done: what hinders it here is left for the next."""
    from sqlalchemy.exc import SQLAlchemyError

    from pipelines.definitions import day_partitions
    from pipelines.run_records import forget_old_runs

    with suppress(sqlite3.Error, SQLAlchemyError, OSError, KeyboardInterrupt):
        forget_old_runs(instance, days_kept(RUN_RECORDS, today(), home.site), day_partitions())
