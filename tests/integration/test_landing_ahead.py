"""Files read side by side, ahead of the run that needs them, land exactly as they do one after the other."""

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from assets.registries import landing_ahead as ahead_module
from assets.registries.landing import land_inbox
from assets.registries.landing_ahead import landing_ahead
from assets.registries.manifest import landed_rows
from tests.synthetic import simulate
from warehouse.catalogue import catalogue
from warehouse.home import Home

LAYOUTS = catalogue().layouts
BEGIN = """
import multiprocessing, sys, time
from pathlib import Path
from assets.registries import landing_ahead
from warehouse.catalogue import catalogue
from warehouse.home import Home
if __name__ == "__main__":
    landing_ahead._WORTH_A_PROCESS = 0
    with landing_ahead.landing_ahead(Home(Path(sys.argv[1])), catalogue().layouts):
        print(*(child.pid for child in multiprocessing.active_children()), flush=True)
        time.sleep(600)
"""


def town(path) -> Home:
    simulate(path, persons=500, days=2, seed=3, start=dt.date(2026, 11, 1), with_offices=True)
    return Home(path)


def content(report, home):
    return [
        (manifest.file_id, manifest.rows_read, landed_rows(home, manifest, "rows").read_bytes())
        for manifest in report.new
    ]


def test_what_is_landed_ahead_is_what_is_landed_in_turn(tmp_path, monkeypatch):
    monkeypatch.setattr(ahead_module, "_WORTH_A_PROCESS", 0)
    in_turn, ahead = town(tmp_path / "in_turn"), town(tmp_path / "ahead")
    told = []
    with landing_ahead(ahead, LAYOUTS) as begun:
        report = begun.finish(told.append)
    expected = land_inbox(in_turn, LAYOUTS)
    assert len(expected.new) > 20
    assert content(report, ahead) == content(expected, in_turn)
    assert sorted(told) == sorted(manifest.registry for manifest in expected.new)
    again = land_inbox(ahead, LAYOUTS)
    assert (again.new, again.recognised) == ((), len(expected.new))


def test_little_is_not_worth_a_process(tmp_path):
    with landing_ahead(town(tmp_path), LAYOUTS) as begun:
        assert begun is None


def test_whoever_reads_ends_with_a_run_that_is_killed(tmp_path):
    home = town(tmp_path)
    process = subprocess.Popen([sys.executable, "-c", BEGIN, str(home.path)], stdout=subprocess.PIPE, text=True)
    readers = [int(pid) for pid in process.stdout.readline().split()]
    assert len(readers) > 1
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    left, patience = readers, 100
    while left and patience:
        time.sleep(0.2)
        patience -= 1
        left = [pid for pid in left if Path(f"/proc/{pid}").exists()]
    assert left == []
