"""The terminal, or what stands in its place: a pipe or file gets lines of 100 columns, as a terminal would."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

from rich.console import Console

PIPED_WIDTH = 100


def screen(*, errors: bool = False) -> Console:
    """A console on standard output, or on standard error."""
    stream = sys.stderr if errors else sys.stdout
    # Words stand as they are written: figures, paths and slashes are not coloured.
    return Console(stderr=errors, highlight=False, width=None if stream.isatty() else PIPED_WIDTH)


def take_what_is_there() -> None:
    """Lets every command speak to whatever it was started with: nothing done may end in an error of what is said of it.

    A terminal that writes GBK has no ✓ and shows ? instead; in a pipe or file it is \\u2713, as JSON has it. Where
    output was closed, nobody is told.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - as long as the command
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace" if stream.isatty() else "backslashreplace")
