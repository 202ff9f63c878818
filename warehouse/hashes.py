"""Hashes of files, without reading again what did not change since it was read last.

Inbox and returns keep everything that ever came, and the sensor looks every minute: to read all of it each time would
take a modest machine longer than the day's work. So what the system says of a file is kept beside its hash, and as long
as it says the same the hash stands. Cost: one look per file, and one reading of what is new.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from warehouse.files import write_atomically

_BLOCK = 1 << 20
# File systems tell the time of a change in steps of up to two seconds: what changed so recently may change unseen.
_STEP_SECONDS = 2
_OWNER_ONLY = 0o600


def sha256_of(stream: BinaryIO) -> str:
    """The hash of what a file holds from here to its end."""
    digest = hashlib.sha256()
    while block := stream.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()


class Hashes:
    """Hashes of files known by their paths. Whatever is wrong with the memory costs a reading, nothing else."""

    def __init__(self, memory: Path, now: Callable[[], float] = time.time) -> None:
        self._memory = memory
        self._now = now
        self._before: dict[str, list[object]] = {}
        with suppress(OSError, ValueError):
            kept = json.loads(memory.read_text(encoding="utf-8"))
            self._before = kept if isinstance(kept, dict) else {}
        self._asked: dict[str, list[object]] = {}

    def sha256(self, path: Path, stream: BinaryIO) -> str:
        """The hash of a file that is open at its beginning; read only where it may have changed."""
        found = os.fstat(stream.fileno())
        marks = [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_dev, found.st_ino]
        known = self._before.get(str(path))
        if isinstance(known, list) and known[:-1] == marks:
            self._asked[str(path)] = known
            return str(known[-1])
        settled = max(found.st_mtime, found.st_ctime) + _STEP_SECONDS < self._now()
        sha256 = sha256_of(stream)
        if settled:
            self._asked[str(path)] = [*marks, sha256]
        return sha256

    def keep(self) -> None:
        """Keeps what was asked for since this was made, for the next time; the rest is forgotten."""
        if self._asked != self._before and self._memory.parent.is_dir():
            with suppress(OSError):
                write_atomically(
                    self._memory,
                    lambda temporary: temporary.write_text(json.dumps(self._asked, ensure_ascii=False), "utf-8"),
                    mode=_OWNER_ONLY,
                )


@contextmanager
def remembered(memory: Path) -> Iterator[Hashes]:
    """Hashes remembered in a file; to be asked, each time, for every file that it is to remember."""
    hashes = Hashes(memory)
    yield hashes
    hashes.keep()
