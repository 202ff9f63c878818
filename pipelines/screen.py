"""The terminal, or what stands in its place: a pipe or file gets lines of 100 columns, as a terminal would."""

from __future__ import annotations

import sys

from rich.console import Console

PIPED_WIDTH = 100


def screen(*, errors: bool = False) -> Console:
    """A console on standard output, or on standard error."""
    stream = sys.stderr if errors else sys.stdout
    # Words stand as they are written: figures, paths and slashes are not coloured.
    return Console(stderr=errors, highlight=False, width=None if stream.isatty() else PIPED_WIDTH)
