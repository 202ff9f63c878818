"""Dagster's records of runs are dropped after a while: of a day they take megabytes, and nobody proves a day by them.

What a day knew, what it was computed by and what came of it stays in day_run, day_input, day_digest and the ledger.
"""

import datetime as dt

import dagster as dg
from dagster._core.storage.dagster_run import FINISHED_STATUSES

from pipelines.instance_storage import OpenSqliteEventLogStorage
from warehouse.clock import TIME_ZONE, today
from warehouse.files import size_of
from warehouse.home import Home
from warehouse.parameters.retention import RUN_RECORDS, days_kept

RECORDS_JOB = "run_records"
STARTED_BY_COMMAND = ("hedui/started_by", "command")
_TOGETHER = 7  # noting for all assets what they were made for takes a second, of however many runs
_AT_ONCE = 100  # a house with years of records is brought down to size in some days, and no day waits for it


def forget_old_runs(
    instance: dg.DagsterInstance, days: int, partitions: dg.PartitionsDefinition, together: int | None = None
) -> int:
    """Drops the records of runs older than so many days, once there are so many of them; returns of how many.

    Runs under way stay, and those that made what an asset's page shows as its latest. The days of `partitions` that an
    asset was made for are noted before: its page goes on showing them as made. May be killed at any point and repeated.
    """
    storage = instance.event_log_storage
    if not isinstance(storage, OpenSqliteEventLogStorage):
        return 0
    files = set(storage.get_all_run_ids())  # before the runs are asked for: a run is there before its file
    deleted_before = sorted(files - set(instance.run_storage.get_run_ids()))
    assets = instance.get_asset_records()
    latest = {
        asset.asset_entry.last_materialization_record.run_id
        for asset in assets
        if asset.asset_entry.last_materialization_record
    }
    over = [run_id for run_id in _over(instance, days, _AT_ONCE + len(latest)) if run_id not in latest][:_AT_ONCE]
    if len(over) < (together or _TOGETHER) and not deleted_before:
        return 0
    for asset in assets:
        instance.get_status_by_partition(asset.asset_entry.asset_key, [], partitions)
    storage.delete_check_results([*over, *deleted_before])
    for run_id in deleted_before:
        storage.delete_events(run_id)
    for run_id in over:
        instance.delete_run(run_id)
    storage.give_back_space()
    return len(over)


def _over(instance: dg.DagsterInstance, days: int, limit: int) -> list[str]:
    """Runs begun more than so many days ago that are over, oldest first.

    So are those of the command that nobody ended: it works in its own process, and was killed.
    """
    before = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
    filters = (
        dg.RunsFilter(created_before=before, statuses=FINISHED_STATUSES),
        dg.RunsFilter(created_before=before, tags=dict([STARTED_BY_COMMAND])),
    )
    found = [run for wanted in filters for run in instance.get_run_records(wanted, limit=limit, ascending=True)]
    return list(dict.fromkeys(record.dagster_run.run_id for record in sorted(found, key=lambda run: run.storage_id)))


def run_records_job(home: Home, partitions: dg.PartitionsDefinition) -> dg.JobDefinition:
    """The job that drops old records where Dagster runs the days; its run says of how many runs, and what is left."""

    @dg.op(name="forget_old_runs", description="删除过期的运行记录 / drop the records of old runs")
    def forget(context: dg.OpExecutionContext) -> None:
        runs = forget_old_runs(context.instance, days_kept(RUN_RECORDS, today(), home.site), partitions)
        context.add_output_metadata({"runs": runs, "megabytes_left": round(size_of(home.dagster) / 1e6, 1)})

    @dg.job(name=RECORDS_JOB, description="删除过期的运行记录，腾出磁盘 / drop the records of old runs, free disk")
    def run_records() -> None:
        forget()

    return run_records


def records_schedule(job: dg.JobDefinition) -> dg.ScheduleDefinition:
    """At night, when nobody looks; a machine that is off then does it with its next `hedui run`, or another night."""
    return dg.ScheduleDefinition(
        name="forget_old_runs_at_0330",
        job=job,
        cron_schedule="30 3 * * *",
        execution_timezone=TIME_ZONE,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="每日 3:30 删除过期的运行记录 / drop the records of old runs every day at 3:30",
    )
