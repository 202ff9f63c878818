"""Columns that a registry delivers no longer, as declared."""

from __future__ import annotations

from pathlib import Path

from warehouse.parameters.dated import Version, parameter_document


class EndedColumn(Version):
    """A column that extracts of a registry need not have any more."""

    registry: str
    column: str


def ended_columns(site: Path | None = None) -> tuple[EndedColumn, ...]:
    """Every declared one."""
    return tuple(EndedColumn.model_validate(entry) for entry in parameter_document("ended_columns.yaml", site))
