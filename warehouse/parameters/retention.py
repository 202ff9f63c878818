"""How long is kept what is of use for a while only, from a day on."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from pydantic import PositiveInt

from warehouse.document import DeclarationError
from warehouse.parameters.dated import Dated, Version, in_force_on, parameter_path, read_once_each

RETENTION_FILE = "retention.yaml"
RUN_RECORDS = "run_records_days"


class RetentionVersion(Version):
    """How many days something is kept, from a day on."""

    value: PositiveInt


class Retention(Dated):
    """Something that is kept for a number of days."""

    name: str
    zh: str
    en: str
    unit: str
    versions: tuple[RetentionVersion, ...]


def declared_retention(site: Path | None = None) -> tuple[Retention, ...]:
    """Everything that is kept for a while, with all its versions."""
    return read_once_each(Retention, parameter_path(RETENTION_FILE, site), "name")


def days_kept(name: str, day: dt.date, site: Path | None = None) -> int:
    """For how many days something is kept, as it is in force on a day. Raises DeclarationError where nothing is."""
    for declared in declared_retention(site):
        if declared.name == name and (version := in_force_on(day, declared.versions)):
            return version.value
    raise DeclarationError(f"{parameter_path(RETENTION_FILE, site)}: {name}: 没有写 / is missing")
