"""`hedui demo`: what a new user sees first. Villages have their lists and are ranked; a second time changes nothing."""

import json
import subprocess
import sys

import duckdb
import pytest


def demo(home, *words):
    town = ("--persons", "2000", "--days", "3")
    command = [sys.executable, "-m", "pipelines.cli", "--home", str(home), "demo", *town, *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    home = tmp_path_factory.mktemp("demo")
    return home, demo(home)


def published(home, sql):
    with duckdb.connect(str(home / "published" / "current" / "hedui.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_every_day_is_run_once_and_lists_count_from_the_second(shown):
    home, ran = shown
    assert ran.returncode == 3, ran.stderr
    assert ran.stdout.count("检查通过 checks passed") == 3
    days = [day for (day,) in published(home, "select as_of from day_run order by as_of")]
    assert len(days) == 3
    handed = published(home, "select as_of, count(*) from day_input where kind = 'handover' group by as_of")
    assert {day for day, count in handed if count} == {days[1]}
    assert list((home / "worklists" / days[0].isoformat()).glob("*.xlsx"))


def test_nothing_to_rank_is_said_with_its_reason(shown):
    home, ran = shown
    [(ranked, most)] = published(
        home, "select count(rank), max(cases) from village_ranking where as_of = (select max(as_of) from day_run)"
    )
    assert ranked == 0
    words = " ".join(ran.stdout.split())
    assert "还没有村可以排名：案件量不到 10 的不排名" in words
    assert f"the most that a village has is {most}" in words
    assert "名次 rank" not in words


def test_a_machine_is_told_the_same(shown):
    home, _ = shown
    again = demo(home, "--json")
    told = json.loads(again.stdout)
    assert (told["simulated"], told["lists"]) == (None, None)
    assert [outcome["days"] for outcome in told["runs"]] == [[]]
    days = published(home, "select max(as_of)::varchar from day_run")
    assert (told["results"]["as_of"], told["results"]["ranking"]) == (days[0][0], [])


def test_a_second_time_changes_nothing_and_says_so(shown):
    home, _ = shown
    before = sorted(path.name for path in (home / "ledger").rglob("*"))
    again = demo(home)
    assert "没有任何变化" in again.stdout
    assert sorted(path.name for path in (home / "ledger").rglob("*")) == before
