"""The process that runs checks: what it is asked it does through the owner's connection, and it ends with its owner."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from expectations.bridge import BrokenCheckError, CheckerFailedError, Validator, process
from expectations.bridge.channel import AskedCheck, Outcome, Validate
from warehouse.catalogue import catalogue
from warehouse.engines.changes import Changes
from warehouse.engines.duckdb_engine import WORK, DuckDBEngine

NAME = "王小明370481"
PLENTY = 60  # seconds


@pytest.fixture
def connection():
    engine = DuckDBEngine(duckdb.connect(), catalogue())
    engine.connection.execute(f"create table {WORK}.this_day (as_of date)")
    engine.connection.execute("create table secret as select ? as name", [NAME])
    return engine.connection


def validate(connection, *checks):
    asked = tuple(AskedCheck(f"check_{number}", "检查 / check", sql) for number, sql in enumerate(checks))
    return process.ask(Validate(0, "secret", asked), connection)


def test_rows_are_counted_through_the_owners_connection(connection):
    found = validate(
        connection, "select 1 from secret where name is null", "select 1 from secret union all select 1 from secret"
    )
    assert found == [Outcome("check_0", True, 0), Outcome("check_1", False, 2)]


def test_what_the_owner_has_not_committed_yet_is_checked_too(connection):
    connection.execute("begin")
    connection.execute("create table half as select 1 as one")
    assert validate(connection, "select 1 from half") == [Outcome("check_0", False, 1)]
    connection.execute("rollback")


def test_a_query_that_fails_is_told_without_its_message(connection, capfd):
    (outcome,) = validate(connection, "select 1 from secret where cast(name as integer) = 1")
    assert outcome == Outcome("check_0", False, None)
    heard = capfd.readouterr()
    assert NAME not in heard.out + heard.err


def test_a_check_that_does_not_fit_its_table_is_named(connection):
    connection.execute(f"create table {WORK}.correction (no_such_column integer)")
    with pytest.raises(BrokenCheckError, match=r"correction\.key_is_unique"):
        Validator(catalogue(), Changes()).validate(["correction"], connection)


def test_a_process_that_was_killed_is_told_and_another_takes_its_place(connection):
    assert validate(connection, "select 1 from secret")
    os.kill(process._processes[0]._process.pid, signal.SIGKILL)
    deadline = time.monotonic() + PLENTY
    while process._processes[0].is_alive and time.monotonic() < deadline:
        time.sleep(0.01)
    assert validate(connection, "select 1 from secret")


def test_a_process_that_dies_at_work_is_told_in_words(connection):
    def dying(*_arguments, **_options):
        os.kill(process._processes[0]._process.pid, signal.SIGKILL)
        raise duckdb.Error

    class Dying:
        execute = dying

    with pytest.raises(CheckerFailedError, match="检查程序没有完成 / the process that runs the checks"):
        validate(Dying(), "select 1 from secret")
    assert validate(connection, "select 1 from secret")


def test_it_ends_with_its_owner_however_that_ends():
    owner = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from expectations.bridge import process; process.begin(); "
            "print(process._processes[0]._process.pid, flush=True); import time; time.sleep(600)",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    checker = int(owner.stdout.readline())
    os.kill(checker, 0)
    owner.kill()
    owner.communicate()
    deadline = time.monotonic() + PLENTY
    while True:
        try:
            os.kill(checker, 0)
        except ProcessLookupError:
            return
        if Path(f"/proc/{checker}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z":
            return  # ended; nobody has asked how
        assert time.monotonic() < deadline
        time.sleep(0.05)
