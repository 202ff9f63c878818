"""Dagster's records of runs are dropped after a while, and nothing else: on a real instance of the storage in use."""

import datetime as dt
import sqlite3
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.partition_status_cache import AssetPartitionStatus

from pipelines import run_records
from pipelines.daily import run_days
from pipelines.definitions import build
from pipelines.run_records import STARTED_BY_COMMAND, forget_old_runs
from pipelines.settings import dagster_environment
from tests.integration.days import DAY_1, DAY_2, published, small_home
from warehouse.files import size_of
from warehouse.home import Home

DAYS = dg.DailyPartitionsDefinition(start_date="2026-01-01")
KEEP = 62
# A run of the day is megabytes: what an event of this one says makes its index grow as much.
TEXT = "字" * 20_000


@dg.asset(partitions_def=DAYS, check_specs=[dg.AssetCheckSpec("holds", asset="kept")])
def kept():
    yield dg.MaterializeResult(metadata={"text": TEXT}, check_results=[dg.AssetCheckResult(passed=True)])


@dg.asset(partitions_def=DAYS)
def seldom():
    return dg.MaterializeResult(metadata={"text": "once"})


@pytest.fixture
def home(tmp_path, monkeypatch):
    home = Home(tmp_path / "home")
    for name, value in dagster_environment(home).items():
        monkeypatch.setenv(name, value)
    return home


@pytest.fixture
def instance(home):
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        yield instance


def run(instance, day, asset=kept):
    """The id of a run of a day's partition."""
    return dg.materialize([asset], partition_key=day, instance=instance).run_id


def age(instance, *run_ids, days):
    """Makes runs older, as if they had been created so many days ago."""
    with instance.run_storage.connect() as connection:
        for run_id in run_ids:
            then = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
            connection.exec_driver_sql(
                "update runs set create_timestamp = ? where run_id = ?", (f"{then:%Y-%m-%d %H:%M:%S.%f}", run_id)
            )


def forget(instance, together=1):
    return forget_old_runs(instance, KEEP, DAYS, together)


def shards(home):
    """Files of runs, by run."""
    folder = home.dagster / "storage" / "history" / "runs"
    return {path.name.split(".")[0] for path in folder.iterdir()} - {"index"}


def rows_about(home, run_id):
    """Rows about a run in the index, by table."""
    path = home.dagster / "storage" / "history" / "runs" / "index.db"
    connection = sqlite3.connect(path)
    try:
        return {
            table: connection.execute(f"select count(*) from {table} where run_id = ?", (run_id,)).fetchone()[0]
            for table in ("event_logs", "asset_check_executions")
        }
    finally:
        connection.close()


def test_old_runs_go_with_all_that_is_recorded_of_them_and_recent_ones_stay(home, instance):
    old = [run(instance, f"2026-01-0{number}") for number in (1, 2, 3)]
    recent = run(instance, "2026-01-04")
    age(instance, *old, days=KEEP + 1)
    age(instance, recent, days=KEEP - 1)

    assert forget(instance) == 3

    assert {record.run_id for record in instance.get_runs()} == {recent}
    assert shards(home) == {recent}, "files as well"
    for run_id in old:
        assert rows_about(home, run_id) == {"event_logs": 0, "asset_check_executions": 0}
    assert all(rows_about(home, recent).values())
    assert len(instance.all_logs(recent)) > 5
    assert forget(instance) == 0


def test_pages_of_assets_still_show_the_latest_and_every_day_that_was_made(instance):
    """The run of an asset's latest materialisation stays however old; days whose runs went are still shown as made."""
    old = [run(instance, f"2026-01-0{number}") for number in (1, 2)]
    once = run(instance, "2026-01-02", seldom)
    latest = run(instance, "2026-01-03")
    age(instance, *old, once, latest, days=400)

    assert forget(instance) == 2

    for asset, run_id in ((kept, latest), (seldom, once)):
        event = instance.get_latest_materialization_event(asset.key)
        assert event.run_id == run_id
        assert instance.get_run_by_id(run_id).is_finished
        assert instance.all_logs(run_id)
    key = dg.AssetCheckKey(kept.key, "holds")
    made = instance.event_log_storage.get_asset_check_execution_history(key, limit=9)
    assert {check.run_id for check in made} == {latest}
    assert made[0].status.value == "SUCCEEDED"
    days = ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"]
    made = instance.get_status_by_partition(kept.key, days, DAYS)
    assert list(made.values()) == [AssetPartitionStatus.MATERIALIZED] * 3 + [None]
    # A run later on does not make them forgotten.
    run(instance, "2026-01-04")
    made = instance.get_status_by_partition(kept.key, days, DAYS)
    assert list(made.values()) == [AssetPartitionStatus.MATERIALIZED] * 4


def test_a_week_of_runs_goes_together(instance):
    runs = [run(instance, f"2026-01-0{number}") for number in range(1, 4)]
    age(instance, runs[0], days=KEEP + 1)
    assert forget(instance, together=2) == 0
    age(instance, runs[1], days=KEEP + 1)
    assert forget(instance, together=2) == 2


@pytest.mark.parametrize("status", ["NOT_STARTED", "STARTING", "STARTED", "CANCELING"])
def test_a_run_under_way_is_never_touched(instance, status):
    @dg.job
    def long():
        pass

    under_way = instance.create_run_for_job(long, status=dg.DagsterRunStatus(status)).run_id
    instance.report_engine_event("at work", instance.get_run_by_id(under_way))
    age(instance, under_way, days=400)
    assert forget(instance) == 0
    assert instance.get_run_by_id(under_way).status.value == status
    assert instance.all_logs(under_way)


