"""How a process of Hedui ends: at once, with its exit code, and with all that it said."""

import subprocess
import sys

import pytest


def ended(code: str, **streams: object) -> subprocess.CompletedProcess:
    program = f"from warehouse.process import leave\nprint('said')\nleave({code})"
    return subprocess.run([sys.executable, "-c", program], check=False, text=True, **streams)  # type: ignore[call-overload]


@pytest.mark.parametrize(("code", "number"), [("0", 0), ("None", 0), ("3", 3), ("130", 130), ("'why'", 1)])
def test_what_was_said_is_written_and_the_exit_code_given(code, number):
    left = ended(code, capture_output=True)
    assert (left.returncode, left.stdout) == (number, "said\n")
    assert left.stderr == ("why\n" if number == 1 else "")


def test_what_could_not_be_written_is_a_failure():
    with open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123 - a device
        left = ended("0", stdout=full, stderr=subprocess.DEVNULL)
    assert left.returncode == 1
