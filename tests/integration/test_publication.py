"""Readers of the published warehouse never wait, never fail and never see half a day."""

import datetime as dt
import json
import shutil
import subprocess
import sys
from contextlib import suppress

import pytest

from pipelines.daily import run_days
from tests.integration.days import DAY_2, copy_of, published, run
from tests.integration.extracts import HEALTH, inbox, write_csv
from warehouse.catalogue import catalogue
from warehouse.engines.duckdb_engine import connect
from warehouse.publish import publish

READERS, QUERIES = 4, 250

# What a reader does, in a process of its own: open, ask three tables for their newest day, close.
READER = """
import json, sys, duckdb
path, queries = sys.argv[1], int(sys.argv[2])
seen = []
sys.stdout.write("ready\\n"); sys.stdout.flush()
for _ in range(queries):
    with duckdb.connect(path, read_only=True) as connection:
        seen.append([str(day) for day in connection.execute(
            "select (select max(as_of) from day_run), (select max(as_of) from village_ranking), "
            "(select max(as_of) from indicator_value), (select count(*) from village_ranking)").fetchall()[0]])
print(json.dumps(seen))
"""


@pytest.mark.slow
def test_a_thousand_queries_while_days_are_published(home_after_one_day, tmp_path):
    home = copy_of(home_after_one_day, tmp_path / "home")
    command = [sys.executable, "-c", READER, str(home.published_database), str(QUERIES)]
    readers = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(READERS)
    ]
    for reader in readers:
        assert reader.stdout.readline() == "ready\n"
    day = DAY_2
    run(home, only=day)
    while any(reader.poll() is None for reader in readers):
        day = day.replace(day=day.day + 1)
        row = [f"R{day.day}", "赵敏", "女", "1990-02-03", "", "370481105201"]
        write_csv(inbox(home.path, "health_registry", f"{day}_changes.csv"), [HEALTH, row])
        assert run_days(home).success
    states = []
    for reader in readers:
        out, errors = reader.communicate(timeout=60)
        assert reader.returncode == 0, errors
        states += json.loads(out)
    assert len(states) == READERS * QUERIES
    for newest, ranked, measured, rows in states:
        assert newest == ranked == measured
        assert int(rows) % 51 == 0
    assert published(home, "select max(as_of) from day_run") == [(day,)]


def test_a_crash_while_publishing_leaves_the_old_edition(home_after_one_day, tmp_path, monkeypatch):
    """The new edition is written beside the old one: until it is whole, nobody sees it, and the next run mends it."""
    from warehouse import publish

    home = copy_of(home_after_one_day, tmp_path / "home")
    before = home.published_database.resolve()

    def crash(*_arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(publish, "_write", crash)
        with suppress(KeyboardInterrupt):
            assert not run(home, only=DAY_2).success
    assert home.published_database.resolve() == before
    assert run(home).success
    assert published(home, "select max(as_of) from day_run") == [(DAY_2,)]
    assert not list(home.published.glob(".edition-*"))


@pytest.mark.slow
def test_a_clock_set_back_costs_no_edition(home_after_one_day, tmp_path):
    """Editions that bear times to come, as a wrong clock had made them, are not newer than what is published now."""
    home = copy_of(home_after_one_day, tmp_path / "home")
    ahead = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    for minutes in range(6):
        edition = home.published / f"edition-{ahead + dt.timedelta(minutes=minutes):%Y%m%dT%H%M%S%f}"
        shutil.copytree(home.published_database.parent.resolve(), edition)
    (home.published / "current").unlink()
    (home.published / "current").symlink_to(edition.name)

    assert run(home, only=DAY_2).success
    assert published(home, "select max(as_of) from day_run") == [(DAY_2,)]
    assert home.published_database.resolve().parent.name > edition.name
    assert edition.exists()  # for readers that had just found it


def test_an_edition_copied_by_hand_is_left_alone_and_hinders_nothing(home_after_one_day, tmp_path):
    home = copy_of(home_after_one_day, tmp_path / "home")
    edition = home.published_database.parent.resolve()
    copied = edition.with_name(f"{edition.name} - 副本")
    shutil.copytree(edition, copied)
    with connect(home.private_database) as connection:
        published = [publish(connection, catalogue(), home).edition for _ in range(6)]
    assert home.published_database.parent.resolve() == published[-1]
    assert copied.exists()
