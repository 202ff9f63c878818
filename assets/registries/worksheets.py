"""The sheets of a workbook, read in a process of its own, so that a damaged one costs nothing but itself."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from assets.registries import worksheet_program
from assets.registries.unreadable import UnreadableFileError

_FROM_OUTSIDE = {-number for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}


@dataclass(frozen=True)
class Worksheet:
    """The rows of a sheet: text, numbers and truth values, blank text where a cell is blank.

    repeated: row and column, from 0, of the cells that say what the one above says, being merged with it.
    """

    rows: list[list[Any]]
    is_hidden: bool
    repeated: list[tuple[int, int]]


def worksheets(content: bytes) -> Iterator[Worksheet]:
    """Every sheet, in order.

    A sheet that has no cells, as a chart, has no rows. Cost: the rows of one sheet here, of all there. Raises
    UnreadableFileError, after some sheets perhaps.
    """
    # -P: what lies beside the program is not what it imports. A session of its own: an interrupt meant for the run
    # must not look as if the workbook were damaged.
    command = [sys.executable, "-P", str(Path(worksheet_program.__file__))]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as reader:
        given, found = cast(IO[bytes], reader.stdin), cast(IO[bytes], reader.stdout)
        try:
            with suppress(BrokenPipeError):
                given.write(content)
                given.close()
            for line in found:
                if not line.endswith(b"\n"):
                    break  # it ended while it wrote; its exit code says why
                yield Worksheet(**json.loads(line))
        except BaseException:
            reader.kill()
            raise
    if reader.returncode == worksheet_program.DAMAGED or (
        reader.returncode < 0 and reader.returncode not in _FROM_OUTSIDE
    ):
        raise UnreadableFileError("UNREADABLE")
    if reader.returncode:
        raise RuntimeError(f"the process that reads workbooks ended with {reader.returncode}")
