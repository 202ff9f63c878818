"""What the process that runs checks and the one that owns the data say to each other, over two pipes.

The owner asks for a check or a document; until it is done, the other may put queries, which the owner answers from its
own connection. Names, words, SQL and counts cross; of what a query or a library says went wrong only its kind.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from expectations.bridge.checks import CheckResult


@dataclass(frozen=True)
class AskedCheck:
    """A check as it is to be run: its name, its words, and the SQL that selects a 1 for each row that breaks it."""

    name: str
    words: str
    sql: str


@dataclass(frozen=True)
class Validate:
    """Run the checks of a table. `run`: whose they are; outcomes are kept for its documents."""

    run: int
    table: str
    checks: tuple[AskedCheck, ...]


@dataclass(frozen=True)
class Outcome:
    """How a check came out; rows: how many break it, None where its SQL does not fit its table."""

    name: str
    success: bool
    rows: int | None


@dataclass(frozen=True)
class Document:
    """Write the pages of what a run validated, and the overview. titles: of its tables, Chinese and English."""

    run: int
    folder: Path
    day: str
    titles: Mapping[str, tuple[str, str]]
    results: tuple[CheckResult, ...]


@dataclass(frozen=True)
class Forget:
    """A run is over: nobody will ask for its documents."""

    run: int


@dataclass(frozen=True)
class Query:
    """SQL for the owner of the data."""

    sql: str
    parameters: Sequence[Any] | Mapping[str, Any] | None


@dataclass(frozen=True)
class Rows:
    """What a query found: columns as (name, type), and rows. A failed one has neither."""

    columns: list[tuple[str, str]] | None
    rows: list[tuple[Any, ...]]


@dataclass(frozen=True)
class Done:
    """What was asked for is done."""

    result: Any


@dataclass(frozen=True)
class Failed:
    """What was asked for failed. kind: the name of the error's class."""

    kind: str


class Channel:
    """One end of the two pipes."""

    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO) -> None:
        self._incoming = incoming
        self._outgoing = outgoing

    def send(self, message: object) -> None:
        """Raises OSError where nobody is at the other end."""
        pickle.dump(message, self._outgoing)
        self._outgoing.flush()

    def receive(self) -> Any:
        """The next message. Raises EOFError where the other end is closed."""
        return pickle.load(self._incoming)  # noqa: S301  the other end is this program
