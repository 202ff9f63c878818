"""`hedui replay`: published days rebuilt and compared byte for byte, on the terminal."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable

from rich.console import Console

from assets.replay import Replay, replay, replay_all
from pipelines.as_published import of_published_days
from pipelines.screen import screen
from warehouse.catalogue import catalogue
from warehouse.home import Home


def _as_row(found: Replay) -> dict[str, object]:
    return {
        "as_of": found.as_of.isoformat(),
        "identical": found.identical,
        "same_code": found.same_code,
        "tables": len(found.tables),
        "different": [table.table for table in found.tables if not table.identical],
        "broken_history": list(found.broken_history),
        "missing_input": list(found.missing_input),
    }


def why_it_may_differ(found: Replay, *, upon_others: bool) -> str | None:
    """What a difference may come of, in words. upon_others: a day before it, upon which it was rebuilt, differs."""
    if not found.same_code:
        return "程序或参数与当时不同，差异可能由此而来 / code or parameters are not those of the day: this may be why"
    if upon_others:
        return "前面有日子与发布的不一致，这一天是在它们上面重算的 / it was rebuilt upon days before it that differ"
    return None


def _show(console: Console, found: Replay, *, upon_others: bool) -> None:
    rows = sum(table.rebuilt_rows for table in found.tables)
    if found.identical:
        console.print(
            f"✓ {found.as_of} 逐字节一致 / identical byte for byte：{len(found.tables)} 张表 tables，{rows:,} 行 rows"
        )
        return
    console.print(f"✗ {found.as_of} 与发布的不一致 / differs from what was published")
    for table in found.tables:
        if not table.identical:
            console.print(
                f"    {table.table}：发布有而重算无 {table.only_published} 行，重算有而发布无 {table.only_rebuilt} 行"
            )
    for name in found.broken_history:
        console.print(f"    {name}：留存内容与当时的校验值不符 / kept rows no longer have their digest")
    for name in found.missing_input:
        console.print(f"    输入 {name} 已不在 / input {name} is no longer there")
    if why := why_it_may_differ(found, upon_others=upon_others):
        console.print(f"    {why}")


def show_replay(home: Home, day: dt.date | None, *, as_json: bool) -> int:
    """Replays a day, or without one every published day from nothing. 1 where something is not identical."""
    console = screen(errors=as_json)
    found: list[Replay] = []
    with of_published_days(home):
        days: Iterable[Replay]
        days = [replay(home, catalogue(home.site), day)] if day else replay_all(home, catalogue(home.site))
        for replayed in days:
            _show(console, replayed, upon_others=not all(before.identical for before in found))
            found.append(replayed)
    if as_json:
        print(json.dumps([_as_row(replayed) for replayed in found]))  # noqa: T201 - the output
    return 0 if found and all(replayed.identical for replayed in found) else 1
