"""Runs whose process is gone, as after a power cut: Dagster takes them for under way, and starts no other meanwhile."""

from __future__ import annotations

from collections.abc import Mapping

import dagster as dg
import duckdb

from warehouse.engines.duckdb_engine import connect, is_locked
from warehouse.home import Home

_WORDS = (
    "运行的进程已不在（断电或被强行结束），记为失败；已完成的部分不会丢失 / "
    "the run's process is gone (power cut, or killed): it has failed, what is done is kept"
)


def _is_written(home: Home) -> bool:
    if not home.private_database.exists():
        return False
    try:
        connect(home.private_database, read_only=True).close()
    except duckdb.IOException as error:
        return is_locked(error)
    return False


def end_gone_runs(instance: dg.DagsterInstance, home: Home, tags: Mapping[str, str] | None = None) -> int:
    """Notes runs, all or those with some tags, as failed that nobody works on any more; returns how many.

    A run of days has the private warehouse to itself: while nobody writes it, none is under way. For where no other
    kind of run can be, or tags that no other kind has.
    """
    started = dg.DagsterRunStatus.STARTED
    under_way = instance.get_run_records(dg.RunsFilter(statuses=[started], tags=tags and dict(tags)))
    if not under_way or _is_written(home):
        return 0
    ended = 0
    for record in under_way:  # what ended by itself while the warehouse was looked at stays as it ended
        run = instance.get_run_by_id(record.dagster_run.run_id)
        if run and run.status is started:
            instance.report_run_failed(run, _WORDS)
            ended += 1
    return ended
