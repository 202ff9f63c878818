"""What each voice weighs when two values of a field disagree, by the day it is in force."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from warehouse.document import read_as, reading
from warehouse.parameters.dated import FOLDER, Version, in_force_on, parameter_path

DIRECTION_FILE = "direction.yaml"


class FieldWeights(BaseModel):
    """The voices of one field: weights in natural log-odds, and the registries in the order of their authority."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    authority: tuple[str, ...]
    weights: dict[str, float]


class DirectionVersion(Version):
    """The weights of every field from a day on; no side is named with less than the minimum confidence."""

    minimum: float = Field(ge=0, le=1)
    fields: dict[str, FieldWeights]


class Direction(BaseModel):
    """The whole file. Voices of one group share a source and count once."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    groups: dict[str, str]
    versions: tuple[DirectionVersion, ...]


@dataclass(frozen=True)
class VoiceWeight:
    """A row of voice_weight. authority_rank: 1 for what decides by its office; None for what has no authority."""

    field: str
    voice: str
    voice_group: str
    log_odds: Decimal
    authority_rank: int | None
    least_confidence: float
    source: str


@cache
def declared_direction(site: Path | None = None) -> Direction:
    """The weights with all their versions. Raises DeclarationError where a site's file names what there is not."""
    path = parameter_path(DIRECTION_FILE, site)
    declared = read_as(Direction, path)
    if path.parent != FOLDER:
        with reading(path):
            for version in declared.versions:
                _require_known(version, declared_direction().versions)
    return declared


def _require_known(version: DirectionVersion, delivered: tuple[DirectionVersion, ...]) -> None:
    """Raises ValueError for a field or voice that nothing speaks of, or a field left out: it would weigh nothing."""
    fields = {field for each in delivered for field in each.fields}
    voices = {voice for each in delivered for of_field in each.fields.values() for voice in of_field.weights}
    written = {voice for of_field in version.fields.values() for voice in (*of_field.weights, *of_field.authority)}
    if missing := sorted(fields - version.fields.keys()):
        raise ValueError(f"{version.valid_from}: {'、'.join(missing)} 没有写 / {', '.join(missing)} is missing")
    if unknown := sorted((version.fields.keys() - fields) | (written - voices)):
        raise ValueError(
            f"{version.valid_from}: {'、'.join(unknown)} 不是字段，也不是来源 / "
            f"{', '.join(unknown)} is neither a field nor a voice"
        )


def file_head() -> str:
    """The comment at the head of the delivered file, which says what the weights mean."""
    lines = (FOLDER / DIRECTION_FILE).read_text(encoding="utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if line.startswith("#"))


def voice_weights_on(day: dt.date, site: Path | None = None) -> list[VoiceWeight]:
    """The weights in force on a day. Raises LookupError where there are none yet."""
    declared = declared_direction(site)
    version = in_force_on(day, declared.versions)
    if version is None:
        raise LookupError(f"{day} 没有有效的来源权重 / no weights of voices are in force on {day}")
    return [
        VoiceWeight(
            field,
            voice,
            declared.groups.get(voice, voice),
            Decimal(str(weight)),
            of_field.authority.index(voice) + 1 if voice in of_field.authority else None,
            version.minimum,
            version.source,
        )
        for field, of_field in version.fields.items()
        for voice, weight in of_field.weights.items()
    ]
