"""`hedui diff` and `trace`: published figures compared and followed down, on the terminal."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict

from assets.cases.handover import read_handovers
from assets.differences import POINTS, RANK, SCORE, CaseChange, Difference, Moved, NewInput, as_known_now, between
from assets.registries.manifest import read_manifests
from assets.registries.rejections import shown
from assets.tracing import RANKING, WARNING, Traced, TracedCase, TracedIndicator, UnknownFigureError, trace
from pipelines.as_published import of_published_days
from pipelines.outline import Part, show_outline
from pipelines.refusal import WRONG_USAGE, RefusedError
from pipelines.spoken import Spoken, said
from warehouse.catalogue import catalogue
from warehouse.home import Home

_DIGITS = range(4, 18)  # significant ones: as few as tell two figures apart
_FIGURES = {SCORE: "得分", RANK: "名次", POINTS: "扣分"}
_TRACEABLE = {RANKING: "名次和得分 / rank and score", WARNING: "预警 / warnings"}
_NOTHING_NEW = "没有新的输入和疑点：期限届满、窗口移动或参数变了 / nothing new: a term, a window or parameters moved"
_OTHER_PROGRAM = (
    "程序或参数在这一天发布以后变了，以下是现在算出的，与发布的不同 / "
    "the program or its parameters are others since then: this is computed now, and is not what was published"
)
_STATES = {"found now": "现在查出", "no longer found": "不再查出", "other values": "两边的值变了"}


def moved_from_to(before: str | None, after: str | None) -> str:
    """Both values of a figure, in as few digits as tell them apart."""

    def at(digits: int) -> list[str]:
        return [
            "-" if text is None else f"{float(text):.{digits}g}" if "." in text else text for text in (before, after)
        ]

    shown = next((pair for pair in map(at, _DIGITS) if pair[0] != pair[1]), [str(before), str(after)])
    return " → ".join(shown)


def _figure(figure: str, words: Spoken) -> str:
    kind, _, name = figure.partition(":")
    if kind == "indicator":
        return words.indicator(name)
    if name:
        return f"未解决 {figure}"
    return said(_FIGURES, figure)


def _count(changes: Sequence[CaseChange]) -> int:
    return len({change.case_id for change in changes})


def _change(change: str, words: Spoken) -> str:
    """What became of a case: a state of the later view, or an event and its day."""
    if change in _STATES:
        return said(_STATES, change)
    kind, _, day = change.partition(" ")
    return f"{words.code('case_event', 'kind', kind)} {day}"


def _cases(changes: Sequence[CaseChange], units: dict[str, str], words: Spoken) -> list[Part]:
    """The cases by their rules, those with the most first, and what became of each, in order."""
    by_rule: dict[str, dict[tuple[str, str | None], list[str]]] = defaultdict(lambda: defaultdict(list))
    for change in changes:
        by_rule[change.rule_code][change.case_id, change.village_code].append(_change(change.change, words))
    return [
        (
            f"{words.rule(rule)}: {len(cases)}",
            [
                (f"{case} {said(units, village or '-')} {'；'.join(became)}", [])
                for (case, village), became in cases.items()
            ],
        )
        for rule, cases in sorted(by_rule.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    ]


def _inputs(inputs: Sequence[NewInput], words: Spoken) -> list[Part]:
    parts: list[Part] = []
    for each in inputs:
        what = (
            words.source(each.registry, each.extract_date, each.input_id)
            if each.registry
            else words.file(each.input_id)
        )
        parts.append((f"{words.code('day_input', 'kind', each.kind)} {what}", []))
    return parts


def _because(moved: Moved, units: dict[str, str], words: Spoken) -> list[Part]:
    """What a figure moved because of: indicators, cases, input."""
    parts: list[Part] = []
    if moved.through:
        named = (said(_FIGURES, name) if name == POINTS else words.indicator(name) for name in moved.through)
        parts.append((f"因为 through: {'；'.join(named)}", []))
    elif moved.figure in (SCORE, RANK):
        parts.append(("本单位的指标、扣分没有变：其他单位变了 / its own indicators and points did not move", []))
    if moved.cases:
        parts.append((f"疑点 cases: {_count(moved.cases)}", _cases(moved.cases, units, words)))
    if moved.inputs:
        parts.append((f"输入 input: {len(moved.inputs)}", _inputs(moved.inputs, words)))
    if not parts:
        parts.append((_NOTHING_NEW, []))
    return parts


def _show_difference(found: Difference, words: Spoken, title: str) -> None:
    figures: dict[str, list[Part]] = {}
    for each in found.figures:
        line = f"{_figure(each.figure, words)}: {moved_from_to(each.before, each.after)}"
        figures.setdefault(said(found.units, each.unit), []).append((line, _because(each, found.units, words)))
    show_outline(
        title,
        [
            (f"变动的数字 / figures that moved: {len(found.figures)}", list(figures.items())),
            (f"新知的输入 / new input: {len(found.inputs)}", _inputs(found.inputs, words)),
            (f"涉及的疑点 / cases: {_count(found.cases)}", []),
        ],
    )


def show_difference(home: Home, first: dt.date, second: dt.date | None, *, as_json: bool) -> int:
    """What moved between two published days, or between a published day and the same day as known now."""
    found_catalogue = catalogue(home.site)
    with of_published_days(home):
        if second is None:
            found = as_known_now(home, found_catalogue, first)
        else:
            first, second = sorted((first, second))
            found = between(home, found_catalogue, first, second)
    if as_json:
        print(json.dumps(asdict(found), default=str, ensure_ascii=False))  # noqa: T201 - the output
    else:
        _show_difference(
            found, Spoken(found_catalogue, _names(home)), f"{first} → {second or '现在所知 / as known now'}"
        )
    return 0


def _names(home: Home) -> dict[str, str]:
    """What files and lists are called where people see them, by id; a returned file has its id, as its reply does."""
    files = {manifest.file_id: shown(manifest).partition("/")[2] for manifest in read_manifests(home)}
    named = {file_id: f"{name} {file_id}" for file_id, name in files.items() if name}
    return named | {handover.handover_id: handover.number for handover in read_handovers(home)}


def _place(words: Spoken, file_id: str | None, row: int | None) -> str:
    return f" {words.file(file_id)} 行 row {row}" if file_id else ""


def _case_part(case: TracedCase, words: Spoken) -> Part:
    mark = "✓" if case.is_good else "✗"
    ended = case.resolved_on or words.code("discrepancy", "status", case.status)
    parts: list[Part] = [(words.rule(case.rule_code), [])]
    for kind, about, file_id, row in case.events:
        parts.append((f"{about} {words.code('case_event', 'kind', kind)}{_place(words, file_id, row)}", []))
    for source in case.rows:
        parts.append((f"{words.registry(source.registry)}{_place(words, source.file_id, source.row_number)}", []))
    where = f"{mark} {case.case_id} {case.rule_code} {case.village_code}"
    return f"{where} {case.first_seen} → {ended}，期限 due {case.due_on}", parts


def _share(numerator: int | None, denominator: int | None) -> str:
    return f"{numerator}/{denominator}" if denominator else "无数据 no data"


def _place_by_score(score: float | None, rank: int | None) -> str:
    return "无 none" if score is None else f"{score:g}，名次 rank {rank or '-'}"


def _indicator_part(part: TracedIndicator, words: Spoken) -> Part:
    share = _share(part.numerator, part.denominator)
    if not part.is_as_published:
        share += f"，发布的是 published {_share(part.published_numerator, part.published_denominator)}"
    parts: list[Part] = [_case_part(case, words) for case in part.cases]
    if part.files and part.denominator:
        files: list[Part] = [(words.source(file.registry, file.extract_date, file.file_id), []) for file in part.files]
        parts.append((f"文件 files: {len(part.files)}", files))
    return f"{part.zh} {part.indicator} × {part.weight:g}：{share}", parts


def _show_trace(found: Traced, words: Spoken) -> None:
    parts: list[Part] = []
    if not found.is_as_published:
        parts.append((_OTHER_PROGRAM, []))
    if found.score is not None:
        parts.append((f"得分 score {_place_by_score(found.score, found.rank)}", []))
    if (found.score, found.rank) != (found.published_score, found.published_rank):
        published = _place_by_score(found.published_score, found.published_rank)
        parts.append((f"发布的得分 published score {published}", []))
    for warning in found.warnings:
        heading = (
            f"{words.code('warning', 'level', warning.level)} {words.indicator(warning.indicator)}，"
            f"自 since {warning.since}"
        )
        parts.append((heading, [(warning.evidence, []), (warning.evidence_en, [])]))
    parts += [_indicator_part(part, words) for part in found.indicators]
    if found.figure == RANKING and found.deductions:
        parts.append((
            f"扣分 deducted {found.points_deducted:g}",
            [
                (f"{each.points:g} {each.case_id} {each.rule_code} {words.code('deduction', 'reason', each.reason)} "
                 f"{each.found_wrong_on}{_place(words, each.file_id, each.row_number)}", [])
                for each in found.deductions
            ],
        ))  # fmt: skip
    about = _TRACEABLE.get(found.figure) or words.indicator(found.figure)
    show_outline(f"{found.as_of} {found.unit_name} {found.unit_code} {about}", parts)


def show_trace(home: Home, figure: str, unit: str, day: dt.date, *, as_json: bool) -> int:
    """From a figure down to file and row."""
    found_catalogue = catalogue(home.site)
    words = Spoken(found_catalogue, _names(home))
    if figure not in _TRACEABLE and figure not in found_catalogue.indicator_tables:
        known = [
            *(f"  {name}  {said_so}" for name, said_so in _TRACEABLE.items()),
            *(f"  {name}  {words.indicators.get(name, '')}" for name in found_catalogue.indicator_tables),
        ]
        raise RefusedError("\n".join(["可追溯的数字 / what can be traced:", *known]), WRONG_USAGE)
    try:
        with of_published_days(home):
            found = trace(home, found_catalogue, figure, unit, day)
    except UnknownFigureError:
        refused = f"{day} 的 {unit} 没有这项 / no such figure of {unit} on {day}: {figure}"
        raise RefusedError(refused, WRONG_USAGE) from None
    if as_json:
        print(json.dumps(asdict(found), default=str, ensure_ascii=False))  # noqa: T201 - the output
    else:
        _show_trace(found, words)
    return 0
