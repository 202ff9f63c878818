"""Landing returned workbooks: like extracts, each becomes immutable rows and, last, a manifest.

A workbook with the same content is recognised and changes nothing; so does a crash, mended by running again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from assets.cases import returned
from assets.cases.answer_notes import answers_that_count, with_notes
from assets.cases.handover import begun_lists, hand_over, handed_over_lists
from assets.cases.reply import write_reply
from assets.cases.returned import Answers, ProtectedFileError
from assets.cases.returned_rows import SHEET, NotAWorklistError
from assets.registries.sheet import ROW, read_all
from assets.registries.unreadable import UnreadableFileError
from warehouse.clock import not_before
from warehouse.files import read_kept_json, write_atomically
from warehouse.hashes import remembered
from warehouse.home import Home
from warehouse.parquet import reading_kept_tables

ACCEPTED, QUARANTINED = "accepted", "quarantined"
_PRIVATE = 0o600
_TEMPORARY = (".", "~$")
_FIRST = "first_handed"


@dataclass(frozen=True)
class ReturnManifest:
    """What became of one returned workbook. Counts are rows; `reason` is a code of worklist.yaml; days are ISO text.

    `file_id` is of the readable content, `sha256` of the bytes as they came: an encrypted copy is the same workbook.
    """

    file_id: str
    file_name: str
    sha256: str
    file_format: str
    status: str
    reason: str | None
    rows_read: int
    rows_accepted: int
    rows_rejected: int
    rows_skipped: int
    received_on: str
    received_at: str


@dataclass(frozen=True)
class ReturnReport:
    """What a landing of returns did: manifests that are new, and workbooks recognised, some of them refused before.

    early: names of workbooks that were not landed, each with the day on which its list was handed over, which is after
    the day of return.
    """

    new: tuple[ReturnManifest, ...]
    recognised: int
    refused_before: tuple[ReturnManifest, ...] = ()
    early: tuple[tuple[str, dt.date], ...] = ()

    @property
    def something_rejected(self) -> bool:
        """Whether a workbook or a row was not accepted."""
        rejected = any(manifest.status == QUARANTINED or manifest.rows_rejected for manifest in self.new)
        return rejected or bool(self.early)


class _EarlyError(Exception):
    """A workbook answers a list that was handed over after the day on which it is said to have come back."""

    def __init__(self, handed_on: dt.date) -> None:
        super().__init__()
        self.handed_on = handed_on


def returned_rows(home: Home, file_id: str, kind: str) -> Path:
    """Where the rows of a returned workbook lie; kind: rows, rejected."""
    return home.returned / f"{file_id}.{kind}.parquet"


def reply_path(home: Home, file_id: str) -> Path:
    """Where the reply to a returned workbook lies."""
    return home.replies / f"{file_id}.xlsx"


def read_return_manifests(home: Home) -> list[ReturnManifest]:
    """Every returned workbook, in order of receipt."""
    found = [ReturnManifest(**read_kept_json(path)) for path in home.returned.glob("*.json")]
    return sorted(found, key=lambda manifest: (manifest.received_on, manifest.received_at, manifest.file_id))


def waiting(home: Home) -> list[Path]:
    """Every file in returns/, in a stable order; temporary files of other programs are passed over."""
    return [
        path
        for path in sorted(home.returns.rglob("*"))
        if path.is_file() and not path.name.startswith(_TEMPORARY) and path.suffix.lower() != ".tmp"
    ]


def unseen(home: Home) -> list[str]:
    """Ids of the workbooks in returns/ that are not landed yet. Cost: a reading of those that are new there."""
    seen = {manifest.sha256 for manifest in read_return_manifests(home)}
    found = []
    with remembered(home.hashes_of(home.returns)) as hashes:
        for path in waiting(home):
            with path.open("rb") as stream:
                if hashes.sha256(path, stream) not in seen:
                    stream.seek(0)
                    found.append(content_id(stream.read()))
    return found


def content_id(content: bytes) -> str:
    """Identifies a returned workbook by what is in it."""
    return hashlib.sha256(b"return|" + content).hexdigest()[:16]


def handed_over_cases(home: Home) -> pl.DataFrame:
    """Every case on a list that was or may have been given out, once per kind of list.

    case_id, kind, recipient, village_code, field, and first_handed, the day on which the first list with it went out.
    """
    columns = {**dict.fromkeys(["case_id", "kind", "recipient", "village_code", "field"], pl.String), _FIRST: pl.Date}
    files = [*handed_over_lists(home), *begun_lists(home)]
    if not files:
        return pl.DataFrame(schema=columns)
    with reading_kept_tables(files):
        return (
            pl.scan_parquet(files)
            .with_columns(pl.col("handed_on").min().over("case_id", "kind").alias(_FIRST))
            .sort("handed_at", "handover_id", "row_number", descending=[True, False, False])
            .unique(["case_id", "kind"], keep="first", maintain_order=True)
            .select(columns.keys())
            .collect()
        )


def _hand_over_answered(home: Home, accepted: pl.DataFrame) -> None:
    """Whoever answers a case that is on no list but on one that was begun has that list."""
    case = ["case_id", "kind"]
    if begun := begun_lists(home):
        with reading_kept_tables(begun):
            listed = pl.scan_parquet(begun).join(accepted.lazy(), on=case, how="semi").collect()
        handed = handed_over_lists(home)
        if handed:
            with reading_kept_tables(handed):
                listed = listed.lazy().join(pl.scan_parquet(handed), on=case, how="anti").collect()
        for handover_id in listed["handover_id"].unique().sort():
            hand_over(home, handover_id)


def _refuse_early(answers: Answers, handed_over: pl.DataFrame, received_on: dt.date) -> None:
    """Raises _EarlyError where an answer is older than its list: it would be of no spell or draw, and never count."""
    known = answers.accepted.join(handed_over, on=["case_id", "kind"], how="inner")[_FIRST]
    newest = known.max() if len(known) else None
    if isinstance(newest, dt.date) and newest > received_on:
        raise _EarlyError(newest)


def _earlier_answers(home: Home) -> pl.DataFrame:
    """Answers that are already here and count, without those of the workbook that is being landed."""
    accepted = [manifest for manifest in read_return_manifests(home) if manifest.status == ACCEPTED]
    return answers_that_count(returned_rows(home, manifest.file_id, "rows") for manifest in accepted)


def _land(
    home: Home,
    path: Path,
    content: bytes,
    sha256: str,
    villages: Mapping[str, str],
    received_on: dt.date,
    received_at: dt.datetime,
    reason: str | None,
) -> ReturnManifest:
    """Lands one workbook. reason: why it cannot be read, where that is known before it is. Raises _EarlyError."""
    file_id = content_id(content)
    answers, file_format = None, ""
    if reason is None:
        try:
            sheets = read_all(path, content)
            file_format = next(iter(sheets.values())).file_format
            handed_over = handed_over_cases(home)
            answers = returned.parse(sheets, handed_over, villages, received_on)
            _refuse_early(answers, handed_over, received_on)
        except UnreadableFileError as error:
            reason = error.reason
        except NotAWorklistError:
            reason = "NOT_A_WORKLIST"
    manifest = ReturnManifest(
        file_id=file_id,
        file_name=path.name,
        sha256=sha256,
        file_format=file_format,
        status=ACCEPTED if answers else QUARANTINED,
        reason=reason,
        rows_read=len(answers.accepted) + len(answers.rejected) if answers else 0,
        rows_accepted=len(answers.accepted) if answers else 0,
        rows_rejected=len(answers.rejected) if answers else 0,
        rows_skipped=answers.rows_skipped if answers else 0,
        received_on=received_on.isoformat(),
        received_at=received_at.isoformat(),
    )
    if answers:
        _hand_over_answered(home, answers.accepted)
        _write_rows(home, manifest, answers, received_on, received_at)
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
    write_atomically(home.returned / f"{file_id}.json", lambda temporary: temporary.write_text(text, encoding="utf-8"))
    return manifest


def _write_rows(
    home: Home, manifest: ReturnManifest, answers: Answers, received_on: dt.date, received_at: dt.datetime
) -> None:
    accepted = with_notes(answers.accepted, _earlier_answers(home))
    stamp = [pl.lit(manifest.file_id).alias("file_id")]
    instant = pl.lit(received_at.astimezone(dt.UTC).replace(tzinfo=None)).dt.cast_time_unit("us")
    rows = accepted.select(*stamp, pl.all(), pl.lit(received_on).alias("received_on"), instant.alias("received_at"))
    write_atomically(returned_rows(home, manifest.file_id, "rows"), rows.write_parquet)
    rejected = answers.rejected.select(*stamp, SHEET, ROW, "reason_code")
    write_atomically(returned_rows(home, manifest.file_id, "rejected"), rejected.write_parquet)
    write_atomically(
        reply_path(home, manifest.file_id),
        lambda temporary: write_reply(temporary, manifest.file_name, received_on, accepted, answers.rejected),
        mode=_PRIVATE,
    )


def land_returns(
    home: Home,
    paths: Iterable[Path],
    villages: Mapping[str, str],
    *,
    received_on: dt.date,
    received_at: dt.datetime | None = None,
    password: str | None = None,
) -> ReturnReport:
    """Lands workbooks that are not here yet. `villages` are names by code. Raises OSError where a file is not there.

    One that is said to have come back before its list was handed over is left as it is, to be landed under another day.
    """
    home.prepare()
    manifests = read_return_manifests(home)
    known = {manifest.file_id: manifest for manifest in manifests}
    delivered = {manifest.sha256 for manifest in manifests if manifest.status == ACCEPTED}
    now = not_before(received_at or dt.datetime.now(dt.UTC), (manifest.received_at for manifest in manifests))
    new: list[ReturnManifest] = []
    refused_before: list[ReturnManifest] = []
    early: list[tuple[str, dt.date]] = []
    recognised = 0
    for path in paths:
        content, reason = path.read_bytes(), None
        sha256 = hashlib.sha256(content).hexdigest()
        if sha256 in delivered:
            recognised += 1
            continue
        try:
            content = returned.unlocked(content, password)
        except ProtectedFileError:
            reason = "ENCRYPTED"
        except UnreadableFileError as error:
            reason = error.reason
        if before := known.get(content_id(content)):
            recognised += 1
            if before.status == QUARANTINED:
                refused_before.append(before)
            continue
        try:
            manifest = _land(home, path, content, sha256, villages, received_on, now, reason)
        except _EarlyError as error:
            early.append((path.name, error.handed_on))
            continue
        known[manifest.file_id] = manifest
        delivered.add(sha256)
        new.append(manifest)
    return ReturnReport(tuple(new), recognised, tuple(refused_before), tuple(early))
