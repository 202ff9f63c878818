"""A list that somebody filled in where it was written is not written over: the answers would be gone without a word."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import polars as pl

from assets.cases.returned import ProtectedFileError, unlocked
from assets.cases.returned_rows import FILLED, NotAWorklistError, find_rows
from assets.registries.sheet import read_all
from assets.registries.unreadable import UnreadableFileError
from warehouse.forms import read_form

_FILLED_IN = "已填"


def is_filled_in(path: Path, password: str | None) -> bool:
    """Whether a list holds answers. What cannot be opened holds none that could be read."""
    try:
        rows = find_rows(read_all(path, unlocked(path.read_bytes(), password)), read_form())
    except (ProtectedFileError, UnreadableFileError, NotAWorklistError):
        return False
    return not rows.filter(pl.any_horizontal(pl.col(*FILLED).is_not_null())).is_empty()


def set_aside(path: Path, content: bytes, password: str | None) -> Path | None:
    """Renames a list that is there and filled in, before other content is written to its path; its new path if so."""
    if not path.exists() or path.read_bytes() == content or not is_filled_in(path, password):
        return None
    names = (path.with_name(f"{path.stem}_{_FILLED_IN}{number}{path.suffix}") for number in count(1))
    free = next(name for name in names if not name.exists())
    path.rename(free)
    return free
