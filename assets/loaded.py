"""Lists that somebody loads whole, each kept as immutable input: CSV rows, then a manifest with its day and instant.

Belongs here: keeping and reading such lists. Does not belong here: what a list says (decisions, corrections).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from warehouse.clock import not_before
from warehouse.files import read_kept_json, write_atomically

_PRIVATE = 0o600


@dataclass(frozen=True)
class Loaded:
    """A loaded list: the day it counts from (ISO text), the instant it was known, the number of its rows."""

    list_id: str
    loaded_on: str
    loaded_at: str
    rows: int


def read_lists(folder: Path) -> list[Loaded]:
    """Every list of a folder, in the order in which they became known."""
    found = [Loaded(**read_kept_json(path)) for path in folder.glob("*.json")]
    return sorted(found, key=lambda loaded: (dt.datetime.fromisoformat(loaded.loaded_at), loaded.list_id))


def list_rows(folder: Path, loaded: Loaded) -> pl.DataFrame:
    """The rows of a list, all text."""
    return pl.read_csv(folder / f"{loaded.list_id}.csv", infer_schema=False)


def keep_list(folder: Path, rows: pl.DataFrame, day: dt.date, loaded_at: dt.datetime) -> bool:
    """Keeps a list for the owner alone; whether it is new. One that says what the newest says changes nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    content = rows.write_csv().encode()
    known = read_lists(folder)
    if known and (folder / f"{known[-1].list_id}.csv").read_bytes() == content:
        return False
    loaded_at = not_before(loaded_at, (entry.loaded_at for entry in known))
    digest = hashlib.sha256(content + loaded_at.isoformat().encode()).hexdigest()[:16]
    loaded = Loaded(f"{day.isoformat()}_{digest}", day.isoformat(), loaded_at.isoformat(), len(rows))
    write_atomically(folder / f"{loaded.list_id}.csv", lambda path: path.write_bytes(content), mode=_PRIVATE)
    text = json.dumps(asdict(loaded), indent=1)
    write_atomically(
        folder / f"{loaded.list_id}.json", lambda path: path.write_text(text, encoding="utf-8"), mode=_PRIVATE
    )
    return True
