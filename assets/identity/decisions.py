"""What people decided on doubtful pairs of records: same, different, cannot tell. A decision binds from its day on.

Decisions arrive as a file: the review queue as exported, with the column `decision` filled in. Each file is kept as it
came, named by the day it was loaded and its content, so any past day can be computed as it was known then.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import polars as pl

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


class DecisionError(Exception):
    """A file of decisions cannot be used. The message names columns and row numbers, never values."""


def folder(home: Home) -> Path:
    """Where loaded decisions are kept: identified data, for the owner alone."""
    return home.private_database.parent / "link_decisions"


def load_decisions(home: Home, table: pl.DataFrame, day: dt.date) -> int:
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
    if not any(target.glob(f"*_{digest}.csv")):
        path = target / f"{day.isoformat()}_{digest}.csv"
        path.write_bytes(content)
        path.chmod(0o600)
    return len(rows)


def _loaded_on(path: Path) -> dt.date:
    return dt.date.fromisoformat(path.name.partition("_")[0])


def decision_files(home: Home, day: dt.date) -> list[Path]:
    """Files of decisions loaded up to a day, oldest first."""
    return [path for path in sorted(folder(home).glob("*.csv")) if _loaded_on(path) <= day]


def decision_rows(home: Home, day: dt.date) -> Rows:
    """Rows of link_decision: of several decisions on one pair the latest counts."""
    found: dict[tuple[str, ...], dict[str, object]] = {}
    for path in decision_files(home, day):
        for row in pl.read_csv(path, infer_schema=False).to_dicts():
            found[tuple(row[name] for name in PAIR)] = row | {"decided_on": _loaded_on(path)}
    return list(found.values())
