"""The outbox: for each day a file that says what became of every recipient's mail.

A state is written before and after the one moment in which a server may have accepted a mail and we do not know: a mail
found in that moment after a crash is `uncertain`. It is shown and left to a person, because sending it again could be
sending it twice.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from warehouse.files import days_of, read_kept_json, write_atomically
from warehouse.home import Home

State = Literal["pending", "sending", "sent", "refused", "uncertain"]
_STATE_FILE, _LOCK_FILE = "mail.json", ".lock"


@dataclass
class Recipient:
    """One unit's mail: its state, what was tried, and the server's last reply code (never its words)."""

    unit: str
    address: str
    state: State = "pending"
    attempts: int = 0
    next_attempt: str | None = None
    sent_at: str | None = None
    late: bool = False
    last_error: str | None = None

    def is_due(self, now: dt.datetime) -> bool:
        """Whether another attempt may be made now."""
        waiting = self.next_attempt and dt.datetime.fromisoformat(self.next_attempt) > now
        return self.state == "pending" and not waiting


@dataclass
class Outgoing:
    """A day's mail."""

    day: dt.date
    recipients: list[Recipient] = field(default_factory=list)


class OutboxBusyError(Exception):
    """Another process is sending."""


def _folder(home: Home, day: dt.date) -> Path:
    return home.outbox / day.isoformat()


def read_outgoing(home: Home, day: dt.date) -> Outgoing | None:
    """A day's mail; None where none was queued."""
    path = _folder(home, day) / _STATE_FILE
    if not path.exists():
        return None
    return Outgoing(day, [Recipient(**entry) for entry in read_kept_json(path)])


def write_outgoing(home: Home, outgoing: Outgoing) -> None:
    """Writes a day's mail, on disk when this returns."""
    folder = _folder(home, outgoing.day)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    text = json.dumps([asdict(recipient) for recipient in outgoing.recipients], ensure_ascii=False, indent=1)
    write_atomically(folder / _STATE_FILE, lambda temporary: temporary.write_text(text, encoding="utf-8"))


def queued_days(home: Home) -> list[dt.date]:
    """Days with mail, oldest first."""
    return days_of(path.parent for path in home.outbox.glob(f"*/{_STATE_FILE}"))


@contextmanager
def only_sender(home: Home) -> Iterator[None]:
    """Holds the outbox: two senders at once would send twice. Raises OutboxBusyError."""
    home.outbox.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (home.outbox / _LOCK_FILE).open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OutboxBusyError("另一个进程正在发信 / another process is sending") from None
        yield
