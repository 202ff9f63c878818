"""Writing files so that nobody ever sees half of one, and saying which one somebody damaged afterwards."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

_IN_WORDS = re.compile(r"os error (\d+)")


class DamagedFileError(Exception):
    """A file that is kept for good is gone, cut short or changed, so that it cannot be read any more."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} 已损坏或已不在，请从备份恢复 / it is damaged or no longer there: restore it from a backup"
        )


def read_kept_json(path: Path) -> Any:
    """What a JSON file that is kept for good says. Raises DamagedFileError."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError:  # no JSON, or no text
        raise DamagedFileError(path) from None


def days_of(folders: Iterable[Path]) -> list[dt.date]:
    """The days that folders are named by, oldest first; one that somebody copied under another name has none."""
    found = []
    for folder in folders:
        with suppress(ValueError):
            found.append(dt.date.fromisoformat(folder.name))
    return sorted(found)


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
    """Calls write(temporary path), syncs the file, moves it into place; `mode` are its permissions from the start.

    What could not be written whole is taken away: half of it may be of somebody, and it would fill the disk further.
    Raises OSError, which names the file, where the system hinders it.
    """
    temporary = temporary_for(path)
    try:
        if mode is not None:
            temporary.touch(mode=mode)
        write(temporary)
        if mode is not None:
            temporary.chmod(mode)
        put_in_place(temporary, path)
    except BaseException as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        if number := _number_of(error):
            raise OSError(number, os.strerror(number), str(path)) from error
        raise


def _number_of(error: BaseException) -> int | None:
    """The system's number of what hindered the writing, if it did; polars tells it in words alone."""
    if told := _IN_WORDS.search(str(error)):
        return int(told[1])
    return error.errno if isinstance(error, OSError) else None


def abandoned(*folders: Path) -> list[Path]:
    """Files that never became whole, as whoever wrote them was killed. For whoever alone writes in these folders."""
    return [path for folder in folders for path in folder.rglob(".*.tmp")]


def size_of(folder: Path) -> int:
    """Bytes of all files below a folder; one that vanishes meanwhile counts for nothing."""
    total = 0
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):
            total += path.stat().st_size if path.is_file() else 0
    return total
