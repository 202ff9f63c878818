"""Extracts of offices: what each register had become by a day, in the formats that offices use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from tests.synthetic import formats
from tests.synthetic.calendar import date_of
from tests.synthetic.formats import Sheet
from tests.synthetic.world import World
from warehouse.registries import FOLDER, read_layouts

KNOWN = "_known"  # the day on which the office or bank knew the row as it stands
Rows = list[dict[str, Any]]
_FORMATS = (("csv", formats.csv_gb18030), ("xlsx", formats.xlsx), ("csv", formats.csv_bom), ("xls", formats.html_table))
_TEXT = ("csv", formats.csv_bom)  # what no sheet holds


def deliver(home: Path, world: World, registers: dict[str, Rows]) -> int:
    """Writes each register's rows: on the first day all that is known, then each day what is new or changed.

    Empties `registers`: rows take much memory, and those that are written are needed no more.
    """
    layouts = read_layouts(FOLDER)
    count = 0
    for place, registry in enumerate(tuple(registers)):
        layout = layouts[registry]
        table = _table(registers.pop(registry), list(layout.columns))
        columns = [name for name in layout.columns if name in table.columns]
        for day in range(world.first_day, world.last_day + 1):
            today = date_of(day)
            known = pl.col(KNOWN)
            new = table.filter((known == today) | ((known <= today) & (day == world.first_day))).select(columns)
            if new.is_empty():
                continue
            folder = home / "inbox" / registry
            folder.mkdir(parents=True, exist_ok=True)
            mode = "full" if day == world.first_day else "changes"
            ending, write = _FORMATS[place % len(_FORMATS)]
            if ending == "xlsx" and new.height > formats.XLSX_ROWS:
                ending, write = _TEXT
            sheet = Sheet([layout.columns[name].headings[0] for name in columns], new)
            with (folder / f"{today.isoformat()}_{mode}.{ending}").open("wb") as stream:
                stream.writelines(write(sheet))
            count += 1
    return count


def _table(rows: Rows, names: list[str]) -> pl.DataFrame:
    """Rows as a table: the day on which each was known, and as text the named columns that are not blank throughout."""
    days = pl.Series(KNOWN, [row[KNOWN] for row in rows], dtype=pl.Date)
    columns = [pl.Series(name, [_text(row.get(name)) for row in rows], dtype=pl.String) for name in names]
    return pl.DataFrame([days, *(column for column in columns if column.null_count() < len(column))])


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
