"""Whether two homes hold the same: every landed, private and published row, but for what names a file's very bytes."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl

from warehouse.engines.duckdb_engine import connect
from warehouse.home import Home

# These say which bytes were received and when; they differ although nothing that was read from them does.
OF_THE_BYTES = {
    *("file_id", "sha256", "received_at", "fingerprint", "known_at", "input_id", "landed_name"),
    *("digest", "hashes_high", "hashes_low"),
}


def _frame(rows: pl.DataFrame) -> str:
    kept = rows.select(sorted(name for name in rows.columns if name not in OF_THE_BYTES))
    return kept.select(pl.all().cast(pl.String)).sort(pl.all()).write_csv()


def _database(path: Path) -> dict[str, str]:
    found = {}
    with connect(path, read_only=True) as connection:
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where not internal order by all"
        ).fetchall()
        for schema, table in tables:
            rows = connection.sql(f'select * from "{schema}"."{table}"').to_arrow_table()
            found[f"{schema}.{table}"] = _frame(pl.DataFrame(rows))
    return found


def _landed(home: Home) -> list[str]:
    found = []
    for manifest in sorted(home.landed.rglob("*.json")):
        document = json.loads(manifest.read_text(encoding="utf-8"))
        words = {name: value for name, value in document.items() if name not in OF_THE_BYTES}
        frames = [
            _frame(pl.read_parquet(manifest.with_name(f"{manifest.stem}.{kind}.parquet")))
            for kind in ("rows", "rejected", "notices")
        ]
        found.append(json.dumps([words, frames], ensure_ascii=False, sort_keys=True))
    return sorted(found)


def differences(home: Home, other: Home) -> list[str]:
    """Names of what differs: landed, private.<table>, published.<table>. Empty where two homes hold the same."""
    found = [] if _landed(home) == _landed(other) else ["landed"]
    for kind in ("private", "published"):
        databases = [getattr(each, f"{kind}_database") for each in (home, other)]
        if not any(path.exists() for path in databases):
            continue
        here, there = (_database(path) for path in databases)
        found += [f"{kind}.{table}" for table in sorted(here | there) if here.get(table) != there.get(table)]
    return found
