"""A part of a home that was put back from an older backup than the rest is told of; no day is run on it."""

import shutil

import pytest
from typer.testing import CliRunner

from assets.older_parts import OlderPartError
from assets.stage import tried_again
from pipelines.cli import app
from tests.integration.days import DAY_1, DAY_2, copy_of, private, published, run
from tests.integration.whole_day import kept_day
from warehouse.published_days import DayToComeError, LateDayError


@pytest.fixture(scope="module")
def second_day(home_after_one_day, tmp_path_factory):
    home = copy_of(home_after_one_day, tmp_path_factory.mktemp("second_day") / "home")
    kept_day(home, DAY_2)
    home.inbox.chmod(0o700)
    return home


def put_back(home, backup, part):
    """Restores a folder of a home as it was in a backup."""
    shutil.rmtree(home.path / part)
    shutil.copytree(backup.path / part, home.path / part, symlinks=True)


def hedui(home, *command):
    ran = CliRunner().invoke(app, ["--home", str(home.path), *command])
    assert isinstance(ran.exception, SystemExit | None), ran.output
    return ran.exit_code, "".join(ran.output.split())


def days_published(home):
    return [day for (day,) in published(home, "select as_of from day_run order by 1")]


def test_a_home_of_one_time_is_told_to_be_so(second_day):
    assert "各部分同一时间partsofonetime:是/yes" in hedui(second_day, "doctor")[1]


def test_an_older_private_warehouse_takes_no_published_day_away(second_day, home_after_one_day, tmp_path):
    home = copy_of(second_day, tmp_path / "home")
    put_back(home, home_after_one_day, "private")
    for command in ("doctor", "run"):
        code, said = hedui(home, command)
        assert code == 1
        assert f"里没有已发布的{DAY_2}" in said
    assert days_published(home) == [DAY_1, DAY_2]


@pytest.mark.slow
def test_what_is_said_mends_it(second_day, home_after_one_day, tmp_path):
    home = copy_of(second_day, tmp_path / "home")
    put_back(home, home_after_one_day, "private")
    put_back(home, home_after_one_day, "published")
    assert run(home).success
    assert days_published(home) == [DAY_1, DAY_2]


@pytest.mark.slow
def test_input_that_published_days_knew_and_that_is_gone_is_told(second_day, tmp_path):
    home = copy_of(second_day, tmp_path / "home")
    figures = f"select table_name, digest from day_digest where as_of = date '{DAY_2}' and table_name like 'village%'"
    before = sorted(private(home, figures))
    shutil.rmtree(home.landed / "household_register")
    taken_away = home.inbox.rename(tmp_path / "inbox")
    for command in ("doctor", "run"):
        code, said = hedui(home, command)
        assert code == 1
        assert "少了已发布的日子用过的1项输入" in said
    shutil.copytree(taken_away, home.inbox, dirs_exist_ok=True)
    assert run(home).success
    assert run(home).days == []
    assert "各部分同一时间partsofonetime:是/yes" in hedui(home, "doctor")[1]
    assert sorted(private(home, figures)) == before


@pytest.mark.parametrize("error", [OlderPartError("…"), LateDayError(DAY_1, DAY_2), DayToComeError(DAY_2, DAY_1)])
def test_what_no_time_mends_is_not_tried_again_in_the_same_run(error):
    @tried_again(3, 0)
    def step(_context):
        raise error

    with pytest.raises(type(error)):
        step(None)
