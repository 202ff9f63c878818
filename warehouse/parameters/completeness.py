"""Which two sources may be held beside each other to estimate how complete one of them is, by day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import Field, PositiveInt

from warehouse.parameters.dated import Dated, Version, in_force_on, parameter_path, read_once_each


class SourcePairVersion(Version):
    """How a pair is estimated from a day on."""

    window_days: PositiveInt
    tail: float = Field(gt=0, lt=0.5)


class SourcePairDeclaration(Dated):
    """A registry and the source beside it; is_independent says whether an estimate may be made of them."""

    registry: str
    other_registry: str
    is_independent: bool
    versions: tuple[SourcePairVersion, ...]


@dataclass(frozen=True)
class SourcePair:
    """A row of source_pair."""

    registry: str
    other_registry: str
    is_independent: bool
    window_days: int
    tail: float
    source: str


@cache
def declared_pairs(site: Path | None = None) -> tuple[SourcePairDeclaration, ...]:
    """Every pair with all its versions."""
    path = parameter_path("completeness.yaml", site)
    return read_once_each(SourcePairDeclaration, path, "registry", "other_registry")


def source_pairs_on(day: dt.date, site: Path | None = None) -> list[SourcePair]:
    """The pairs in force on a day."""
    found = []
    for declared in declared_pairs(site):
        version = in_force_on(day, declared.versions)
        if version:
            found.append(
                SourcePair(**declared.model_dump(exclude={"versions"}), **version.model_dump(exclude={"valid_from"}))
            )
    return found
