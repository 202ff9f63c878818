"""A sensor on the inbox: new extracts start the day they belong to."""

import time
from collections.abc import Iterator

import dagster as dg

from pipelines.days import pending_days
from warehouse.catalogue import Catalogue
from warehouse.home import Home

_SETTLED_SECONDS = 30  # a file still being copied keeps changing
_INTERVAL_SECONDS = 60


def _is_settled(home: Home) -> bool:
    files = [path for folder in (home.inbox, home.returns) for path in folder.rglob("*") if path.is_file()]
    return all(time.time() - path.stat().st_mtime > _SETTLED_SECONDS for path in files)


def inbox_sensor(home: Home, found: Catalogue, job_name: str) -> dg.SensorDefinition:
    """Requests a run for every day that has extracts and was not run with them yet."""

    @dg.sensor(
        name="inbox",
        job_name=job_name,
        minimum_interval_seconds=_INTERVAL_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="收件箱有新提取文件时运行当日任务 / new extracts in the inbox start their day",
    )
    def inbox(_context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        if not _is_settled(home):
            yield dg.SkipReason("文件仍在复制 / files are still being copied")
            return
        days = pending_days(home, found)
        for day in days:
            yield dg.RunRequest(run_key=f"{day.as_of}-{day.fingerprint}", partition_key=day.as_of.isoformat())
        if not days:
            yield dg.SkipReason("没有新文件 / nothing new")

    return inbox
