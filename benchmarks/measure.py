"""Running a command and taking its wall time and peak memory from the operating system."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass

_MB = 1024  # ru_maxrss is in KiB on Linux


@dataclass(frozen=True)
class Measured:
    """Seconds on the wall, seconds of processor, peak memory in MB, and what the command printed."""

    wall: float
    processor: float
    peak_mb: float
    output: str


def measure(command: Sequence[str], *, accept: Sequence[int] = (0,)) -> Measured:
    """Runs a command to its end. Raises RuntimeError with its last words where it fails."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in accept:
        raise RuntimeError("\n".join([f"exit code {process.returncode}", *output.splitlines()[-5:]]))
    return Measured(time.perf_counter() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / _MB, output)
