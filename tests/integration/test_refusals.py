"""What cannot be done is refused in words and with an exit code, in both languages, never with a traceback."""

import datetime as dt
import re
import socket
import subprocess
import sys
from itertools import pairwise

import openpyxl
import polars as pl
import pytest
from typer.testing import CliRunner

from assets.registries.taking_in import take_in
from pipelines.cli import app
from pipelines.open_warehouse import open_warehouse
from pipelines.refusal import RefusedError
from pipelines.result_file import write_frame
from tests.integration.days import DAY_1, DAY_2, copy_of, private, published, small_home
from tests.integration.whole_day import kept_day
from warehouse.catalogue import catalogue
from warehouse.clock import today
from warehouse.engines.duckdb_engine import DuckDBEngine, connect
from warehouse.home import Home
from warehouse.published_days import DayToComeError, LateDayError


def hedui(home, *arguments):
    """Exit code and what was said on standard error; a traceback fails the test."""
    ran = CliRunner().invoke(app, ["--home", str(home.path), *map(str, arguments)])
    assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exception
    return ran.exit_code, ran.stderr


CHINESE = re.compile(r"[\u4e00-\u9fff]")


def assert_told(said):
    assert re.search(r"✗ .*[\u4e00-\u9fff].* / .*[a-z]", " ".join(said.split())), said


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A home after one day."""
    home = small_home(tmp_path_factory.mktemp("kept"))
    kept_day(home, DAY_1)
    return home


@pytest.fixture
def nothing(tmp_path):
    """A home in which nothing was run yet."""
    home = Home(tmp_path / "home")
    home.prepare()
    return home


@pytest.mark.parametrize(
    "command",
    [
        ("sql", "select 1"),
        ("sql",),
        ("export", "village", "--out", "village.csv"),
        ("export", "village", "--private", "--out", "village.csv"),
        ("worklists",),
        ("replay",),
        ("replay", "--date", "2026-11-01"),
        ("diff", "2026-11-01"),
        ("trace", "ranking", "all", "2026-11-01"),
        ("accuracy",),
        ("board",),
        ("meetings",),
        ("explain-benefit", "1"),
        ("postings",),
        ("messages",),
        ("disclosure",),
        ("explain", "R1"),
        ("link-review", "--out", "queue.csv"),
        ("corrections",),
        ("train-linkage",),
        ("train-direction",),
    ],
    ids=" ".join,
)
def test_what_needs_a_day_is_refused_before_there_is_one(nothing, command):
    code, said = hedui(nothing, *command)
    assert code == 1
    assert_told(said)
    assert "hedui run" in said


def test_a_run_that_never_got_an_extract_says_where_they_belong(nothing):
    ran = CliRunner().invoke(app, ["--home", str(nothing.path), "run"])
    assert ran.exit_code == 0
    assert str(nothing.inbox) in ran.output
    assert "没有任何变化" not in ran.output


@pytest.mark.parametrize(
    "command",
    [("worklists",), ("train-direction",), ("link-review", "--load", "queue.csv")],
    ids=" ".join,
)
def test_so_it_is_where_the_first_day_was_begun_and_never_kept(nothing, command):
    with connect(nothing.private_database) as connection:
        DuckDBEngine(connection, catalogue()).begin_day(DAY_1)
    code, said = hedui(nothing, *command)
    assert code == 1
    assert_told(said)
    assert "hedui run" in said


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (("sql", "select [a] fro x"), 1),
        (("sql", "select '[/red]'::date"), 1),
        (("export", "nobody", "--out", "x.csv"), 1),
        (("export", "village", "--out", "x.doc"), 2),
        (("export", "village", "--out", "no/such/folder/x.xlsx"), 2),
        (("export", "village", "--date", "2026-11-01", "--private", "--out", "x.csv"), 2),
        (("worklists", "--village", "1"), 2),
        (("worklists", "--village", "370481105201", "--recheck"), 2),
        (("mail", "--date", "2026-11-01"), 2),
        (("mail", "--status", "--resend", "370481105201"), 2),
        (("worklists", "--date", "2026-10-01"), 2),
        (("worklists", "--date", "2126-01-01"), 2),
        (("export", "village_ranking", "--date", "2026-10-01", "--out", "x.csv"), 2),
        (("worklists", "--password-file", "none.txt"), 2),
        (("returns", "none.xlsx"), 2),
        (("returns", "."), 2),
        (("replay", "--date", "2026-10-01"), 2),
        (("run", "--date", "2026-10-30"), 2),
        (("trace", "nothing", "all", "2026-11-01"), 2),
        (("trace", "ranking", "nobody", "2026-11-01"), 2),
        (("meetings", "--date", "2026-10-01"), 2),
        (("board", "--date", "2026-10-01"), 2),
        (("returns", "--date", "2126-01-01"), 2),
        (("explain-benefit", "nobody"), 1),
        (("explain", "nobody"), 1),
        (("link-review", "--load", "none.csv"), 2),
        (("link", "none.csv", "none.csv", "--map", "none.yaml"), 2),
        (("accuracy",), 1),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_what_makes_no_sense_is_refused(kept, tmp_path, monkeypatch, command, code):
    monkeypatch.chdir(tmp_path)
    refused, said = hedui(kept, *command)
    assert refused == code
    assert_told(said)
    assert not list(tmp_path.iterdir())


def test_a_table_of_the_private_warehouse_is_not_said_to_be_none(kept, tmp_path):
    _, said = hedui(kept, "export", "person", "--out", tmp_path / "x.csv")
    assert_told(said)
    assert "--private" in said


@pytest.mark.parametrize(
    "command",
    [
        ("nonsense",),
        ("run", "--nonsense"),
        ("--nonsense",),
        ("run", "nonsense"),
        ("run", "--date", "2026-13-01"),
        ("run", "--date"),
        ("run", "--json=1"),
        ("simulate", "--persons", "5"),
        ("simulate", "--days", "many"),
        ("ui", "--port", "0"),
        ("export",),
        ("export", "village"),
        ("lint-posting", "none.xlsx"),
        ("lint-posting", "."),
        ("corrections", "none.csv"),
        ("link-review",),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_told_in_both_languages(nothing, command):
    code, said = hedui(nothing, *command)
    assert code == 2
    assert_told(said)
    # English alone on a line is the second half of the one before.
    assert all(CHINESE.search(line) or before.endswith(" /") for before, line in pairwise(["", *said.splitlines()]))


def test_help_pages_have_titles_in_both_languages():
    for command in (["--help"], ["export", "-h"], []):
        shown = CliRunner().invoke(app, command)
        page = shown.stdout + shown.stderr
        assert "选项 / options" in page
        assert "显示这页说明" in page
        assert not re.search(r"─ (Options|Commands|Arguments) ─|Show this message", page)


def test_a_day_before_the_first_extract_is_refused_and_nothing_is_run(tmp_path):
    home = small_home(tmp_path)
    code, said = hedui(home, "run", "--date", DAY_1 - dt.timedelta(days=1))
    assert code == 2
    assert_told(said)
    assert str(DAY_1) in said
    assert not home.published_database.exists()
    assert not list(home.landed.rglob("*.json"))


def test_a_day_is_refused_while_there_is_no_extract(nothing):
    code, said = hedui(nothing, "run", "--date", DAY_1)
    assert code == 2
    assert_told(said)
    assert not nothing.published_database.exists()


def test_no_day_is_put_in_before_one_that_was_published(kept):
    with pytest.raises(LateDayError):
        kept_day(kept, DAY_1 - dt.timedelta(days=1))
    assert private(kept, "select as_of from main.day_run") == [(DAY_1,)]


@pytest.mark.slow
def test_an_older_day_run_again_takes_nothing_from_what_is_published(tmp_path):
    home = small_home(tmp_path)
    for day in (DAY_1, DAY_2, DAY_1):
        kept_day(home, day)
    assert published(home, "select count(*) from received_file") == [(3,)]


def test_a_folder_in_the_place_of_a_file_is_told_with_its_name(kept, tmp_path):
    folder = tmp_path / "ranking.csv"
    folder.mkdir()
    code, said = hedui(kept, "export", "village", "--out", folder)
    assert code == 1
    assert_told(said)
    assert "ranking.csv" in said


def test_a_mapping_that_is_none_is_told_without_what_stands_in_the_file(kept, tmp_path):
    people = tmp_path / "people.csv"
    people.write_text("张三,370481199001011235,13800002222\n", encoding="utf-8")
    for content in (people.read_text(encoding="utf-8"), "fields: {name: {kind: 张三}, x: 370481199001011235}"):
        mapping = tmp_path / "people.yaml"
        mapping.write_text(content, encoding="utf-8")
        code, said = hedui(kept, "link", people, people, "--map", mapping, "--out", tmp_path / "pairs.csv")
        assert code == 2
        assert_told(said)
        assert not any(word in said for word in ("张三", "370481199001011235", "13800002222", "pydantic"))


@pytest.mark.parametrize("name", ["a%20b", "a[b]", "a*b", "a?b", "a\\b"])
@pytest.mark.parametrize("command", ["run", "simulate", "demo", "doctor", "sql"])
def test_a_home_that_would_be_taken_for_a_pattern_or_an_address_is_refused(tmp_path, name, command):
    ran = CliRunner().invoke(app, ["--home", str(tmp_path / name), command])
    assert ran.exit_code == (1 if command == "doctor" else 2)
    assert "choose another folder" in " ".join(ran.output.split())
    assert not list(tmp_path.iterdir())


def test_a_port_in_use_is_refused(kept):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, said = hedui(kept, "ui", "--port", taken.getsockname()[1])
    assert code == 1
    assert_told(said)


def test_what_is_being_written_is_refused_until_it_is_done(kept):
    with connect(kept.private_database):
        ran = subprocess.run(
            [sys.executable, "-m", "pipelines.cli", "--home", str(kept.path), "explain", "R1"],
            capture_output=True,
            text=True,
            check=False,
        )
    assert ran.returncode == 1
    assert_told(ran.stderr)
    assert "Traceback" not in ran.stderr


def test_more_rows_than_a_sheet_holds_are_refused_and_not_cut(tmp_path):
    rows = pl.DataFrame({"row": pl.int_range(2**20, eager=True)})
    with pytest.raises(RefusedError, match="1,048,576"):
        write_frame(rows, tmp_path / "rows.xlsx", private=False)
    assert not list(tmp_path.iterdir())
    write_frame(rows, tmp_path / "rows.parquet", private=True)
    assert len(pl.read_parquet(tmp_path / "rows.parquet")) == len(rows)
    assert (tmp_path / "rows.parquet").stat().st_mode & 0o777 == 0o600


def test_text_that_looks_like_a_formula_or_a_link_stays_text(tmp_path):
    texts = ["=1+1", "https://example.org", "007", "+86"]
    write_frame(pl.DataFrame({"text": texts}), tmp_path / "a[1].xlsx", private=False)
    sheet = openpyxl.load_workbook(tmp_path / "a[1].xlsx").active
    assert [(cell.value, cell.data_type, cell.hyperlink) for (cell,) in sheet.iter_rows(min_row=2)] == [
        (text, "s", None) for text in texts
    ]


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet"])
def test_a_file_that_the_disk_has_no_room_for_is_named_and_none_of_it_is_left(kept, tmp_path, ending):
    """Half a private table in a hidden file beside it would be half of everybody's numbers."""
    out = tmp_path / f"people{ending}"
    command = f'ulimit -f 0; exec "{sys.executable}" -m pipelines.command --home "{kept.path}" '
    command += f'export person --private --out "{out}"'
    ran = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert f"{out}: 文件超过允许的大小" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["worklists", "meetings", "disclosure"])
