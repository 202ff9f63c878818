"""How a process of Hedui runs and ends: the interpreter's own housekeeping costs a day of a small town seconds.

Loading libraries and recording a day make a million objects that stay. Looking through them for cycles again and again
takes a tenth of such a day, and taking them apart at its end a second in which nothing more is done.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn

_ALLOCATIONS = 100_000  # between two looks at what is young; the interpreter's own number is 700


def collect_seldom() -> None:
    """Looks for dead cycles of objects a hundred times less often. What nobody refers to is freed at once, as ever."""
    gc.set_threshold(_ALLOCATIONS, *gc.get_threshold()[1:])


def was_interrupted(error: BaseException) -> bool:
    """Whether it says that somebody interrupts this process: DuckDB makes of it an error like any other."""
    return isinstance(error, KeyboardInterrupt) or (
        isinstance(error, RuntimeError) and str(error) == "Query interrupted"
    )


def leave(code: object) -> NoReturn:
    """Ends the process at once, with what SystemExit carries: a number, None, or words for standard error.

    What is still open by then was only read, and whoever works for this process ends when it is gone.
    """
    if isinstance(code, str):
        sys.stderr.write(f"{code}\n")
    number = code if isinstance(code, int) else int(code is not None)
    try:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    except OSError:
        number = number or 1  # what it said did not reach anybody
    os._exit(number)
