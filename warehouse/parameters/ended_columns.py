"""Columns that a registry delivers no longer, as declared."""

from __future__ import annotations

from pathlib import Path

from warehouse.document import read_each
from warehouse.parameters.dated import Version, parameter_path


class EndedColumn(Version):
    """A column that extracts of a registry need not have any more."""

    registry: str
    column: str


def ended_columns(site: Path | None = None) -> tuple[EndedColumn, ...]:
    """Every declared one."""
    return read_each(EndedColumn, parameter_path("ended_columns.yaml", site))
