"""Reading the suites of this folder."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, field_validator

from warehouse.document import read_as

FOLDER = Path(__file__).parent
SELECTION = "select 1 as unexpected "


class Expectation(BaseModel):
    """One reviewed expectation. `unexpected` selects a 1 for each row that breaks it; {batch} is the table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    zh: str
    en: str
    severity: Literal["blocking", "warning"]
    unexpected: str

    @field_validator("unexpected")
    @classmethod
    def _selects_no_value(cls, sql: str) -> str:
        """What a check selects ends up in results and documents: a 1 per row, never a value."""
        if not sql.lstrip().startswith(SELECTION):
            raise ValueError(f"an expectation starts with: {SELECTION}")
        return sql


class _Suite(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str
    expectations: tuple[Expectation, ...]


@cache
def read_suites(*folders: Path) -> dict[str, tuple[Expectation, ...]]:
    """Reviewed expectations by table. Raises ValueError where a file's name is not its table's."""
    suites = {}
    for folder in folders or (FOLDER,):
        for path in sorted(folder.glob("*.yaml")):
            suite = read_as(_Suite, path)
            if suite.table != path.stem:
                raise ValueError(f"{path.name} describes {suite.table}: file and table must have one name")
            suites[suite.table] = suite.expectations
    return suites
