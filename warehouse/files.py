"""Writing files so that nobody ever sees half of one."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path


def quoted(path: Path) -> str:
    """A path as it stands in SQL."""
    return "'" + str(path).replace("'", "''") + "'"


def temporary_for(path: Path) -> Path:
    """Where this process writes a file until it is whole, beside where it will be; its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.with_name(f".{path.name}.{os.getpid()}.tmp")


def put_in_place(temporary: Path, path: Path) -> None:
    """Syncs a file that is whole and moves it to where it is looked for."""
    with temporary.open("rb+") as stream:
        os.fsync(stream.fileno())
    temporary.replace(path)


def write_atomically(path: Path, write: Callable[[Path], object], mode: int | None = None) -> None:
    """Calls write(temporary path), syncs the file, moves it into place; `mode` are its permissions from the start."""
    temporary = temporary_for(path)
    if mode is not None:
        temporary.touch(mode=mode)
    write(temporary)
    if mode is not None:
        temporary.chmod(mode)
    put_in_place(temporary, path)
