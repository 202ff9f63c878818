"""Landing: each delivery is accepted, quarantined, or recognised as already here.

What is in quarantine is tried again once it would be read otherwise (reading_of). Where that gives the same, its note
stays what it was; else the attempt has a manifest of its own, and the note before it stays for the days that knew it.

A landed file is three immutable Parquet files (accepted rows, rejected rows, notices) and a manifest that is written
last and atomically: a delivery counts as landed when its manifest exists, so a crash is mended by running again.
What a file is found to hold counts only where the file holds after reading what it was planned with; else nothing is
kept of it and it stays for the next run. Cost is one hash of every inbox file per run, and of every new one another
hash and one reading; a private copy would cost as much reading and a second place on the disk. Of a long text file a
part at a time is held in memory, of any other format the whole.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq

from assets.registries.inbox import Delivery, deliveries
from assets.registries.parse import ROW, UnusableFileError, parse
from assets.registries.published_input import published_input
from assets.registries.sheet import Sheet, UnreadableFileError, read_in_parts
from warehouse.clock import day_of_instant
from warehouse.document import read_yaml
from warehouse.files import put_in_place, read_kept_json, temporary_for, write_atomically
from warehouse.home import Home
from warehouse.registries import COMMON, Layout
from warehouse.registries.layout import RULES_FILE

ACCEPTED, QUARANTINED = "accepted", "quarantined"
UNKNOWN_REGISTRY = "UNKNOWN_REGISTRY"
_ROW_GROUP = 122_880  # rows: DuckDB reads the groups of a file side by side, and its own are of this size


@dataclass(frozen=True)
class Manifest:
    """What became of one delivery. Counts are rows; `reason` is a code of reasons.yaml, `column` a heading.

    `columns`: the declared columns that it has; empty where it is in quarantine, or was landed before that was kept.
    `hidden_sheets`: how many worksheets with cells were not read because they are hidden. What is not read counts no
    rows: rows read = accepted + rejected holds of the sheets that can be seen, and that others are there is told.
    `reading`: as what it was read (reading_of), the last time; empty where it was landed before that was kept.
    `replaces`: the landed file that counts no more since this one landed; of one that had its name, only if told so.
    """

    file_id: str
    registry: str
    file_name: str
    sha256: str
    extract_date: str | None
    mode: str
    part: str
    file_format: str
    status: str
    reason: str | None
    column: str | None
    rows_read: int
    rows_accepted: int
    rows_rejected: int
    rows_skipped: int
    notices: int
    refused_headings: tuple[str, ...]
    ignored_headings: tuple[str, ...]
    received_at: str
    columns: tuple[str, ...] = ()
    hidden_sheets: int = 0
    reading: str = ""
    replaces: str | None = None


@dataclass(frozen=True)
class LandingReport:
    """What a landing did: the manifests that are new, how many deliveries were recognised, how many must wait.

    A file whose extract date has not come yet stays in the inbox until then. `left` are files that somebody was writing
    or changed while they were read: they stay for the next run.
    """

    new: tuple[Manifest, ...]
    recognised: int
    waiting: int
    left: int

    @property
    def something_rejected(self) -> bool:
        """Whether a file or a row of this landing was not accepted."""
        return any(manifest.status == QUARANTINED or manifest.rows_rejected for manifest in self.new)


class _ChangedError(Exception):
    """A file is no longer what was planned."""


@cache
def reasons() -> dict[str, dict[str, dict[str, str]]]:
    """Words for every reason, by 'files' or 'rows' and code."""
    return read_yaml(COMMON / "reasons.yaml")


@cache
def _reading_rules() -> tuple[str, str]:
    return (COMMON / RULES_FILE).read_text(encoding="utf-8"), version("hedui")


def reading_of(layout: Layout | None) -> str:
    """A digest of what decides how a registry's files are read; None where there is no such registry."""
    words = "|".join([layout.model_dump_json() if layout else "", *_reading_rules()])
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def explain(manifest: Manifest) -> str:
    """Why a delivery is in quarantine, in words: Chinese first, English beside."""
    words = reasons()["files"][manifest.reason or ""]
    return f"{words['zh']} / {words['en']}".format(column=manifest.column or "")


def manifest_path(home: Home, registry: str, file_id: str, status: str) -> Path:
    """Where a manifest lies."""
    root = home.landed if status == ACCEPTED else home.quarantine
    return root / (registry or "_") / f"{file_id}.json"


def landed_rows(home: Home, landed: Manifest | Delivery, kind: str) -> Path:
    """Where the accepted rows, rejected rows or notices of a landed file lie; kind: rows, rejected, notices."""
    return home.landed / landed.registry / f"{landed.file_id}.{kind}.parquet"


