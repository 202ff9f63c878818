"""Extracts of offices: what each register had become by a day, in the formats that offices use."""

from __future__ import annotations

from collections.abc import Mapping
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


def deliver(home: Path, world: World, registers: Mapping[str, Rows]) -> int:
    """Writes each register's rows: on the first day all that is known, then each day what is new or changed."""
    layouts = read_layouts(FOLDER)
    count = 0
    for place, (registry, rows) in enumerate(registers.items()):
        layout = layouts[registry]
        ending, write = _FORMATS[place % len(_FORMATS)]
        columns = [name for name in layout.columns if any(row.get(name) is not None for row in rows)]
        for day in range(world.first_day, world.last_day + 1):
            today = date_of(day)
            new = [row for row in rows if row[KNOWN] == today or (day == world.first_day and row[KNOWN] <= today)]
            if not new:
                continue
            cells = pl.DataFrame(
                {name: pl.Series([_text(row.get(name)) for row in new], dtype=pl.String) for name in columns}
            )
            folder = home / "inbox" / registry
            folder.mkdir(parents=True, exist_ok=True)
            mode = "full" if day == world.first_day else "changes"
            sheet = Sheet([layout.columns[name].headings[0] for name in columns], cells)
            (folder / f"{today.isoformat()}_{mode}.{ending}").write_bytes(b"".join(write(sheet)))
            count += 1
    return count


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
