"""The case loop's input as tables: lists handed over, returned workbooks, their rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

from assets.cases.handover import Handover, handover_rows
from assets.cases.return_landing import ACCEPTED, ReturnManifest, returned_rows
from warehouse.home import Home
from warehouse.reference import Rows


def handover_files(home: Home, handovers: Iterable[Handover]) -> list[Path]:
    """Paths of the rows of lists."""
    return [handover_rows(home, handover.handover_id) for handover in handovers]


def return_files(home: Home, returns: Iterable[ReturnManifest], kind: str) -> list[Path]:
    """Paths of the accepted or rejected rows of returned workbooks; kind: rows, rejected."""
    return [returned_rows(home, manifest.file_id, kind) for manifest in returns if manifest.status == ACCEPTED]


def received_return_rows(returns: Iterable[ReturnManifest]) -> Rows:
    """Rows of received_return."""
    return [
        {
            "file_id": manifest.file_id,
            "sha256": manifest.sha256,
            "file_format": manifest.file_format,
            "rows_read": manifest.rows_read,
            "rows_accepted": manifest.rows_accepted,
            "rows_rejected": manifest.rows_rejected,
            "rows_skipped": manifest.rows_skipped,
            "status": manifest.status,
            "reason": manifest.reason,
            "received_on": dt.date.fromisoformat(manifest.received_on),
            "received_at": dt.datetime.fromisoformat(manifest.received_at).astimezone(dt.UTC).replace(tzinfo=None),
        }
        for manifest in returns
    ]
