"""What people decided on doubtful pairs of records: same, different, cannot tell. A decision binds from its day on.

Decisions arrive as a file: the review queue as exported, with the column `decision` filled in. Each file is kept with
its instant, so any past day can be computed as it was known then.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from pathlib import Path

import polars as pl

from assets.loaded import keep_list, list_rows, read_lists
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
    keep_list(folder(home), rows, day, loaded_at)
    return len(rows)


def decision_rows(home: Home, known: Collection[str]) -> Rows:
    """Rows of link_decision from the files a day knew, by id: of several decisions on a pair the latest counts."""
    found: dict[tuple[str, ...], dict[str, object]] = {}
    for loaded in read_lists(folder(home)):
        if loaded.list_id not in known:
            continue
        decided_on = dt.date.fromisoformat(loaded.loaded_on)
        for row in list_rows(folder(home), loaded).to_dicts():
            found[tuple(row[name] for name in PAIR)] = row | {"decided_on": decided_on}
    return list(found.values())
