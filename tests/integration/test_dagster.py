"""What a data engineer finds in Dagster: described assets, partitions, jobs, schedules, the inbox sensor, backfills."""

import datetime as dt

import dagster as dg
import pytest

from pipelines.definitions import build
from pipelines.settings import dagster_environment
from tests.integration.days import DAY_1, DAY_2, published, run, small_home


@pytest.fixture
def home(tmp_path, monkeypatch):
    home = small_home(tmp_path / "home")
    for name, value in dagster_environment(home).items():
        monkeypatch.setenv(name, value)
    return home


def test_every_asset_is_described_owned_and_grouped(home):
    graph = build(home).resolve_asset_graph()
    specs = [graph.get(key) for key in graph.materializable_asset_keys]
    assert len(specs) > 60
    for spec in specs:
        assert spec.group_name != "default"
        assert spec.owners
        assert spec.kinds
        assert any("\u4e00" <= character <= "\u9fff" for character in spec.description), spec.key
        assert spec.partitions_def is not None
    ranking = graph.get(dg.AssetKey(["ranking", "village_ranking"]))
    assert [column.name for column in ranking.metadata["dagster/column_schema"].columns][:2] == [
        "as_of",
        "unit_code",
    ]
    assert dg.AssetKey(["ranking", "unit_score"]) in ranking.parent_keys
    published_warehouse = graph.get(dg.AssetKey(["publication", "published_warehouse"]))
    assert ranking.key in published_warehouse.parent_keys


def test_one_process_builds_a_day_also_where_assets_are_picked_in_the_ui(home):
    """Assets picked there, or backfilled, run as a job of Dagster's own. A process for each step: all locked out."""
    definitions = build(home)
    jobs = [definitions.resolve_job_def(job.name) for job in definitions.jobs]
    jobs.append(definitions.resolve_implicit_global_asset_job_def())
    assert {job.executor_def.name for job in jobs} == {"in_process"}


def test_the_day_is_reconciled_at_1630_and_published_at_1700_in_shanghai(home):
    definitions = build(home)
    schedules = {name: definitions.resolve_schedule_def(name) for name in ("reconcile_at_1630", "publish_at_1700")}
    assert {name: (s.cron_schedule, s.execution_timezone) for name, s in schedules.items()} == {
        "reconcile_at_1630": ("30 16 * * *", "Asia/Shanghai"),
        "publish_at_1700": ("0 17 * * *", "Asia/Shanghai"),
    }
    # 08:30 UTC is 16:30 in Shanghai: the run is about the Shanghai day.
    at = dt.datetime(2026, 11, 24, 8, 30, tzinfo=dt.UTC)
    context = dg.build_schedule_context(scheduled_execution_time=at)
    request = schedules["reconcile_at_1630"](context)
    assert request.partition_key == "2026-11-24"


def test_records_of_old_runs_are_dropped_every_night_without_anybody_asking(home):
    schedule = build(home).resolve_schedule_def("forget_old_runs_at_0330")
    assert (schedule.job_name, schedule.cron_schedule, schedule.execution_timezone, schedule.default_status) == (
        "run_records",
        "30 3 * * *",
        "Asia/Shanghai",
        dg.DefaultScheduleStatus.RUNNING,
    )


def test_reconciling_and_publishing_apart_is_a_whole_day(home):
    definitions = build(home)
    with dg.DagsterInstance.get() as instance:
        for name in ("reconcile", "publish"):
            job = definitions.resolve_job_def(name)
            assert job.execute_in_process(instance=instance, partition_key=DAY_1.isoformat()).success
            assert home.published_database.exists() == (name == "publish")
        pages = [
            instance.get_latest_materialization_event(dg.AssetKey(["publication", name])).asset_materialization.metadata
            for name in ("published_warehouse", "board")
        ]
    # Both pages show the ranking as a table and lead to the board.
    for page in pages:
        assert page["ranking"].value.splitlines()[0].startswith("| 名次 rank | 村 village |")
        assert len(page["ranking"].value.splitlines()) == 2 + 51
        assert page["board"].value == (home.board / DAY_1.isoformat() / "index.html").resolve().as_uri()
    assert published(home, "select as_of from day_run") == [(DAY_1,)]


def test_the_sensor_asks_for_days_with_new_extracts_once(home, monkeypatch):
    from pipelines import inbox_sensor

    sensor = build(home).resolve_sensor_def("inbox")
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(instance=instance)
        # Files that were written this very moment may still be growing.
        assert [type(answer) for answer in sensor(context)] == [dg.SkipReason]
        monkeypatch.setattr(inbox_sensor, "_SETTLED_SECONDS", -1)
        # One after the other: a day that failed while a later one was published could not be published any more.
        for day in (DAY_1, DAY_2):
            assert [request.partition_key for request in sensor(context)] == [day.isoformat()]
            run(home, only=day)
        assert [type(answer) for answer in sensor(context)] == [dg.SkipReason]


def test_the_sensor_asks_again_for_a_day_that_failed_but_not_for_ever(home, monkeypatch):
    """Dagster starts a run key once: under the same key a day that failed by chance was never run again."""
    from pipelines import inbox_sensor

    monkeypatch.setattr(inbox_sensor, "_SETTLED_SECONDS", -1)
    sensor = build(home).resolve_sensor_def("inbox")
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(instance=instance)

        @dg.job
        def day():
            pass

        def asked():
            [answer] = sensor(context)
            return answer

        keys = []
        for _ in range(inbox_sensor._TRIES):
            request = asked()
            assert request.partition_key == DAY_1.isoformat()
            assert asked().run_key == request.run_key, "under one key until it failed"
            keys.append(request.run_key)
            instance.create_run_for_job(day, tags=request.tags, status=dg.DagsterRunStatus.FAILURE)
            monkeypatch.setattr(inbox_sensor, "_AGAIN_SECONDS", 600)
            assert isinstance(asked(), dg.SkipReason), "not at once"
            monkeypatch.setattr(inbox_sensor, "_AGAIN_SECONDS", -1)
        assert len(set(keys)) == inbox_sensor._TRIES
        assert "手工重跑" in asked().skip_message


@pytest.mark.slow
def test_a_past_week_can_be_filled_in(home):
    """A backfill runs one partition after the other; each day is as it would have been."""
    week = [DAY_1 + dt.timedelta(days=ahead) for ahead in range(7)]
    job = build(home).resolve_job_def("day")
    with dg.DagsterInstance.get() as instance:
        for day in week:
            assert job.execute_in_process(instance=instance, partition_key=day.isoformat()).success
    assert [day for (day,) in published(home, "select as_of from day_run order by 1")] == week
    assert published(home, "select distinct count(*) from village_ranking group by as_of") == [(51,)]
