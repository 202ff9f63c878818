"""`hedui corrections`: the list of corrections kept by hand, loaded and shown with what became of each."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from rich import box
from rich.table import Table

from assets.cases.corrections import CorrectionError, load_corrections, read_corrections
from assets.cases.wording import field_words
from assets.identity.linkage.tables import MappingError, read_table
from pipelines.days import newest_published
from pipelines.reading import reading_private
from pipelines.refusal import NOTHING_RUN, WRONG_USAGE, RefusedError
from pipelines.screen import screen
from warehouse.catalogue import Catalogue, catalogue
from warehouse.clock import today
from warehouse.engines.duckdb_engine import KEPT
from warehouse.forms import read_correction_form
from warehouse.home import Home
from warehouse.parameters import read_place


def _fields(found: Catalogue) -> dict[str, str]:
    """Fields that can be corrected, by every name that they have on paper: ours, and the headings of the registries."""
    names: dict[str, str] = {}
    for registry, fields in read_correction_form().fields.items():
        for field in fields:
            names |= dict.fromkeys((*found.layouts[registry].columns[field].headings, field_words(found, field)), field)
    return names


def load(home: Home, path: Path) -> int:
    """Loads the list, which counts from the newest day on; the next run computes that day again."""
    newest = newest_published(home)
    if newest is None:
        raise RefusedError(NOTHING_RUN)
    found = catalogue(home.site)
    try:
        rows = read_corrections(
            read_table(path),
            {layout.zh: registry for registry, layout in found.layouts.items()},
            _fields(found),
            read_place(newest, home.site).known_names,
            today(),
        )
    except (MappingError, CorrectionError) as error:
        raise RefusedError(str(error), WRONG_USAGE) from None
    is_new = load_corrections(home, rows, newest, dt.datetime.now(dt.UTC))
    screen().print(
        f"✓ 读入 {len(rows)} 项更正，自 {newest} 起生效；请再运行 hedui run / "
        f"{len(rows)} corrections count from {newest} on: run `hedui run`"
        if is_new
        else "✓ 与最近一次读入的相同，没有变化 / the same as the newest list: nothing changes"
    )
    return 0


def show(home: Home) -> int:
    """Prints every correction that is pending, or to be dropped because its source is repaired; without its value."""
    with reading_private(home) as connection:
        rows = connection.execute(
            f"""select correction_no, registry, field, known_since, repaired, case_id is null
                from {KEPT}.correction order by repaired desc, case_id is not null, correction_no"""
        ).fetchall()
    found = catalogue(home.site)
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for heading in ("编号 number", "登记库 registry", "字段 field", "获知 since", "登记库 source"):
        table.add_column(heading)
    for number, registry, field, since, repaired, by_hand in rows:
        drop = "已改正，请从表中撤下 / repaired: drop it" if by_hand else "已改正 / repaired"
        table.add_row(
            number,
            found.layouts[registry].zh,
            field_words(found, field),
            str(since),
            drop if repaired else "未改正 / not yet",
        )
    console = screen()
    console.print(table)
    console.print(f"{len(rows)} 项；各项数字都不含这些更正 / {len(rows)} corrections; no figure includes them")
    return 0
