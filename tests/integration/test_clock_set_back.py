"""A clock that was fast and was set back: what comes later counts as later, and what the clock says is told."""

import datetime as dt

import polars as pl
import pytest
from typer.testing import CliRunner

from assets.loaded import keep_list, read_lists
from assets.registries.landing import land_inbox
from assets.registries.manifest import read_manifests
from assets.registries.recognition import in_force
from pipelines.cli import app
from tests.integration.days import DAY_1
from tests.integration.extracts import HEALTH, LI, WANG, inbox, write_csv
from tests.integration.landed import only
from warehouse.catalogue import catalogue
from warehouse.clock import not_before, today
from warehouse.engines.duckdb_engine import connect
from warehouse.home import Home

FAST = dt.datetime(2026, 11, 2, 4, tzinfo=dt.UTC)
SET_BACK = FAST - dt.timedelta(hours=20)


def test_what_comes_later_is_known_later():
    assert not_before(SET_BACK, []) == SET_BACK
    assert not_before(FAST, [SET_BACK.isoformat()]) == FAST
    assert not_before(SET_BACK, [SET_BACK.isoformat(), FAST.isoformat()]) > FAST


def test_a_file_that_is_sent_again_replaces_the_one_that_came_while_the_clock_was_fast(tmp_path):
    home, layouts = Home(tmp_path / "home"), catalogue().layouts
    path = inbox(home.path, "health_registry", f"{DAY_1}_full.csv")
    write_csv(path, [HEALTH, WANG])
    land_inbox(home, layouts, received_at=FAST)
    write_csv(path, [HEALTH, WANG, LI])
    mended = only(land_inbox(home, layouts, received_at=SET_BACK))
    assert in_force(read_manifests(home)) == [mended]


def test_so_does_a_list_of_corrections(tmp_path):
    for number, instant in enumerate((FAST, SET_BACK)):
        assert keep_list(tmp_path, pl.DataFrame({"correction_no": [f"K{number}"]}), DAY_1, instant)
    newest = read_lists(tmp_path)[-1]
    assert "K1" in (tmp_path / f"{newest.list_id}.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", ["run", "doctor"])
def test_a_clock_behind_what_is_published_is_told(tmp_path, command):
    home = Home(tmp_path / "home")
    home.prepare()
    home.published_database.parent.mkdir()
    tomorrow = today() + dt.timedelta(days=1)
    with connect(home.published_database) as connection:
        connection.execute(f"create table day_run as select date '{tomorrow}' as as_of, '' as fingerprint")
        connection.execute("create table day_input (as_of date, kind varchar, input_id varchar)")
    with connect(home.private_database) as connection:
        connection.execute(f"create table day_run as select date '{tomorrow}' as as_of, '' as fingerprint")
    told = CliRunner().invoke(app, ["--home", str(home.path), command])
    assert f"电脑日期 {today()} 早于已发布的 {tomorrow}，请校准" in " ".join(told.output.split()), told.output
    assert isinstance(told.exception, SystemExit | None), "nothing was ever received here, and that is told too"