def test_what_the_disk_has_no_room_for_is_told_in_words(kept, tmp_path, command):
    """The ledger in Parquet, and workbooks that are written whole."""
    home = copy_of(kept, tmp_path / "home")
    shell = f'ulimit -f 0; exec "{sys.executable}" -m pipelines.command --home "{home.path}" {command}'
    ran = subprocess.run(["/bin/sh", "-c", shell], capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert "文件超过允许的大小" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert "ignored" not in ran.stderr
    assert not list(home.path.rglob(".*.tmp"))


def test_a_day_that_has_not_come_is_not_run_whoever_asks(nothing):
    """Dagster takes any day that somebody writes into a run's tags; once published, none before it could be."""
    with open_warehouse(nothing) as warehouse, pytest.raises(DayToComeError, match="has not come yet"):
        take_in(warehouse, today() + dt.timedelta(days=1))


def test_a_home_whose_path_is_not_in_utf_8_is_refused_in_words(tmp_path):
    """A folder that came out of an archive of another system; DuckDB says of it what nobody can act on."""
    home = bytes(tmp_path) + "/镇".encode("gb18030")
    command = [sys.executable, "-m", "pipelines.command", "--home", home, "run"]
    ran = subprocess.run(command, capture_output=True, check=False)
    assert ran.returncode == 2
    assert "路径不是 UTF-8 编码" in ran.stderr.decode()
