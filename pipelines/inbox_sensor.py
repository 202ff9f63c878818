"""A sensor on the inbox: new extracts start the day they belong to.

Days are asked for one by one, as `hedui run` goes through them: a day that failed could not be published any more once
a later one is. Dagster starts a run key once, whatever became of it: a day that failed is asked for under another.
"""

import time
from collections.abc import Iterator

import dagster as dg

from pipelines.days import PendingDay, pending_days
from pipelines.gone_runs import end_gone_runs
from pipelines.refusal import RefusedError
from pipelines.run_records import STARTED_BY_COMMAND
from warehouse.catalogue import Catalogue
from warehouse.home import Home

_SETTLED_SECONDS = 30  # a file still being copied keeps changing
_INTERVAL_SECONDS = 60
# What fails by chance (somebody reads the warehouse, the disk is full) is soon over; the rest is for a person.
_TRIES = 4
_AGAIN_SECONDS = 600
_ASKED_FOR = "hedui/asked_for"


def _is_settled(home: Home) -> bool:
    files = [path for folder in (home.inbox, home.returns) for path in folder.rglob("*") if path.is_file()]
    return all(time.time() - path.stat().st_mtime > _SETTLED_SECONDS for path in files)


def _request(day: PendingDay, instance: dg.DagsterInstance) -> dg.RunRequest | dg.SkipReason:
    """Asks for a day, again where it failed a while ago and not too often. Cost: one look-up by tag."""
    key = f"{day.as_of}-{day.fingerprint}"
    failed = instance.get_run_records(
        dg.RunsFilter(tags={_ASKED_FOR: key}, statuses=[dg.DagsterRunStatus.FAILURE]), limit=_TRIES
    )
    if len(failed) >= _TRIES:
        return dg.SkipReason(
            f"{day.as_of} 已失败 {len(failed)} 次，请处理后手工重跑 / failed {len(failed)} times: run it by hand"
        )
    if failed and time.time() - failed[0].update_timestamp.timestamp() < _AGAIN_SECONDS:
        return dg.SkipReason(f"{day.as_of} 刚失败，稍后再试 / it has just failed and is tried again later")
    return dg.RunRequest(
        run_key=f"{key}-{len(failed)}" if failed else key,
        partition_key=day.as_of.isoformat(),
        tags={_ASKED_FOR: key},
    )


def inbox_sensor(home: Home, found: Catalogue, job_name: str) -> dg.SensorDefinition:
    """Requests a run for the first day that has extracts and was not published with them yet."""

    @dg.sensor(
        name="inbox",
        job_name=job_name,
        minimum_interval_seconds=_INTERVAL_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="收件箱有新提取文件时运行当日任务 / new extracts in the inbox start their day",
    )
    def inbox(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        # A command that was killed would keep every run of the daemon waiting.
        end_gone_runs(context.instance, home, dict([STARTED_BY_COMMAND]))
        if not _is_settled(home):
            yield dg.SkipReason("文件仍在复制 / files are still being copied")
            return
        try:
            days = pending_days(home, found)
        except RefusedError as refusal:
            yield dg.SkipReason(str(refusal))
            return
        if days:
            yield _request(days[0], context.instance)
        else:
            yield dg.SkipReason("没有新文件 / nothing new")

    return inbox
