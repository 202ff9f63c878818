"""Text messages for the operator's gateway: one line per message, each event once, whatever is run again.

A file holds message number, telephone and text, separated by tabs. What a file of the outbox already holds is not
written again, so a message leaves once even where a day is computed twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.engines.duckdb_engine import KEPT
from warehouse.files import write_atomically
from warehouse.home import Home

_FORM = "message_id\ttelephone\ttext"


@dataclass(frozen=True)
class Outbox:
    """What was written: the file (None where nothing is new) and the number of messages in it."""

    path: Path | None
    messages: int


def _written(home: Home) -> set[str]:
    """Numbers of the messages that any file holds, sent or waiting."""
    return {
        line.split("\t", 1)[0]
        for path in home.messages.rglob("*.txt")
        for line in path.read_text(encoding="utf-8").splitlines()[1:]
    }


def write_messages(home: Home, connection: duckdb.DuckDBPyConnection) -> Outbox:
    """Writes the messages that no file holds yet into one new file, for the owner alone."""
    home.messages.mkdir(parents=True, exist_ok=True)
    home.messages.chmod(0o700)
    known = _written(home)
    rows = connection.execute(
        f"select as_of, message_id, telephone, text from {KEPT}.outgoing_message order by as_of, message_id"
    ).fetchall()
    new = [row for row in rows if row[1] not in known]
    if not new:
        return Outbox(None, 0)
    newest = max(row[0] for row in new).isoformat()
    earlier = len(list(home.messages.rglob(f"{newest}*.txt")))
    path = home.messages / (f"{newest}_{earlier + 1}.txt" if earlier else f"{newest}.txt")
    lines = [_FORM, *("\t".join(" ".join(str(cell).split()) for cell in row[1:]) for row in new)]
    text = "\n".join(lines) + "\n"
    write_atomically(path, lambda temporary: temporary.write_text(text, encoding="utf-8"), mode=0o600)
    return Outbox(path, len(new))
