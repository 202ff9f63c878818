"""What commands say on a terminal of 100 columns, in both languages, and what they say to machines."""

import io
import json
import os
import re
import subprocess
import sys

import pytest
from rich.cells import cell_len
from rich.console import Console
from typer.testing import CliRunner

from assets.building import RECORDED
from pipelines.cli import app
from pipelines.days import PendingDay
from pipelines.screen import PIPED_WIDTH
from pipelines.settings import command_for
from pipelines.terminal import _STAGES, _Watch
from tests.integration.days import DAY_1, small_home
from tests.integration.whole_day import kept_day
from warehouse.catalogue import catalogue
from warehouse.home import Home
from warehouse.parameters import declared_indicators


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home after one day."""
    home = small_home(tmp_path_factory.mktemp("terminal"))
    kept_day(home, DAY_1)
    return home


def hedui(home, *words):
    """Exit code, standard output, standard error."""
    ran = CliRunner().invoke(app, ["--home", str(home.path), *map(str, words)])
    assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exception
    return ran.exit_code, ran.stdout, ran.stderr


def widest(said):
    return max(map(cell_len, said.splitlines()))


@pytest.mark.parametrize("stage", ["registries", *RECORDED, "publication"])
def test_progress_names_every_stage_in_both_languages_and_fits(stage):
    screen = io.StringIO()
    watch = _Watch(Console(file=screen, force_terminal=True, width=PIPED_WIDTH, legacy_windows=False), steps=9)
    longest = max(catalogue().tables, key=len)
    with watch.showing():
        watch.days([PendingDay(DAY_1, "")] * 10)
        watch.table(stage, longest, 12_345_678, 0)
        watch._progress.refresh()
    said = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen.getvalue())
    assert f"{_STAGES[stage]} {stage}" in said
    assert longest in said
    assert "12,345,678 行 rows" in said
    assert widest(said.replace("\r", "\n")) <= PIPED_WIDTH


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("selec 1", "语法有误 / the syntax is wrong"),
        ("select * from nobody", "没有这张表或这个函数 / no such table or function"),
        ("select * from person", "请加 --private 导出"),
        (f"select {'a' * 150} from village", "没有这一列"),
        ("select 'x'::date", "有值不能转换为所要的类型"),
        ("create table x as select 1", "发布库只读 / it cannot be done here"),
        ("select * from read_csv('/etc/passwd')", "这里不允许 / it is not allowed here"),
        ("select 1; selec 2", "语法有误"),
        (".schema", "没有这个命令，只有 / no such command, there is: .tables"),
    ],
)
def test_an_error_in_sql_is_told_by_kind_and_fits(home, query, words):
    code, out, said = hedui(home, "sql", query)
    assert code in (1, 2)
    assert out == ""
    assert words in said
    assert widest(said) <= PIPED_WIDTH


def test_every_statement_of_a_query_is_shown(home):
    code, out, _ = hedui(home, "sql", "select 1 as one; select 2 as two;")
    assert code == 0
    assert re.search(r"one.*1.*two.*2", out, re.DOTALL)


def test_rows_too_wide_to_stand_beside_each_other_are_shown_one_below_the_other(home):
    _, said, _ = hedui(home, "sql", "select * from indicator order by indicator")
    assert widest(said) <= PIPED_WIDTH
    assert "  ".join(["indicator", "archive_complete"]) in re.sub(" +", "  ", said)
    assert [line.split()[0] for line in said.splitlines()].count("meaning_zh") == len(declared_indicators())


def test_rows_of_which_only_a_text_is_too_long_stay_beside_each_other(home):
    _, said, _ = hedui(home, "sql", "select indicator, weight, meaning_en from indicator order by indicator")
    assert widest(said) <= PIPED_WIDTH
    assert said.split()[:3] == ["indicator", "weight", "meaning_en"]


def test_a_machine_is_given_one_statement_at_a_time(home):
    code, out, said = hedui(home, "sql", "select 1 as one; select 2 as two", "--json")
    assert (code, out) == (2, "")
    assert "每次一条语句 / with --json one statement" in said
    assert json.loads(hedui(home, "sql", "select 1 as one", "--json")[1]) == [{"one": 1}]


def test_json_holds_every_column_and_only_what_json_knows(home):
    """A column whose name was there already was lost; NaN is no JSON."""
    query = "select 1 as n, 2 as n, 'nan'::double as x, 3 as n_1, 0.5::double as y"
    told = json.loads(hedui(home, "sql", query, "--json")[1], parse_constant=pytest.fail)
    assert told == [{"n": 1, "n_1": 2, "x": None, "n_1_1": 3, "y": 0.5}]


def test_dot_commands_are_those_of_the_shell(home):
    code, out, _ = hedui(home, "sql", ".tables")
    assert code == 0
    assert "village_ranking" in out
    shell = CliRunner().invoke(app, ["--home", str(home.path), "sql"], input=".tables\n.schema\n.quit\n")
    assert out.strip() in shell.stdout
    assert "没有这个命令，只有 / no such command, there is: .tables" in shell.stdout


def test_what_was_written_is_told_to_machines(home, tmp_path):
    out = tmp_path / "village.csv"
    code, told, _ = hedui(home, "export", "village", "--out", out, "--json")
    assert code == 0
    assert json.loads(told) == {"table": "village", "rows": 51, "out": str(out)}
    town = Home(tmp_path / "town")
    code, told, _ = hedui(town, "simulate", "--persons", 500, "--days", 1, "--json")
    assert code == 0
    assert json.loads(told)["files"] == sum(path.is_file() for path in town.inbox.rglob("*"))
    assert set(json.loads(told)) == {"files", "planted", "seconds"}


def test_commands_are_named_with_the_home_that_they_are_for(home, monkeypatch):
    assert command_for(home) == f"hedui --home {home.path}"
    monkeypatch.setenv("HEDUI_HOME", str(home.path))
    assert command_for(home) == "hedui"


@pytest.mark.parametrize(
    ("encoding", "seen"), [("gbk", "\\u2713 Python"), ("ascii", "\\u2713 Python"), ("utf-8", "✓ Python")]
)
def test_what_the_terminal_cannot_show_ends_nothing_in_an_error(home, encoding, seen):
    command = [sys.executable, "-m", "pipelines.command", "--home", str(home.path), "doctor"]
    ran = subprocess.run(command, capture_output=True, check=False, env=os.environ | {"PYTHONIOENCODING": encoding})
    assert b"Traceback" not in ran.stderr
    assert seen in ran.stdout.decode(encoding)


def test_where_output_was_closed_nobody_is_told(home):
    command = f'exec "{sys.executable}" -m pipelines.command --home "{home.path}" sql "select 1" >&-'
    ran = subprocess.run(["/bin/sh", "-c", command], capture_output=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, b"")
