"""`hedui replay`, `diff` and `trace`: published figures rebuilt, compared and followed down, on the terminal."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import asdict

import duckdb
from rich.console import Console

from assets.differences import Difference, as_known_now, between
from assets.replay import NeverPublishedError, Replay, replay, replay_all
from assets.tracing import TracedRanking, UnknownFigureError, trace_ranking
from pipelines.screen import screen
from warehouse.catalogue import catalogue
from warehouse.home import Home

_BUSY = "内部库正被写入，请稍后再试 / the private warehouse is being written: try again later"


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


def _show(console: Console, found: Replay) -> None:
    rows = sum(table.rebuilt_rows for table in found.tables)
    if found.identical:
        console.print(
            f"✓ {found.as_of} 逐字节一致：{len(found.tables)} 张表，{rows:,} 行 / "
            f"identical byte for byte: {len(found.tables)} tables, {rows:,} rows",
            highlight=False,
        )
        return
    console.print(f"✗ {found.as_of} 与发布的不一致 / differs from what was published", highlight=False)
    for table in found.tables:
        if not table.identical:
            console.print(
                f"    {table.table}：发布有而重算无 {table.only_published} 行，重算有而发布无 {table.only_rebuilt} 行",
                highlight=False,
            )
    for name in found.broken_history:
        console.print(
            f"    {name}：留存内容与当时的校验值不符 / kept rows no longer have their digest", highlight=False
        )
    for name in found.missing_input:
        console.print(f"    输入 {name} 已不在 / input {name} is no longer there", highlight=False)
    if not found.same_code:
        console.print(
            "    程序或参数与当时不同，差异可能由此而来 / code or parameters are not those of the day: this may be why",
            highlight=False,
        )


def show_replay(home: Home, day: dt.date | None, *, as_json: bool) -> int:
    """Replays a day, or without one every published day from nothing. 1 where something is not identical."""
    console = Console(stderr=as_json)
    if not home.published_database.exists():
        screen(errors=True).print("✗ 还没有发布任何结果 / nothing is published yet", highlight=False)
        return 1
    found: list[Replay] = []
    try:
        days: Iterable[Replay]
        days = [replay(home, catalogue(home.site), day)] if day else replay_all(home, catalogue(home.site))
        for replayed in days:
            found.append(replayed)
            _show(console, replayed)
    except NeverPublishedError:
        screen(errors=True).print(f"✗ {day} 没有发布过 / was never published", highlight=False)
        return 2
    except duckdb.IOException:
        screen(errors=True).print(f"✗ {_BUSY}", highlight=False)
        return 1
    if as_json:
        print(json.dumps([_as_row(replayed) for replayed in found]))  # noqa: T201 - the output
    return 0 if found and all(replayed.identical for replayed in found) else 1


_SHOWN = 40


def _complain(text: str, code: int) -> int:
    screen(errors=True).print(f"✗ {text}", highlight=False)
    return code


def _show_some(console: Console, title: str, lines: list[str]) -> None:
    console.print(f"{title}：{len(lines)}", highlight=False)
    for line in lines[:_SHOWN]:
        console.print(f"  {line}", highlight=False, soft_wrap=True)
    if len(lines) > _SHOWN:
        console.print("  …（其余见 --json / the rest with --json）", highlight=False)


def _show_difference(found: Difference) -> None:
    console = screen()
    _show_some(
        console,
        "变动的数字 / figures that moved",
        [f"{each.unit} {each.figure}: {each.before or '-'} → {each.after or '-'}" for each in found.figures],
    )
    _show_some(
        console,
        "新知的输入 / input known only to the later view",
        [f"{each.kind} {each.input_id} {each.registry or ''} {each.extract_date or ''}" for each in found.inputs],
    )
    _show_some(
        console,
        "涉及的疑点 / cases",
        [f"{each.case_id} {each.rule_code} {each.village_code or '-'} {each.change}" for each in found.cases],
    )


def show_difference(home: Home, first: dt.date, second: dt.date | None, *, as_json: bool) -> int:
    """What moved between two published days, or between a published day and the same day as known now."""
    if not home.published_database.exists():
        return _complain("还没有发布任何结果 / nothing is published yet", 1)
    try:
        found_catalogue = catalogue(home.site)
        if second is None:
            found = as_known_now(home, found_catalogue, first)
        else:
            found = between(home, found_catalogue, *sorted((first, second)))
    except NeverPublishedError as error:
        return _complain(f"{error} 没有发布过 / was never published", 2)
    except duckdb.IOException:
        return _complain(_BUSY, 1)
    if as_json:
        print(json.dumps(asdict(found), default=str, ensure_ascii=False))  # noqa: T201 - the output
    else:
        _show_difference(found)
    return 0


def _show_trace(found: TracedRanking) -> None:
    console = screen()
    console.print(
        f"{found.as_of} {found.unit_code}：得分 {found.score}，名次 {found.rank or '-'}，扣分 {found.points_deducted:g}"
        f" / score {found.score}, rank {found.rank or '-'}, deducted {found.points_deducted:g}",
        highlight=False,
    )
    for part in found.indicators:
        console.print(
            f"  {part.indicator} × {part.weight:g}：{part.numerator}/{part.denominator}，"
            f"{len(part.files)} 个文件 / files",
            highlight=False,
        )
        for case in part.cases:
            console.print(
                f"    {case.case_id} {case.rule_code} {case.first_seen} → {case.resolved_on or case.status}"
                f"（期限 due {case.due_on}）",
                highlight=False,
            )
            for kind, about, file_id, row in case.events:
                console.print(f"      {about} {kind} {file_id or ''} {row or ''}", highlight=False)
            for source in case.rows:
                console.print(
                    f"      {source.registry} 文件 file {source.file_id} 行 row {source.row_number}"
                    f"（{source.extract_date}）",
                    highlight=False,
                )


def show_trace(home: Home, figure: str, unit: str, day: dt.date, *, as_json: bool) -> int:
    """From a figure down to file and row."""
    if figure != "ranking":
        return _complain(f"目前可追溯 ranking / what can be traced is ranking, not {figure}", 2)
    if not home.published_database.exists():
        return _complain("还没有发布任何结果 / nothing is published yet", 1)
    try:
        found = trace_ranking(home, catalogue(home.site), unit, day)
    except NeverPublishedError:
        return _complain(f"{day} 没有发布过 / was never published", 2)
    except UnknownFigureError:
        return _complain(f"{day} 没有这个村 / no such village on the day: {unit}", 2)
    except duckdb.IOException:
        return _complain(_BUSY, 1)
    if as_json:
        print(json.dumps(asdict(found), default=str, ensure_ascii=False))  # noqa: T201 - the output
    else:
        _show_trace(found)
    return 0
