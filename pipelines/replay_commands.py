"""`hedui replay`, `diff` and `trace`: published figures rebuilt, compared and followed down, on the terminal."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from assets.differences import Difference, Moved, NewInput, as_known_now, between
from assets.replay import NeverPublishedError, Replay, replay, replay_all
from assets.tracing import RANKING, WARNING, Traced, TracedCase, TracedIndicator, UnknownFigureError, trace
from pipelines.reading import not_while_written, require_published
from pipelines.refusal import WRONG_USAGE, RefusedError
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


def _show(console: Console, found: Replay) -> None:
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
    if not found.same_code:
        console.print(
            "    程序或参数与当时不同，差异可能由此而来 / code or parameters are not those of the day: this may be why"
        )


@contextmanager
def _published_days(home: Home) -> Iterator[None]:
    """Within it, a day that was never published, or a run under way, is refused in words."""
    require_published(home)
    try:
        with not_while_written():
            yield
    except NeverPublishedError as error:
        raise RefusedError(f"{error} 没有发布过 / was never published", WRONG_USAGE) from None


def show_replay(home: Home, day: dt.date | None, *, as_json: bool) -> int:
    """Replays a day, or without one every published day from nothing. 1 where something is not identical."""
    console = screen(errors=as_json)
    found: list[Replay] = []
    with _published_days(home):
        days: Iterable[Replay]
        days = [replay(home, catalogue(home.site), day)] if day else replay_all(home, catalogue(home.site))
        for replayed in days:
            found.append(replayed)
            _show(console, replayed)
    if as_json:
        print(json.dumps([_as_row(replayed) for replayed in found]))  # noqa: T201 - the output
    return 0 if found and all(replayed.identical for replayed in found) else 1


_SHOWN = 20

# A heading and what belongs under it, which again are such pairs.
Part = tuple[str, "Sequence[Part]"]


def _outline(tree: Tree, parts: Sequence[Part]) -> None:
    """Hangs parts below a heading; of many, the first, and how many more there are."""
    for heading, below in parts[:_SHOWN]:
        _outline(tree.add(Text(heading)), below)
    if len(parts) > _SHOWN:
        more = len(parts) - _SHOWN
        tree.add(Text(f"…另有 {more} 项，见 --json / {more} more with --json"))


def _show_outline(title: str, parts: Sequence[Part]) -> None:
    tree = Tree(Text(title), guide_style="dim")
    for heading, below in parts:
        _outline(tree.add(Text(heading)), below)
    screen().print(tree)


def _number(text: str | None) -> str:
    """A figure as read: no digits beyond those that mean something."""
    if text is None:
        return "-"
    return f"{float(text):.6g}" if "." in text else text


def _because(moved: Moved) -> list[Part]:
    """What a figure moved because of: indicators, cases, input."""
    parts: list[Part] = []
    if moved.through:
        parts.append((f"因为 through: {'、'.join(moved.through)}", []))
    elif moved.figure in ("score", "rank"):
        parts.append(("本单位的指标没有变：扣分或其他单位变了 / its own indicators did not move", []))
    if moved.cases:
        parts.append((
            f"疑点 cases: {len(moved.cases)}",
            [(f"{case.case_id} {case.rule_code} {case.village_code or '-'} {case.change}", []) for case in moved.cases],
        ))  # fmt: skip
    if moved.inputs:
        parts.append((f"输入 input: {len(moved.inputs)}", _inputs(moved.inputs)))
    return parts


def _inputs(inputs: Sequence[NewInput]) -> list[Part]:
    return [
        (" ".join(str(word) for word in (each.kind, each.registry, each.extract_date, each.input_id) if word), [])
        for each in inputs
    ]


def _show_difference(found: Difference, title: str) -> None:
    figures: dict[str, list[Part]] = {}
    for each in found.figures:
        line = f"{each.figure.removeprefix('indicator:')}: {_number(each.before)} → {_number(each.after)}"
        figures.setdefault(each.unit, []).append((line, _because(each)))
    _show_outline(
        title,
        [
            (f"变动的数字 / figures that moved: {len(found.figures)}", list(figures.items())),
            (f"新知的输入 / new input: {len(found.inputs)}", _inputs(found.inputs)),
            (f"涉及的疑点 / cases: {len({case.case_id for case in found.cases})}", []),
        ],
    )


def show_difference(home: Home, first: dt.date, second: dt.date | None, *, as_json: bool) -> int:
    """What moved between two published days, or between a published day and the same day as known now."""
    found_catalogue = catalogue(home.site)
    with _published_days(home):
        if second is None:
            found = as_known_now(home, found_catalogue, first)
        else:
            first, second = sorted((first, second))
            found = between(home, found_catalogue, first, second)
    if as_json:
        print(json.dumps(asdict(found), default=str, ensure_ascii=False))  # noqa: T201 - the output
    else:
        _show_difference(found, f"{first} → {second or '现在所知 / as known now'}")
    return 0


def _case_part(case: TracedCase) -> Part:
    mark = "✓" if case.is_good else "✗"
    ended = case.resolved_on or case.status
    where = f"{mark} {case.case_id} {case.rule_code} {case.village_code}"
    parts: list[Part] = []
    for kind, about, file_id, row in case.events:
        parts.append((f"{about} {kind}{_place(file_id, row)}", []))
    for source in case.rows:
        parts.append((f"{source.registry}{_place(source.file_id, source.row_number)}", []))
    return f"{where} {case.first_seen} → {ended}，期限 due {case.due_on}", parts


def _place(file_id: str | None, row: int | None) -> str:
    return f" {file_id} 行 row {row}" if file_id else ""


def _indicator_part(part: TracedIndicator) -> Part:
    share = f"{part.numerator}/{part.denominator}" if part.denominator else "无数据 no data"
    parts: list[Part] = [_case_part(case) for case in part.cases]
    if part.files and part.denominator:
        parts.append(
            (
                f"文件 files: {len(part.files)}",
                [(f"{file.registry} {file.extract_date} {file.file_id}", []) for file in part.files],
            )
        )
    return f"{part.zh} {part.indicator} × {part.weight:g}：{share}", parts


def _show_trace(found: Traced) -> None:
    parts: list[Part] = []
    if found.score is not None:
        parts.append((f"得分 score {found.score:g}，名次 rank {found.rank or '-'}", []))
    for warning in found.warnings:
        heading = f"{warning.level} {warning.indicator}，自 since {warning.since}"
        parts.append((heading, [(warning.evidence, []), (warning.evidence_en, [])]))
    parts += map(_indicator_part, found.indicators)
    if found.figure == RANKING and found.deductions:
        parts.append((
            f"扣分 deducted {found.points_deducted:g}",
            [
                (f"{each.points:g} {each.case_id} {each.rule_code} {each.reason} {each.found_wrong_on}"
                 f"{_place(each.file_id, each.row_number)}", [])
                for each in found.deductions
            ],
        ))  # fmt: skip
    _show_outline(f"{found.as_of} {found.unit_name} {found.unit_code} {found.figure}", parts)


def show_trace(home: Home, figure: str, unit: str, day: dt.date, *, as_json: bool) -> int:
    """From a figure down to file and row."""
    found_catalogue = catalogue(home.site)
    known = (RANKING, WARNING, *found_catalogue.indicator_tables)
    if figure not in known:
        raise RefusedError(f"可追溯 / what can be traced: {', '.join(known)}", WRONG_USAGE)
    try:
        with _published_days(home):
            found = trace(home, found_catalogue, figure, unit, day)
    except UnknownFigureError:
        words = f"{day} 的 {unit} 没有这项 / no such figure of {unit} on {day}: {figure}"
        raise RefusedError(words, WRONG_USAGE) from None
    if as_json:
        print(json.dumps(asdict(found), default=str, ensure_ascii=False))  # noqa: T201 - the output
    else:
        _show_trace(found)
    return 0
