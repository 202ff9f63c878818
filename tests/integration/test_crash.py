"""A process killed at any instant, during returns or a run, costs nothing: after a rerun the ledger is undisturbed."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress

import pytest

from pipelines.daily import ENDED_WORDS
from tests.integration.days import DAY_1, DAY_2, HOUSEHOLD, copy_of, household, private, run, small_home
from tests.integration.extracts import HEALTH, LI, WANG, inbox, write_csv
from tests.integration.returned_lists import WORDS, fill, hand_out, rows_of
from tests.integration.whole_day import kept_day
from warehouse.home import Home

PARTS, KILLS = 4, 5  # twenty in all, in parts that can run side by side
WORK = f"""
import datetime as dt, sys
from pathlib import Path
from assets.cases.return_landing import land_returns, waiting
from tests.integration.whole_day import kept_day
from warehouse.home import Home
home = Home(Path(sys.argv[1]))
day = dt.date.fromisoformat("{DAY_2}")
print("begun", flush=True)
land_returns(home, waiting(home), {{}}, received_on=day)
kept_day(home, day)
"""
LEDGER = """select event_id, case_id, spell, kind, about_day, entered_on, actor_role, file_id, row_number, detail
            from case_event order by event_id"""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A home after one day: lists handed over, workbooks back in returns/, the next extracts delivered."""
    folder = tmp_path_factory.mktemp("crash")
    home = Home(folder / "home")
    write_csv(inbox(home.path, "health_registry", f"{DAY_1}_full.csv"), [HEALTH, WANG, LI])
    entries = [household(WANG, "H1", 姓名="王芬"), household(LI, "H2", 出生日期="1990-03-02")]
    write_csv(inbox(home.path, "household_register", f"{DAY_1}_full.csv"), [HOUSEHOLD, *entries])
    kept_day(home, DAY_1)
    for written in hand_out(home):
        value = "1990-03-02" if "出生日期" in rows_of(written.path)[0]["核对事项"] else "王芬"
        for number, reply in enumerate(("health_wrong", "both_right"), start=1):
            answer = {1: {"reply": WORDS[reply], "corrected": value}}
            fill(written.path, home.returns / f"{written.village_code}_{number}.xlsx", answer)
    corrected = [WANG[0], "王芬", *WANG[2:]]
    write_csv(inbox(home.path, "health_registry", f"{DAY_2}_changes.csv"), [HEALTH, corrected])
    return home


def start(home: Home) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", WORK, str(home.path)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    process.stdout.readline()
    return process


def finish(home: Home) -> None:
    assert start(home).wait() == 0


@pytest.fixture(scope="module")
def undisturbed(prepared, tmp_path_factory):
    """The ledger of a run that nobody disturbed, and how long it took."""
    home = copy_of(prepared, tmp_path_factory.mktemp("undisturbed") / "home")
    began = time.perf_counter()
    finish(home)
    length = time.perf_counter() - began
    wanted = private(home, LEDGER)
    assert {kind for _, _, _, kind, *_ in wanted} >= {
        "opened",
        "handed_over",
        "answered",
        "resolved",
        "correction_pending",
    }
    return wanted, length


@pytest.mark.parametrize("part", range(PARTS))
def test_twenty_kills_leave_the_ledger_of_an_undisturbed_run(part, prepared, undisturbed, tmp_path):
    wanted, length = undisturbed
    chance = random.Random(20 + part)
    killed = 0
    for place in range(3 * KILLS):
        if killed == KILLS:
            break
        home = copy_of(prepared, tmp_path / f"home{place}")
        process = start(home)
        time.sleep(chance.uniform(0, length))
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            killed += 1
            finish(home)
            assert private(home, LEDGER) == wanted
        shutil.rmtree(home.path)
    assert killed == KILLS


def steps_done(home: Home) -> int:
    """How many steps Dagster has recorded as done, in all runs."""
    done = 0
    for path in (home.path / "dagster").rglob("runs/*.db"):
        if path.stem != "index":
            with suppress(sqlite3.OperationalError), closing(sqlite3.connect(path)) as events:
                sql = "select count(*) from event_logs where dagster_event_type = 'STEP_SUCCESS'"
                done += events.execute(sql).fetchone()[0]
    return done


def is_loading(home: Home) -> bool:
    """Whether the run is the writer of the warehouse and reads its first files, while Dagster is still being loaded."""
    return home.private_database.exists()


@pytest.mark.parametrize(
    ("begun", "number"),
    [(steps_done, signal.SIGTERM), (steps_done, signal.SIGINT), (is_loading, signal.SIGINT)],
    ids=["by the system", "by hand", "by hand while loading"],
)
def test_a_day_that_is_ended_says_so_and_can_be_run_again(tmp_path, begun, number):
    """By the system as it shuts down, whoever runs services, or at the keyboard, which reaches all its processes."""
    home = small_home(tmp_path / "home")
    command = [sys.executable, "-m", "pipelines.command", "--home", str(home.path), "run", "--date", DAY_1.isoformat()]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    while not begun(home) and process.poll() is None:
        time.sleep(0.01)
    os.killpg(process.pid, number) if number == signal.SIGINT else process.terminate()
    said = "".join(process.communicate()[0].split())
    assert process.returncode == 1
    assert "".join(ENDED_WORDS.split()) in said
    assert "Traceback" not in said
    assert not home.published_database.exists()
    assert run(home, only=DAY_1).success


def test_an_interrupt_before_the_command_is_loaded_ends_it_without_a_word(tmp_path):
    """The first module that the command loads is one that waits."""
    (tmp_path / "typer.py").write_text("import time\nprint('loading', flush=True)\ntime.sleep(60)\n")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(tmp_path), *sys.path))}
    process = subprocess.Popen(
        [sys.executable, "-c", "from pipelines.command import main; main()"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment,
    )  # fmt: skip
    assert process.stdout.readline() == "loading\n"
    process.send_signal(signal.SIGINT)
    assert process.communicate()[0] == ""
    assert process.returncode == -signal.SIGINT
