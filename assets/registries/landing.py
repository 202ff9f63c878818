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
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq

from assets.registries.inbox import Delivery, deliveries
from assets.registries.manifest import (
    ACCEPTED,
    QUARANTINED,
    Manifest,
    landed_rows,
    manifest_path,
    read_manifest,
    read_manifests,
    reading_of,
    write_manifest,
)
from assets.registries.parse import ROW, UnusableFileError, parse
from assets.registries.published_input import published_input
from assets.registries.recognition import to_be_read
from assets.registries.sheet import Sheet, UnreadableFileError, read_in_parts
from warehouse.clock import day_of_instant, not_before
from warehouse.files import put_in_place, temporary_for, write_atomically
from warehouse.home import Home
from warehouse.registries import Layout

UNKNOWN_REGISTRY = "UNKNOWN_REGISTRY"
_ROW_GROUP = 122_880  # rows: DuckDB reads the groups of a file side by side, and its own are of this size


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


def _readable_copy(home: Home, registry: str, file_id: str) -> Path:
    """Where the declared columns lie of a file in quarantine."""
    return home.quarantine / (registry or "_") / f"{file_id}.csv"


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
        before = read_manifest(manifest_path(home, delivery.registry, delivery.put_aside, QUARANTINED))
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
    write_manifest(home, manifest)
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
        "extract_date": delivery.day,
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
            temporary.unlink(missing_ok=True)
            with suppress(OSError):  # on a full disk it cannot be closed either
                writer.close()


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
    manifests = read_manifests(home)
    for new in to_be_read(deliveries(home, left.append), manifests, layouts, published_input(home)):
        if new is None:
            recognised += 1
        elif new.extract_date and new.extract_date > day_of_instant(now):
            waiting += 1
        else:
            to_land.append(new)
    received = not_before(now, (manifest.received_at for manifest in manifests))
    return InboxPlan(tuple(to_land), recognised, waiting, len(left), received)


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
