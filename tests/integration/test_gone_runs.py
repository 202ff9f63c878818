"""A run whose process is gone keeps no other waiting: Dagster runs one at a time."""

import subprocess
import sys

import dagster as dg
import pytest

from pipelines.definitions import DAY_JOB, build
from pipelines.gone_runs import end_gone_runs
from pipelines.run_records import STARTED_BY_COMMAND
from pipelines.settings import dagster_environment
from warehouse.engines.duckdb_engine import connect
from warehouse.home import Home

STARTED, FAILURE = dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.FAILURE
OF_COMMAND = dict([STARTED_BY_COMMAND])


@dg.job
def nothing():
    """A run of it is only noted."""


@pytest.fixture
def home(tmp_path, monkeypatch):
    home = Home(tmp_path / "home")
    for name, value in dagster_environment(home).items():
        monkeypatch.setenv(name, value)
    connect(home.private_database).close()
    return home


@pytest.fixture
def instance(home):
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        yield instance


def started(instance, tags=None):
    """The id of a run that Dagster takes for under way."""
    return instance.create_run_for_job(nothing, status=STARTED, tags=tags).run_id


def status(instance, run_id):
    return instance.get_run_by_id(run_id).status


def test_a_run_that_nobody_works_on_has_failed(home, instance):
    ended = instance.create_run_for_job(nothing, status=dg.DagsterRunStatus.SUCCESS).run_id
    run_id = started(instance)
    assert end_gone_runs(instance, home) == 1
    assert status(instance, run_id) is FAILURE
    assert status(instance, ended) is dg.DagsterRunStatus.SUCCESS
    assert end_gone_runs(instance, home) == 0


HOLDS = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"


def test_while_somebody_writes_the_warehouse_runs_are_under_way(home, instance):
    run_id = started(instance)
    command = [sys.executable, "-c", HOLDS, str(home.private_database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout.readline() == "held\n"
        assert end_gone_runs(instance, home) == 0
        writer.stdin.close()
    assert status(instance, run_id) is STARTED


def test_the_sensor_ends_runs_of_a_command_that_was_killed_and_no_others(home, instance):
    of_daemon = started(instance)
    of_command = started(instance, OF_COMMAND)
    sensor = build(home).resolve_sensor_def("inbox")
    assert sensor.job_name == DAY_JOB
    sensor.evaluate_tick(dg.build_sensor_context(instance=instance))
    assert status(instance, of_command) is FAILURE
    assert status(instance, of_daemon) is STARTED