def _readable_copy(home: Home, registry: str, file_id: str) -> Path:
    """Where the declared columns lie of a file in quarantine."""
    return home.quarantine / (registry or "_") / f"{file_id}.csv"


def _write_manifest(home: Home, manifest: Manifest) -> None:
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
    path = manifest_path(home, manifest.registry, manifest.file_id, manifest.status)
    write_atomically(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))


def _quarantine(
    home: Home,
    delivery: Delivery,
    common: dict[str, Any],
    reason: str,
    column: str | None,
    readable: pl.DataFrame | None,
) -> Manifest | None:
    if not delivery.is_unchanged():
        return None
    manifest = Manifest(
        **common, status=QUARANTINED, reason=reason, column=column, rows_read=0, rows_accepted=0, rows_rejected=0,
        rows_skipped=0, notices=0, refused_headings=(), ignored_headings=(),
    )  # fmt: skip
    if delivery.put_aside:
        before = _read_manifest(manifest_path(home, delivery.registry, delivery.put_aside, QUARANTINED))
        if (before.reason, before.column) == (reason, column):
            manifest = replace(before, reading=manifest.reading)
    if readable is not None:
        # Only columns that the layout declares: what is unknown may be refused content under another name.
        copy = _readable_copy(home, delivery.registry, manifest.file_id)
        write_atomically(copy, lambda temporary: readable.write_csv(temporary, include_bom=True))
    _write_outcome(home, delivery, manifest)
    return manifest


def _write_outcome(home: Home, delivery: Delivery, manifest: Manifest) -> None:
    """Writes what became of a delivery. Of an attempt before, that ended otherwise, only the note is kept."""
    _write_manifest(home, manifest)
    if delivery.put_aside and delivery.put_aside != manifest.file_id:
        _readable_copy(home, delivery.registry, delivery.put_aside).unlink(missing_ok=True)


def land(home: Home, delivery: Delivery, layouts: dict[str, Layout], received_at: dt.datetime) -> Manifest | None:
    """Reads one delivery and writes what it holds; the manifest says what became of it.

    None where the file changed before it was read to its end: then nothing is kept.
    """
    common: dict[str, Any] = {
        "file_id": delivery.file_id,
        "registry": delivery.registry,
        "file_name": delivery.path.name,
        "sha256": delivery.sha256,
        "extract_date": delivery.extract_date.isoformat() if delivery.extract_date else None,
        "mode": delivery.mode,
        "part": delivery.part,
        "file_format": "",
        "received_at": received_at.isoformat(),
        "reading": reading_of(layouts.get(delivery.registry)),
        "replaces": delivery.replaces,
    }
    if delivery.registry not in layouts:
        return _quarantine(home, delivery, common, UNKNOWN_REGISTRY, None, None)
    if delivery.extract_date is None:
        return _quarantine(home, delivery, common, "BAD_NAME", None, None)
    try:
        landed = _land_rows(home, delivery, layouts[delivery.registry], delivery.extract_date)
    except _ChangedError:
        return None
    except UnreadableFileError as error:
        return _quarantine(home, delivery, common, error.reason, None, None)
    except UnusableFileError as error:
        return _quarantine(home, delivery, common, error.reason, error.column, error.readable)
    manifest = Manifest(**common | landed, status=ACCEPTED, reason=None, column=None)
    _write_outcome(home, delivery, manifest)
    return manifest


def _land_rows(home: Home, delivery: Delivery, layout: Layout, extract_date: dt.date) -> dict[str, Any]:
    """Writes what a delivery holds, part by part, and says what it was: the rest of its manifest.

    Raises UnreadableFileError, UnusableFileError or _ChangedError, and then nothing is left behind.
    """
    counted: Counter[str] = Counter(hidden_sheets=0)
    said: dict[str, Any] = {"columns": (), "refused_headings": (), "ignored_headings": ()}

    def read() -> Iterator[Sheet]:
        """What whoever sent it could see: a hidden worksheet is an older state, or the list behind a choice."""
        is_seen = False
        for sheet in read_in_parts(delivery.path):
            said["file_format"] = sheet.file_format
            if sheet.is_hidden:
                counted["hidden_sheets"] += 1
            else:
                is_seen = True
                yield sheet
        if not is_seen:
            raise UnreadableFileError("HIDDEN")

    def say(name: str, headings: tuple[str, ...]) -> None:
        """One sheet may have headings that the others have not."""
        said[name] += tuple(heading for heading in headings if heading not in said[name])

    with _landing(home, delivery) as write:
        for part in parse(read(), layout, extract_date):
            say("columns", part.columns)
            say("refused_headings", part.refused_headings)
            say("ignored_headings", part.ignored_headings)
            counted["rows_read"] += part.rows_read
            counted["rows_accepted"] += len(part.accepted)
            counted["rows_rejected"] += part.rejected[ROW].n_unique()
            counted["rows_skipped"] += part.rows_skipped
            counted["notices"] += len(part.notices)
            day, mode = pl.lit(extract_date).alias("extract_date"), pl.lit(delivery.mode).alias("extract_mode")
            write("rows", part.accepted.select(day, mode, pl.all()))
            write("rejected", part.rejected)
            write("notices", part.notices)
        if not delivery.is_unchanged():
            raise _ChangedError
    return {**counted, **said}


