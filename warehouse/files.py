"""Writing files so that nobody ever sees half of one."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path


def write_atomically(path: Path, write: Callable[[Path], object], mode: int | None = None) -> None:
    """Calls write(temporary path), syncs the file, moves it into place; `mode` are its permissions from the start."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    if mode is not None:
        temporary.touch(mode=mode)
    write(temporary)
    if mode is not None:
        temporary.chmod(mode)
    with temporary.open("rb+") as stream:
        os.fsync(stream.fileno())
    temporary.replace(path)
