"""Landed files as tables: received_file, rejected_row, cell_notice and raw_<registry>."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from pathlib import Path

from assets.registries.manifest import QUARANTINED, Manifest, landed_rows
from assets.registries.recognition import in_force, tried_again
from warehouse.home import Home
from warehouse.reference import Rows

SUPERSEDED = "superseded"
_NONE_LOST: Mapping[str, Collection[str]] = {}


def received_rows(manifests: list[Manifest], lost_columns: Mapping[str, Collection[str]] = _NONE_LOST) -> Rows:
    """Rows of received_file. lost_columns: headings of columns that a file should have, by file."""
    counting = {manifest.file_id for manifest in in_force(manifests)}
    over = tried_again(manifests)
    return [
        {
            "file_id": manifest.file_id,
            "registry": manifest.registry,
            "file_name": manifest.file_name,
            "sha256": manifest.sha256,
            "extract_date": dt.date.fromisoformat(manifest.extract_date) if manifest.extract_date else None,
            "mode": manifest.mode,
            "part": manifest.part,
            "file_format": manifest.file_format,
            "rows_read": manifest.rows_read,
            "rows_accepted": manifest.rows_accepted,
            "rows_rejected": manifest.rows_rejected,
            "rows_skipped": manifest.rows_skipped,
            "notices": manifest.notices,
            "refused_columns": len(manifest.refused_headings),
            "ignored_columns": len(manifest.ignored_headings),
            "hidden_sheets": manifest.hidden_sheets,
            "lost_columns": "、".join(lost_columns.get(manifest.file_id, ())) or None,
            "status": manifest.status
            if manifest.file_id in counting or (manifest.status == QUARANTINED and manifest.file_id not in over)
            else SUPERSEDED,
            "reason": manifest.reason,
            "received_at": dt.datetime.fromisoformat(manifest.received_at).replace(tzinfo=None),
        }
        for manifest in manifests
    ]


def landed_files(home: Home, manifests: list[Manifest], kind: str, registry: str | None = None) -> list[Path]:
    """Paths of the rows, rejected rows or notices of every file in force, of one registry or of all."""
    return [
        landed_rows(home, manifest, kind)
        for manifest in in_force(manifests)
        if registry is None or manifest.registry == registry
    ]