def test_what_a_killed_command_left_as_started_goes_too(home, instance):
    """Nobody ever ends such a run: the command works in its own process, one at a time."""

    @dg.job
    def day():
        pass

    tags = dict([STARTED_BY_COMMAND])
    killed = instance.create_run_for_job(day, status=dg.DagsterRunStatus.STARTED, tags=tags).run_id
    instance.report_engine_event("at work", instance.get_run_by_id(killed))
    assert forget(instance) == 0
    age(instance, killed, days=KEEP + 1)
    assert forget(instance) == 1
    assert not instance.get_runs()
    assert not shards(home)


@pytest.mark.parametrize("place", ["delete_events_for_run", "unlink", "delete_run"])
def test_what_was_interrupted_is_taken_up_again(home, instance, monkeypatch, place):
    old, latest = run(instance, "2026-01-01"), run(instance, "2026-01-02")
    age(instance, old, days=KEEP + 1)
    owner = {
        "delete_events_for_run": type(instance.event_log_storage),
        "unlink": Path,
        "delete_run": type(instance.run_storage),
    }[place]

    def killed(*_words, **_options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(owner, place, killed)
        with pytest.raises(KeyboardInterrupt):
            forget(instance)
    forget(instance)
    assert [record.run_id for record in instance.get_runs()] == [latest]
    assert shards(home) == {latest}
    assert not any(rows_about(home, old).values())


def test_a_run_deleted_in_the_ui_leaves_no_file(home, instance):
    first, second = run(instance, "2026-01-01"), run(instance, "2026-01-02")
    instance.delete_run(first)
    assert shards(home) == {second}


def test_files_that_an_earlier_version_left_of_deleted_runs_go(home, instance):
    first, second = run(instance, "2026-01-01"), run(instance, "2026-01-02")
    instance.run_storage.delete_run(first)
    forget(instance)
    assert shards(home) == {second}
    assert not any(rows_about(home, first).values())


def test_the_disk_gets_its_space_back(home, instance):
    runs = [run(instance, f"2026-01-{number:02}") for number in range(1, 13)]
    index = home.dagster / "storage" / "history" / "runs" / "index.db"
    before = size_of(home.dagster)
    age(instance, *runs[:-1], days=KEEP + 1)
    forget(instance)
    assert size_of(home.dagster) < before / 3
    connection = sqlite3.connect(index)
    assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
    free, pages = (connection.execute(f"pragma {name}").fetchone()[0] for name in ("freelist_count", "page_count"))
    assert free * 4 < pages
    connection.close()
    # Once small, it is not written anew for the little that a day leaves.
    small = index.stat().st_size
    run(instance, "2026-02-01")
    forget(instance)
    assert index.stat().st_size >= small


def test_who_reads_meanwhile_neither_breaks_it_nor_is_broken(home, instance):
    """`hedui ui` may be open: it has the index and runs' files open."""
    old = [run(instance, f"2026-01-{number:02}") for number in range(1, 8)]
    age(instance, *old[:-1], days=KEEP + 1)
    folder = home.dagster / "storage" / "history" / "runs"
    readers = [sqlite3.connect(folder / f"{name}.db", isolation_level=None) for name in ("index", old[0])]
    for reader in readers:
        reader.execute("begin")
        assert reader.execute("select count(*) from event_logs").fetchone()[0]
    assert forget(instance) == 6
    for reader in readers:
        assert reader.execute("select count(*) from event_logs").fetchone()[0], "still what it was"
        reader.execute("rollback")
        reader.close()
    run(instance, "2026-01-09")
    assert instance.get_latest_materialization_event(kept.key)


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A home of real days, which declares that records go after a day."""
    house = small_home(tmp_path / "house")
    house.site.mkdir()
    (house.site / "retention.yaml").write_text(
        "- {name: run_records_days, zh: 记录, en: records, unit: days, "
        "versions: [{valid_from: 2020-01-01, value: 1, source: 镇文件}]}\n",
        encoding="utf-8",
    )
    for name, value in dagster_environment(house).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(run_records, "_TOGETHER", 1)
    return house


@pytest.mark.slow
def test_the_command_and_the_nightly_job_drop_what_the_site_declares(house):
    [first] = run_days(house, only=DAY_1).days
    with dg.DagsterInstance.get() as instance:
        age(instance, first.run_id, days=2)
    [second] = run_days(house, only=DAY_2).days
    with dg.DagsterInstance.get() as instance:
        assert [run.run_id for run in instance.get_runs()] == [second.run_id]
        assert shards(house) == {second.run_id}
        assert published(house, "select as_of from day_run order by 1") == [(DAY_1,), (DAY_2,)], "days stay"
        old = run(instance, "2026-01-01", seldom)
        run(instance, "2026-01-02", seldom)
        age(instance, old, second.run_id, days=2)
        nightly = build(house).resolve_job_def("run_records").execute_in_process(instance=instance)
        [made] = [event for event in nightly.all_node_events if event.is_successful_output]
        assert made.step_output_data.metadata["runs"].value == 1
        assert old not in shards(house)
        assert second.run_id in shards(house), "it made what the pages show as the latest"


def test_a_day_is_published_though_its_records_cannot_be_tidied(house, monkeypatch):
    def broken(*_words, **_options):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(run_records, "forget_old_runs", broken)
    assert run_days(house, only=DAY_1).exit_code == 0
