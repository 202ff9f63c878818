"""Everything Dagster knows of Hedui, assembled by one function.

`dagster` and `hedui` load this module; nothing is read from disk or environment before `definitions` is called.
"""

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from assets.benefits import stage as benefits
from assets.board import stage as board
from assets.building import MODEL_STAGES
from assets.computed import COMPUTED
from assets.fees import stage as fees
from assets.publication import stage as publication
from assets.registries import stage as registries
from assets.stage import model_stage
from pipelines.inbox_sensor import inbox_sensor
from pipelines.mail import mail_job, mail_sensor
from pipelines.resources import warehouse_resource
from pipelines.run_records import records_schedule, run_records_job
from pipelines.settings import FIRST_DAY, current_home
from warehouse.catalogue import catalogue
from warehouse.clock import TIME_ZONE
from warehouse.home import Home

DAY_JOB, RECONCILE_JOB, PUBLISH_JOB = "day", "reconcile", "publish"


def day_partitions() -> dg.DailyPartitionsDefinition:
    """The days that every asset is made for."""
    return dg.DailyPartitionsDefinition(start_date=FIRST_DAY.isoformat(), timezone=TIME_ZONE, end_offset=1)


def build(home: Home) -> dg.Definitions:
    """Assets, jobs, schedules and the sensor for one home."""
    found = catalogue(home.site)
    days = day_partitions()
    stages = [
        registries.assets(found, days),
        *(model_stage(found, stage, days, COMPUTED) for stage in MODEL_STAGES),
        publication.documents(found, days),
        publication.digests(found, days),
        publication.publication(found, days),
        board.assets(found, days),
        *benefits.assets(found, days),
        fees.assets(found, days),
    ]
    everything = dg.AssetSelection.all()
    published = dg.AssetSelection.assets(
        publication.PUBLISHED, board.BOARD, benefits.POSTINGS, benefits.MESSAGES, fees.DISCLOSURE
    )

    def job(name: str, selection: dg.AssetSelection, description: str) -> UnresolvedAssetJobDefinition:
        return dg.define_asset_job(name, selection, description=description)

    jobs = [
        job(
            DAY_JOB,
            everything,
            "一天的全部工作：接收、核对、排名、发布 / the whole day: land, reconcile, rank, publish",
        ),
        job(RECONCILE_JOB, everything - published, "16:30 核对，暂不发布 / reconcile, without publishing"),
        job(PUBLISH_JOB, published, "17:00 发布当日结果 / publish the day that was reconciled"),
    ]

    def schedule(name: str, target: str, cron: str, description: str) -> dg.ScheduleDefinition:
        @dg.schedule(
            name=name,
            job_name=target,
            cron_schedule=cron,
            execution_timezone=TIME_ZONE,
            default_status=dg.DefaultScheduleStatus.RUNNING,
            description=description,
        )
        def at(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
            day = context.scheduled_execution_time.date().isoformat()
            return dg.RunRequest(run_key=f"{name}-{day}", partition_key=day)

        return at

    schedules = [
        schedule("reconcile_at_1630", RECONCILE_JOB, "30 16 * * *", "每日 16:30 核对 / reconcile every day at 16:30"),
        schedule("publish_at_1700", PUBLISH_JOB, "0 17 * * *", "每日 17:00 发布 / publish every day at 17:00"),
    ]
    records_job = run_records_job(home, days)
    return dg.Definitions(
        assets=stages,
        jobs=[*jobs, mail_job(home), records_job],
        schedules=[*schedules, records_schedule(records_job)],
        sensors=[inbox_sensor(home, found, DAY_JOB), mail_sensor(home)],
        resources={"warehouse": warehouse_resource(home)},
        # One process writes the warehouse: also where assets are picked in the UI, beside the jobs.
        executor=dg.in_process_executor,
    )


@dg.definitions
def definitions() -> dg.Definitions:
    """The definitions of the home named by HEDUI_HOME."""
    return build(current_home())