@contextmanager
def _landing(home: Home, delivery: Delivery) -> Iterator[Callable[[str, pl.DataFrame], None]]:
    """A function that adds rows to one of a delivery's landed files. They come into place once all are written."""
    open_files: dict[str, tuple[Path, pq.ParquetWriter]] = {}

    def write(kind: str, rows: pl.DataFrame) -> None:
        table = rows.select(pl.lit(delivery.file_id).alias("file_id"), pl.all()).to_arrow()
        if kind not in open_files:
            temporary = temporary_for(landed_rows(home, delivery, kind))
            open_files[kind] = temporary, pq.ParquetWriter(temporary, table.schema, compression="zstd")
        open_files[kind][1].write_table(table, row_group_size=_ROW_GROUP)

    try:
        yield write
        for kind, (temporary, writer) in open_files.items():
            writer.close()
            put_in_place(temporary, landed_rows(home, delivery, kind))
    finally:
        for temporary, writer in open_files.values():
            writer.close()
            temporary.unlink(missing_ok=True)


def _read_manifest(path: Path) -> Manifest:
    document = read_kept_json(path)
    for name in ("columns", "refused_headings", "ignored_headings"):
        document[name] = tuple(document.get(name, ()))
    return Manifest(**document)


def read_manifests(home: Home) -> list[Manifest]:
    """Every manifest, accepted or quarantined, in order of registry, day and receipt."""
    found = map(_read_manifest, (*home.landed.glob("*/*.json"), *home.quarantine.glob("*/*.json")))
    return sorted(
        found,
        key=lambda manifest: (manifest.registry, manifest.extract_date or "", manifest.received_at, manifest.file_id),
    )


_Came = tuple[str, str, str, str]  # registry, day, kind, content
_Place = tuple[str, str | None, str, str]  # registry, day, kind, part: what a name stands for


def _came(manifest: Manifest) -> _Came:
    return manifest.registry, manifest.extract_date or manifest.file_name, manifest.mode, manifest.sha256


def _came_of(delivery: Delivery) -> _Came:
    day = delivery.extract_date.isoformat() if delivery.extract_date else delivery.path.name
    return delivery.registry, day, delivery.mode, delivery.sha256


def _place(manifest: Manifest) -> _Place:
    return manifest.registry, manifest.extract_date, manifest.mode, manifest.part


def _place_of(delivery: Delivery) -> _Place:
    day = delivery.extract_date.isoformat() if delivery.extract_date else None
    return delivery.registry, day, delivery.mode, delivery.part


def _newest_attempts(manifests: Iterable[Manifest]) -> dict[_Came, Manifest]:
    """What became of each content the last time that it was read.

    Where the name tells no day it is the name that is wrong with a file: under another it is another delivery.
    """
    return {
        _came(manifest): manifest
        for manifest in sorted(manifests, key=lambda attempt: (attempt.received_at, attempt.status == ACCEPTED))
    }


def tried_again(manifests: Iterable[Manifest]) -> frozenset[str]:
    """Ids of the notes in quarantine of files that were tried again and came out otherwise."""
    manifests = tuple(manifests)
    newest = {manifest.file_id for manifest in _newest_attempts(manifests).values()}
    return frozenset(
        manifest.file_id for manifest in manifests if manifest.status == QUARANTINED and manifest.file_id not in newest
    )


class _Gone:
    """Files that count and lie in the inbox no more. of_days: ids of files that published days know."""

    def __init__(
        self, counting: Iterable[Manifest], lying: Collection[tuple[_Place, str]], of_days: Collection[str]
    ) -> None:
        gone = [manifest for manifest in counting if (_place(manifest), manifest.sha256) not in lying]
        self._by_place = {_place(manifest): manifest for manifest in gone}
        self._renamed = {manifest.sha256: manifest for manifest in gone if manifest.file_id not in of_days}

    def take(self, delivery: Delivery, *, is_known: bool) -> str | None:
        """The id of the one whose place a delivery takes, if any; is_known: its content was accepted before."""
        before = self._by_place.get(_place_of(delivery)) if is_known else None
        renamed = self._renamed.get(delivery.sha256)
        if before is None and renamed and _came(renamed) != _came_of(delivery):
            before = renamed
        if before is None:
            return None
        self._by_place.pop(_place(before), None)
        if self._renamed.get(before.sha256) is before:
            del self._renamed[before.sha256]
        return before.file_id


