"""`hedui ui` serves the day's assets on this machine, and leaves nobody behind when it is ended."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from tests.integration.loopback import free_port
from warehouse.home import Home

WAIT_SECONDS = 120


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/server_info", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def members(group: int) -> list[int]:
    """The processes of a group that are still there, but for those that only wait to be fetched."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended in this moment
            pid, _name, rest = re.fullmatch(r"(\d+) (\(.*\)) (.*)", path.read_text().strip(), re.DOTALL).groups()
            state, _parent, of = rest.split()[:3]
            if int(of) == group and state != "Z":
                found.append(int(pid))
    return found


def until(holds, what: str) -> None:
    ends = time.monotonic() + WAIT_SECONDS
    while not holds():
        assert time.monotonic() < ends, what
        time.sleep(0.2)


@pytest.mark.slow
@pytest.mark.parametrize("shell", ["exec", "trap '' INT; exec"], ids=["in a terminal", "in the background"])
def test_ending_the_ui_ends_everything_it_started(tmp_path, shell):
    """What a shell starts in the background is born with Ctrl+C ignored."""
    home, port = Home(tmp_path), free_port()
    home.prepare()
    command = [sys.executable, "-m", "pipelines.cli", "--home", str(home.path), "ui", "--port", str(port)]
    started = subprocess.Popen(
        ["/bin/sh", "-c", f'{shell} "$0" "$@"', *command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        until(lambda: answers(port), "the UI does not answer")
        assert len(members(started.pid)) > 2
        started.terminate()
        assert started.wait(WAIT_SECONDS) == 0
        until(lambda: not members(started.pid), "a process of the UI is still there")
    finally:
        for pid in members(started.pid):
            os.kill(pid, signal.SIGKILL)
