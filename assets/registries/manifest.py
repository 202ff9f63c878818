"""Manifests: what became of each delivery, kept for good beside what it held.

Belongs here: what a manifest says, in which words, and where it and the rows that it speaks of lie.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from assets.registries.inbox import Came, Delivery, Place
from warehouse.document import read_yaml
from warehouse.files import read_kept_json, write_atomically
from warehouse.home import Home
from warehouse.registries import COMMON, Layout
from warehouse.registries.layout import RULES_FILE

ACCEPTED, QUARANTINED = "accepted", "quarantined"


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

    @property
    def came(self) -> Came:
        """What it was, whatever its name: as of a delivery."""
        return self.registry, self.extract_date or self.file_name, self.mode, self.sha256

    @property
    def place(self) -> Place:
        """What its name stands for: as of a delivery."""
        return self.registry, self.extract_date, self.mode, self.part


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


def write_manifest(home: Home, manifest: Manifest) -> None:
    """Writes a manifest where it belongs, whole or not at all."""
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
    path = manifest_path(home, manifest.registry, manifest.file_id, manifest.status)
    write_atomically(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))


def read_manifest(path: Path) -> Manifest:
    """One manifest. Raises DamagedFileError."""
    document = read_kept_json(path)
    for name in ("columns", "refused_headings", "ignored_headings"):
        document[name] = tuple(document.get(name, ()))
    return Manifest(**document)


def read_manifests(home: Home) -> list[Manifest]:
    """Every manifest, accepted or quarantined, in order of registry, day and receipt."""
    found = map(read_manifest, (*home.landed.glob("*/*.json"), *home.quarantine.glob("*/*.json")))
    return sorted(
        found,
        key=lambda manifest: (manifest.registry, manifest.extract_date or "", manifest.received_at, manifest.file_id),
    )