def to_be_read(
    found: Iterable[Delivery], manifests: Iterable[Manifest], layouts: Mapping[str, Layout], of_days: Collection[str]
) -> list[Delivery | None]:
    """Each delivery as it is to be read; None where it is here already, by any name. of_days: what published days know.

    Here already, and all the same to be read, is what takes the place of a file that counts and lies there no more:
    what was replaced by another content and is put back under its name; and what was renamed, because its name told the
    wrong day, kind or registry, before a day was published with it.
    """
    found, manifests = list(found), list(manifests)
    newest = _newest_attempts(manifests)
    lying = {(_place_of(delivery), delivery.sha256) for delivery in found}
    gone = _Gone(in_force(manifests), lying, of_days)
    seen: set[_Came] = set()

    def as_new(delivery: Delivery) -> Delivery | None:
        came = _came_of(delivery)
        before, is_first = newest.get(came), came not in seen
        seen.add(came)
        is_accepted = before is not None and before.status == ACCEPTED
        if replaced := gone.take(delivery, is_known=is_accepted):
            return replace(delivery, replaces=replaced)
        if before is None or not is_first:
            return delivery if is_first else None
        if is_accepted or before.reading == reading_of(layouts.get(delivery.registry)):
            return None
        return replace(delivery, put_aside=before.file_id)

    return [as_new(delivery) for delivery in found]


@dataclass(frozen=True)
class InboxPlan:
    """What a landing is to do: the deliveries to be read, and how many are recognised, wait for their day, or are left
    because somebody is writing them.
    """

    to_land: tuple[Delivery, ...]
    recognised: int
    waiting: int
    left: int
    received_at: dt.datetime

    def report(self, landed: Iterable[Manifest | None]) -> LandingReport:
        """What came of it: for each delivery what landing it gave, in order."""
        outcomes = list(landed)
        new = tuple(
            manifest
            for delivery, manifest in zip(self.to_land, outcomes, strict=True)
            if manifest and manifest.file_id != delivery.put_aside
        )
        left = outcomes.count(None)
        as_before = len(outcomes) - left - len(new)
        return LandingReport(new, self.recognised + as_before, self.waiting, self.left + left)


def plan_inbox(home: Home, layouts: Mapping[str, Layout], received_at: dt.datetime | None = None) -> InboxPlan:
    """Looks through the inbox and reads nothing yet."""
    home.prepare()
    now = received_at or dt.datetime.now(dt.UTC)
    to_land: list[Delivery] = []
    left: list[Path] = []
    recognised = waiting = 0
    for new in to_be_read(deliveries(home, left.append), read_manifests(home), layouts, published_input(home)):
        if new is None:
            recognised += 1
        elif new.extract_date and new.extract_date > day_of_instant(now):
            waiting += 1
        else:
            to_land.append(new)
    return InboxPlan(tuple(to_land), recognised, waiting, len(left), now)


def land_inbox(
    home: Home,
    layouts: dict[str, Layout],
    *,
    received_at: dt.datetime | None = None,
    announce: Callable[[str], object] = lambda _: None,
) -> LandingReport:
    """Lands everything in the inbox that is not here yet. `announce` is told the registry of each file being read."""
    plan = plan_inbox(home, layouts, received_at)
    new = []
    for delivery in plan.to_land:
        announce(delivery.registry)
        new.append(land(home, delivery, layouts, plan.received_at))
    return plan.report(new)


def in_force(manifests: Iterable[Manifest]) -> list[Manifest]:
    """Accepted files that count: another content under the same name and day replaces what it held before.

    One content of a registry, day and kind counts once, under whatever names it lies.
    """
    accepted = [manifest for manifest in manifests if manifest.status == ACCEPTED]
    replaced = {manifest.replaces for manifest in accepted}
    newest = {
        _place(manifest): manifest
        for manifest in sorted(accepted, key=lambda candidate: (candidate.received_at, candidate.file_id))
        if manifest.file_id not in replaced
    }
    counting: dict[_Came, Manifest] = {}
    for manifest in newest.values():
        counting.setdefault(_came(manifest), manifest)
    return list(counting.values())
