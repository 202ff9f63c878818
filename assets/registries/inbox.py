"""What lies in the inbox: inbox/<registry>/<extract date>[_full|_changes][_anything].<ext>."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_NAME = re.compile(r"^(\d{4}-\d{2}-\d{2})(?:_(full|changes))?(?:_(.*))?$")
_TEMPORARY = re.compile(r"^(\.|~\$)|\.(tmp|part|crdownload)$", re.IGNORECASE)
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Delivery:
    """One file of the inbox. `extract_date` is None where the name does not say it."""

    path: Path
    registry: str
    sha256: str
    extract_date: dt.date | None
    mode: str
    part: str

    @property
    def file_id(self) -> str:
        """Identifies content, registry, day and kind of extract: the same delivery always has the same id."""
        words = f"{self.registry}|{self.extract_date or self.path.name}|{self.mode}|{self.part}|{self.sha256}"
        return hashlib.sha256(words.encode()).hexdigest()[:16]


def _content_hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def deliveries(inbox: Path) -> Iterator[Delivery]:
    """Every file below the inbox in a stable order; temporary files of other programs are passed over."""
    for path in sorted(inbox.rglob("*")):
        if not path.is_file() or _TEMPORARY.search(path.name):
            continue
        match = _NAME.match(path.stem)
        day = None
        if match:
            try:
                day = dt.date.fromisoformat(match[1])
            except ValueError:
                day = None
        yield Delivery(
            path=path,
            registry=path.relative_to(inbox).parts[0] if path.parent != inbox else "",
            sha256=_content_hash(path),
            extract_date=day,
            mode=(match[2] if match else None) or "full",
            part=(match[3] if match else None) or "",
        )
