"""What people decided on doubtful pairs of records: same, different, cannot tell. A decision binds from its day on.

Decisions arrive as a file: the review queue as exported, with the column `decision` filled in. Each file is immutable
input (CSV rows, then a manifest with the instant), so any past day can be computed as it was known then.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from warehouse.files import write_atomically
from warehouse.home import Home
from warehouse.reference import Rows

PAIR = ("registry", "record_key", "other_registry", "other_record_key")
CODES = {
    "same": "same",
    "同一人": "same",
    "different": "different",
    "不是同一人": "different",
    "cannot_tell": "cannot_tell",
    "无法判断": "cannot_tell",
}


_PRIVATE = 0o600


@dataclass(frozen=True)
class Decisions:
    """A loaded file: the day it binds from (ISO text), the instant it was known, the number of decisions."""

    decision_id: str
    loaded_on: str
    loaded_at: str
    rows: int


class DecisionError(Exception):
    """A file of decisions cannot be used. The message names columns and row numbers, never values."""


def folder(home: Home) -> Path:
    """Where loaded decisions are kept: identified data, for the owner alone."""
    return home.private_database.parent / "link_decisions"


def load_decisions(home: Home, table: pl.DataFrame, day: dt.date, loaded_at: dt.datetime) -> int:
    """Keeps the decided rows of a table of text columns; how many there are. The same file again changes nothing.

    Raises DecisionError where a column is missing or a decision is none of the three.
    """
    missing = {*PAIR, "decision"} - set(table.columns)
    if missing:
        raise DecisionError(f"缺少列 / missing columns: {', '.join(sorted(missing))}")
    numbered = table.with_row_index("row", offset=2).with_columns(pl.col("decision").str.strip_chars())
    decided = numbered.filter(pl.col("decision").is_not_null() & (pl.col("decision") != ""))
    unknown = decided.filter(~pl.col("decision").is_in(list(CODES)))["row"].to_list()
    if unknown:
        words = "、".join(CODES)
        raise DecisionError(f"判定只能是 {words} / unknown decision in row {unknown[0]} ({len(unknown)} rows)")
    if decided.is_empty():
        return 0
    rows = decided.select(*PAIR, pl.col("decision").replace_strict(CODES)).sort(PAIR)
    content = rows.write_csv().encode()
    target = folder(home)
    target.mkdir(parents=True, exist_ok=True)
    target.chmod(0o700)
    digest = hashlib.sha256(content).hexdigest()[:16]
    if not any(target.glob(f"*_{digest}.json")):
        loaded = Decisions(f"{day.isoformat()}_{digest}", day.isoformat(), loaded_at.isoformat(), len(rows))
        write_atomically(_rows_of(home, loaded), lambda path: path.write_bytes(content), mode=_PRIVATE)
        text = json.dumps(asdict(loaded), indent=1)
        write_atomically(
            target / f"{loaded.decision_id}.json", lambda path: path.write_text(text, encoding="utf-8"), mode=_PRIVATE
        )
    return len(rows)


def _rows_of(home: Home, loaded: Decisions) -> Path:
    return folder(home) / f"{loaded.decision_id}.csv"


def read_decisions(home: Home) -> list[Decisions]:
    """Every loaded file, in the order in which they became known."""
    found = [Decisions(**json.loads(path.read_text(encoding="utf-8"))) for path in folder(home).glob("*.json")]
    return sorted(found, key=lambda loaded: (dt.datetime.fromisoformat(loaded.loaded_at), loaded.decision_id))


def decision_rows(home: Home, known: Collection[str]) -> Rows:
    """Rows of link_decision from the files a day knew, by id: of several decisions on a pair the latest counts."""
    found: dict[tuple[str, ...], dict[str, object]] = {}
    for loaded in read_decisions(home):
        if loaded.decision_id not in known:
            continue
        decided_on = dt.date.fromisoformat(loaded.loaded_on)
        for row in pl.read_csv(_rows_of(home, loaded), infer_schema=False).to_dicts():
            found[tuple(row[name] for name in PAIR)] = row | {"decided_on": decided_on}
    return list(found.values())
