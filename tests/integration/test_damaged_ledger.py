"""What is kept for good and was damaged afterwards is told by its name, and by no traceback."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from tests.integration.days import DAY_2, copy_of
from tests.integration.extracts import HEALTH, inbox, write_csv
from tests.integration.returned_lists import WORDS, bring_back, fill, hand_out
from tests.integration.whole_day import kept_day

LISTS, ROWS = "ledger/handed_over/*.parquet", "ledger/returned/*.rows.parquet"


@pytest.fixture(scope="module")
def answered(home_after_one_day, tmp_path_factory):
    """A home whose lists were handed over, and one came back, on two published days."""
    folder = tmp_path_factory.mktemp("answered")
    home = copy_of(home_after_one_day, folder / "home")
    own, *_ = [written.path for written in hand_out(home) if written.kind == "worklist"]
    bring_back(home, fill(own, folder / "a.xlsx", {1: {"reply": WORDS["both_right"]}}))
    kept_day(home, DAY_2)
    return home


def damaged(home, pattern, damage):
    """The file that was damaged."""
    path = sorted(home.path.glob(pattern))[0]
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 30])
    return path


def told(home, *command):
    shown = CliRunner().invoke(app, ["--home", str(home.path), *command])
    assert (shown.exit_code, type(shown.exception)) == (1, SystemExit), shown.output
    return shown.output.replace("\n", "")


@pytest.mark.parametrize(
    ("pattern", "damage", "command"),
    [
        ("ledger/handed_over/*.json", "cut", ["run"]),
        ("ledger/returned/*.json", "cut", ["returns"]),
        ("landed/*/*.json", "cut", ["replay", "--date", str(DAY_2)]),
        (LISTS, "cut", ["returns", "FILE"]),
        (LISTS, "gone", ["replay", "--date", str(DAY_2)]),
        (ROWS, "cut", ["replay", "--date", str(DAY_2)]),
        (ROWS, "gone", ["replay"]),
        ("landed/household_register/*.rows.parquet", "cut", ["replay"]),
    ],
)
def test_a_damaged_file_is_named(answered, tmp_path, pattern, damage, command):
    home = copy_of(answered, tmp_path / "home")
    write_csv(tmp_path / "new.csv", [["疑点编号", "核实结果"], ["K-0000-0000-0000-0000", "两边都对"]])
    path = damaged(home, pattern, damage)
    words = told(home, *(str(tmp_path / "new.csv") if word == "FILE" else word for word in command))
    assert f"{path} 已损坏或已不在" in words


@pytest.mark.parametrize("command", [["run"], ["worklists"], ["replay"]])
def test_a_damaged_warehouse_is_not_taken_for_one_that_is_being_written(answered, tmp_path, command):
    """Whoever is told to wait for a run that is none waits for ever."""
    home = copy_of(answered, tmp_path / "home")
    row = ["R3", "赵敏", "女", "1990-02-03", "", "370481105201"]
    write_csv(inbox(home.path, "health_registry", "2026-11-03_changes.csv"), [HEALTH, row])
    damaged(home, "private/hedui.duckdb", "cut")
    words = told(home, *command)
    assert "已损坏" in words
    assert "正" not in words.partition("库文件打不开")[0]


@pytest.mark.parametrize("pattern", ["private/hedui.duckdb", "published/*/hedui.duckdb", ROWS, "landed/*/*.json"])
def test_the_doctor_finds_what_is_damaged(answered, tmp_path, pattern):
    home = copy_of(answered, tmp_path / "home")
    home.inbox.chmod(0o700)
    if (edition := home.published_database).exists():
        edition.chmod(0o600)
    command = ["--home", str(home.path), "doctor", "--json"]

    def unwell():
        found = json.loads(CliRunner().invoke(app, command).output)
        return {finding["what"].split()[-1] for finding in found if not finding["ok"]} - {"disk"}

    assert unwell() == set()
    damaged(home, pattern, "cut")
    assert unwell() == {"warehouses" if "duckdb" in pattern else "files"}


def test_records_of_runs_that_cannot_be_written_are_told_in_words(answered, tmp_path, monkeypatch):
    """As on a full disk, which Dagster's database is the first to feel."""
    from sqlalchemy.exc import OperationalError

    from pipelines import daily

    def full(*_arguments):
        raise OperationalError("insert", {}, Exception("database or disk is full"))

    home = copy_of(answered, tmp_path / "home")
    row = ["R3", "赵敏", "女", "1990-02-03", "", "370481105201"]
    write_csv(inbox(home.path, "health_registry", "2026-11-03_changes.csv"), [HEALTH, row])
    monkeypatch.setattr(daily, "_run_through_dagster", full)
    words = told(home, "run")
    assert "磁盘已满" in words and "insert" not in words


@pytest.mark.slow
def test_a_day_whose_ledger_is_damaged_is_not_published_and_says_why(answered, tmp_path):
    home = copy_of(answered, tmp_path / "home")
    row = ["R3", "赵敏", "女", "1990-02-03", "", "370481105201"]
    write_csv(inbox(home.path, "health_registry", "2026-11-03_changes.csv"), [HEALTH, row])
    kept = tmp_path / "kept.parquet"
    shutil.copy(sorted(home.path.glob(ROWS))[0], kept)
    path = damaged(home, ROWS, "cut")
    assert f"{path} 已损坏或已不在" in told(home, "run")
    shutil.copy(kept, path)
    assert CliRunner().invoke(app, ["--home", str(home.path), "run"]).exit_code == 0
