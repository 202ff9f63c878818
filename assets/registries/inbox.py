"""What lies in the inbox: inbox/<registry>/<extract date>[_full|_changes][_anything].<ext>."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

from assets.registries.writers import is_being_written
from warehouse.hashes import remembered, sha256_of
from warehouse.home import Home

_NAME = re.compile(r"^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:_(full|changes))?(?:$|_(.*)|([\s(（-].*))$", re.IGNORECASE)
# What means to tell the kind of extract and is neither of the two words: read as a full one, a registry would vanish.
_OTHER_KIND = re.compile(r"^[\W_]*(full|chang|delta|incr|updat|全量|增量|变更|变动)", re.IGNORECASE)
_TEMPORARY = re.compile(r"^(\.|~\$)|\.(tmp|part|crdownload)$", re.IGNORECASE)
FULL = "full"
Came = tuple[str, str, str, str]  # registry, day (or name, where that tells none), kind, content
Place = tuple[str, str | None, str, str]  # registry, day, kind, part


class Content(NamedTuple):
    """What a file holds: the hash of its bytes, and what the system says of the file itself.

    The hash alone would not tell of a file that was changed and put back while it was being read.
    """

    sha256: str
    size: int
    modified: int  # nanoseconds
    device: int
    inode: int


@dataclass(frozen=True)
class Delivery:
    """One file of the inbox. `extract_date` is None where the name does not say it.

    `put_aside`: the note in quarantine of a file that is tried again. `replaces`: the landed file that counts no more
    once this one, whose content is known, has landed: another content that lay under the name meanwhile, or the same
    content under the name that the file had before.
    """

    path: Path
    registry: str
    content: Content
    extract_date: dt.date | None
    mode: str
    part: str
    put_aside: str | None = None
    replaces: str | None = None

    @property
    def sha256(self) -> str:
        """The hash of the content."""
        return self.content.sha256

    @property
    def day(self) -> str | None:
        """The extract date as manifests write it."""
        return self.extract_date.isoformat() if self.extract_date else None

    @property
    def came(self) -> Came:
        """What it is, whatever its name. Where the name tells no day it is the name that is wrong: under another, it is
        another delivery.
        """
        return self.registry, self.day or self.path.name, self.mode, self.sha256

    @property
    def place(self) -> Place:
        """What its name stands for. Another content under it replaces the one before."""
        return self.registry, self.day, self.mode, self.part

    @property
    def is_copy(self) -> bool:
        """Whether its name ends in what programs add to the name of a copy, and names no part of an extract."""
        part = self.part.rpartition("/")[2]
        return bool(part) and re.match(r"\w", part) is None

    def is_unchanged(self) -> bool:
        """Whether the file still holds what it held when it was looked at. Reads it once more, from memory mostly."""
        try:
            return _content(self.path, lambda _, stream: sha256_of(stream)) == self.content
        except OSError:
            return False

    @property
    def file_id(self) -> str:
        """Identifies content, registry, day, kind and part: the same delivery under the same name has the same id.

        Tried again it has another: days that were published knew it as a file that could not be read. So it has where
        it takes another's place: days before may have known it as it was.
        """
        words = f"{self.registry}|{self.day or self.path.name}|{self.mode}|{self.part}|{self.sha256}"
        words += "".join(f"|{before}" for before in (self.put_aside, self.replaces) if before)
        return hashlib.sha256(words.encode()).hexdigest()[:16]


def _content(path: Path, hashed: Callable[[Path, BinaryIO], str]) -> Content | None:
    """What a file holds now; None while somebody is writing it."""
    with path.open("rb") as stream:
        if is_being_written(stream.fileno()):
            return None
        found = os.fstat(stream.fileno())
        return Content(hashed(path, stream), found.st_size, found.st_mtime_ns, found.st_dev, found.st_ino)


def _named(stem: str) -> tuple[dt.date | None, str, str]:
    """The day, kind and part that a file name tells; no day where it does not tell them as it should."""
    match = _NAME.match(stem)
    if match is None:
        return None, FULL, ""
    written, kind, rest, copied = match.groups()
    part = (rest or copied or "").strip()
    # What programs add to the name of a copy is understood behind a word that tells the kind, nowhere else.
    if _OTHER_KIND.match(part) or (copied and not kind):
        return None, FULL, ""
    try:
        return dt.date.fromisoformat(written), (kind or FULL).lower(), part
    except ValueError:
        return None, FULL, ""


def _files(inbox: Path) -> Iterator[Path]:
    """Every file below the inbox in a stable order; temporary files of other programs are passed over."""
    return (path for path in sorted(inbox.rglob("*")) if path.is_file() and not _TEMPORARY.search(path.name))


def deliveries(home: Home, pass_over: Callable[[Path], object] = lambda _: None) -> Iterator[Delivery]:
    """Every file of the inbox that is whole as far as can be known, in a stable order.

    `pass_over` is told of each file that somebody is still writing. One that was taken away meanwhile is none.
    """
    with remembered(home.hashes_of(home.inbox)) as hashes:
        for path in _files(home.inbox):
            try:
                content = _content(path, hashes.sha256)
            except FileNotFoundError:
                continue
            if content is None:
                pass_over(path)
                continue
            day, mode, part = _named(path.stem)
            # Of folders within a registry's, as one for each village, files of one name are parts of one extract.
            registry, *folders = path.relative_to(home.inbox).parts[:-1] or ("",)
            yield Delivery(path, registry, content, day, mode, "/".join([*folders, part]))


def waiting_for_their_day(inbox: Path, today: dt.date) -> int:
    """How many files are dated after today: they wait until then."""
    days = (_named(path.stem)[0] for path in _files(inbox))
    return sum(1 for day in days if day and day > today)
