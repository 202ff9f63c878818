"""A list of cases as a workbook: a cover and the cases, in Chinese, to be printed on A4 and filled in.

Every cell is written as text, so that nothing a registry contains can become a formula. Differing characters are red,
bold and underlined: they show on a black and white print too.
"""

from __future__ import annotations

import datetime as dt
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from assets.cases import wording
from assets.column_widths import shown_width
from assets.workbooks import FONT, PRIVATE_NOTE, plain_workbook, set_page
from warehouse.catalogue import Catalogue
from warehouse.forms import Form, read_form

CASES_SHEET, COVER_SHEET = "疑点", "说明"
_LINE_POINTS = 14.5
_LABEL_NARROWER = 1.25  # than other text, as its letters are smaller
_LEAST_POINTS = 36  # room to write by hand
_COVER_WIDTHS = (6, 26, 14, 14, 14, 40)
_COVER_TEXT_WIDTH = 116


@dataclass(frozen=True)
class Sheet:
    """What one workbook says: who gets it, its number, its day, its cases as rows of worklist_row, and what was
    answered so far (rows of case_answer) by case_id."""

    kind: str
    place: str
    unit: str
    number: str
    list_date: dt.date
    rows: Sequence[Mapping[str, Any]]
    answers: Mapping[str, Sequence[Mapping[str, Any]]]
    synthetic: bool


@dataclass(frozen=True)
class Vocabulary:
    """What words are made of: the catalogue, village names, each rule's and registry's wording, and what the number
    is called under which a registry keeps a record."""

    catalogue: Catalogue
    villages: Mapping[str, str]
    rules: Mapping[str, tuple[str, str]]  # rule_code: (what is wrong, what to do)
    registries: Mapping[str, str]
    numbers: Mapping[str, str]

    def village(self, code: str | None) -> str:
        """A village by its name; one that the place has not by its code."""
        return self.villages.get(code, code) if code else ""

    def answers(self, field: str, said: Sequence[Mapping[str, Any]]) -> str:
        """Answers so far (rows of case_answer), one a line, in words."""
        form = read_form()
        lines = []
        for answer in said:
            told = f"{form.recipients[answer['recipient']].zh}：{form.replies[answer['reply']].zh}"
            given = answer["corrected_value"]
            value = wording.value_words(self.catalogue, self.villages, field, given) if given else ""
            lines.append(" ".join(part for part in (told, value, answer["remark"]) if part))
        return "\n".join(lines)


class _Formats:
    """The formats of a workbook."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        base = {"font_name": FONT, "font_size": 10.5, "valign": "vcenter"}
        cell = {**base, "border": 1, "text_wrap": True}
        self.title = workbook.add_format({**base, "font_size": 18, "bold": True, "align": "center"})
        self.subtitle = workbook.add_format({**base, "font_size": 11, "align": "center"})
        self.plain = workbook.add_format({**base, "font_size": 11, "text_wrap": True, "valign": "top"})
        self.strong = workbook.add_format({**base, "font_size": 11, "bold": True})
        self.head = workbook.add_format({**cell, "bold": True, "align": "center", "bg_color": "#E7E6E6"})
        self.cell = workbook.add_format(cell)
        self.centre = workbook.add_format({**cell, "align": "center"})
        self.small = workbook.add_format({**cell, "font_size": 8, "align": "center"})
        self.fill = workbook.add_format({**cell, "bg_color": "#FFF9E5", "num_format": "@"})
        self.label = workbook.add_format({"font_name": FONT, "font_size": 8, "font_color": "#595959"})
        self.same = workbook.add_format({"font_name": FONT, "font_size": 10.5})
        self.differs = workbook.add_format(
            {"font_name": FONT, "font_size": 10.5, "bold": True, "underline": 1, "font_color": "#C00000"}
        )


def _lines(text: str, width: float) -> int:
    """Lines a text takes in a cell."""
    return sum(max(1, math.ceil(shown_width(line) / max(1.0, width - 1))) for line in text.split("\n"))


def _write_value(
    sheet: Worksheet, row: int, column: int, label: str, own: str, other: str | None, formats: _Formats
) -> None:
    if not own:
        sheet.write_string(row, column, "", formats.cell)
        return
    fragments: list[Any] = [formats.label, f"{label}\n"]
    parts = wording.pieces(own, other) if other is not None else [wording.Piece(own, False)]
    for piece in parts:
        fragments += [formats.differs if piece.differs else formats.same, piece.text]
    sheet.write_rich_string(row, column, *fragments, formats.cell)


def _source(registry: str, number: str | None, value: str, words: Vocabulary) -> str:
    """Where a value comes from: its registry, and the record's number there unless that is the value itself."""
    told = f"{words.numbers[registry]} {number}" if number and number != value else ""
    return "\n".join(part for part in (words.registries[registry], told) if part)


def _labels(case: Mapping[str, Any], cells: Mapping[str, str], words: Vocabulary) -> dict[str, str]:
    """What stands above the two values: their records, or for a case within one record where each value comes from."""
    left = _source(case["registry_a"], case["number_a"], cells["left"], words)
    if case["registry_b"]:
        return {"left": left, "right": _source(case["registry_b"], case["number_b"], cells["right"], words)}
    return {"left": left, "right": "身份号码所示" if case["value_b"] else "—"}


def _cells(case: Mapping[str, Any], place: int, sheet: Sheet, words: Vocabulary, form: Form) -> dict[str, str]:
    """The text of every printed cell of a case, by column."""
    field = case["field"]
    wrong, action = words.rules[case["rule_code"]]
    if field in wording.ID_FIELDS:  # the rule speaks of a number: whose?
        wrong = f"{wrong}（{wording.field_words(words.catalogue, field)}）"
    kind = form.kinds[sheet.kind]
    return {
        "place": str(place),
        "due": wording.due_words(case.get("due_on"), sheet.list_date),
        "name": wording.person_words(words.catalogue, case),
        "village": words.village(case["village_code"]),
        "id_number": wording.masked(case["person_id_number"]),
        "subject": wrong
        if sheet.kind != "recheck"
        else f"请查看证件上的“{wording.field_words(words.catalogue, field)}”",
        "left": wording.value_words(words.catalogue, words.villages, field, case["value_a"]),
        "right": wording.value_words(words.catalogue, words.villages, field, case["value_b"])
        if case["registry_b"] or case["value_b"]
        else "",
        "cause": _cause(case, words),
        "action": _action(action, case, sheet, words),
        "case": wording.case_number(kind.prefix, case["case_id"]),
    }


def _cause(case: Mapping[str, Any], words: Vocabulary) -> str:
    """How the values differ, and which registry is probably wrong: a hint to begin with, never an answer."""
    cause = wording.cause_words(case["field"], case["cause"], case["value_a"], case["value_b"])
    one_sided = not case["registry_b"] or case["registry_a"] == case["registry_b"]
    hint = "" if one_sided or not case.get("likely_wrong") else f"{words.registries[case['likely_wrong']]}可能有误"
    return "\n".join(part for part in (cause, hint) if part)


def _action(action: str, case: Mapping[str, Any], sheet: Sheet, words: Vocabulary) -> str:
    """What to do; on lists that follow upon answers, what was answered. Re-checks are blind to it."""
    told = sheet.kind in ("referral", "decision")
    said = words.answers(case["field"], sheet.answers.get(case["case_id"], ())) if told else ""
    return said if sheet.kind == "decision" else "\n".join(part for part in (said, action) if part)


def _write_cases(workbook: xlsxwriter.Workbook, sheet: Sheet, words: Vocabulary, formats: _Formats) -> None:
    form = read_form()
    kind, columns = form.kinds[sheet.kind], form.columns_of(sheet.kind)
    page = workbook.add_worksheet(CASES_SHEET)
    for place, (name, column) in enumerate(columns.items()):
        page.set_column(place, place, column.width)
        heading = kind.action_heading if name == "action" and kind.action_heading else column.heading
        page.write_string(0, place, heading, formats.head)
    page.set_row(0, 24)
    for number, case in enumerate(sheet.rows, start=1):
        cells = _cells(case, number, sheet, words, form)
        labels = _labels(case, cells, words)
        tallest = 2
        for place, (name, column) in enumerate(columns.items()):
            if name in ("left", "right"):
                own, other = (cells[name], cells["right" if name == "left" else "left"])
                compared = other if case["value_a"] is not None and case["value_b"] is not None else None
                _write_value(page, number, place, labels[name], own, compared, formats)
                label_lines = _lines(labels[name], column.width * _LABEL_NARROWER)
                tallest = max(tallest, label_lines + _lines(own, column.width))
            elif column.filled_in:
                page.write_blank(number, place, None, formats.fill)
            else:
                style = (
                    formats.small if name == "case" else formats.centre if name in ("place", "due") else formats.cell
                )
                page.write_string(number, place, cells[name], style)
                width = column.width * (_LABEL_NARROWER if name == "case" else 1)
                tallest = max(tallest, _lines(cells[name], width))
        page.set_row(number, max(_LEAST_POINTS, tallest * _LINE_POINTS + 3))
    last = max(len(sheet.rows), 1)
    reply = list(columns).index("reply")
    offered = {"validate": "list", "source": form.reply_words(sheet.kind), "error_message": "请从下拉选项中选择"}
    page.data_validation(1, reply, last, reply, offered)
    page.autofilter(0, 0, last, len(columns) - 1)
    page.freeze_panes(1, min(3, len(columns)))
    _set_page(page, sheet, (0, 0))


def _set_page(page: Worksheet, sheet: Sheet, headings: tuple[int, int] | None) -> None:
    """On paper: narrow margins, recipient and number of the list on every page. Without headings it is one page."""
    set_page(page, headings, pages=0 if headings else 1, note=PRIVATE_NOTE)
    page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    page.set_header(f"&L&9 {sheet.unit}&R&9 {sheet.number}")


def _write_cover(workbook: xlsxwriter.Workbook, sheet: Sheet, words: Vocabulary, formats: _Formats) -> None:
    form = read_form()
    kind = form.kinds[sheet.kind]
    page = workbook.add_worksheet(COVER_SHEET)
    for place, width in enumerate(_COVER_WIDTHS):
        page.set_column(place, place, width)
    last = len(_COVER_WIDTHS) - 1
    row = 0

    def line(text: str, style: Format, height: float | None = None) -> None:
        nonlocal row
        page.merge_range(row, 0, row, last, "", style)
        page.write_string(row, 0, text, style)
        page.set_row(row, height or _lines(text, _COVER_TEXT_WIDTH) * 16)
        row += 1

    line(kind.zh, formats.title, 32)
    line(f"{sheet.place}　{sheet.unit}", formats.subtitle, 20)
    banner = "　模拟数据 SYNTHETIC" if sheet.synthetic else ""
    line(
        f"编号 {sheet.number}　　数据截至 {sheet.list_date:%Y-%m-%d}　　共 {len(sheet.rows)} 件{banner}",
        formats.subtitle,
        20,
    )
    row += 1
    for place, heading in enumerate(("序号", "核对事项", "件数", "最早期限", "最晚期限", "怎样核实")):
        page.write_string(row, place, heading, formats.head)
    row += 1
    by_rule: dict[str, list[Mapping[str, Any]]] = {}
    for case in sheet.rows:
        by_rule.setdefault(case["rule_code"], []).append(case)
    for number, (rule, cases) in enumerate(by_rule.items(), start=1):
        wrong, action = words.rules[rule]
        due = [case["due_on"] for case in cases if case.get("due_on")]
        texts = (
            str(number),
            wrong,
            str(len(cases)),
            f"{min(due):%Y-%m-%d}" if due else "",
            f"{max(due):%Y-%m-%d}" if due else "",
            action,
        )
        for place, text in enumerate(texts):
            page.write_string(row, place, text, formats.cell if place in (1, 5) else formats.centre)
        page.set_row(row, max(_lines(wrong, _COVER_WIDTHS[1]), _lines(action, _COVER_WIDTHS[5])) * _LINE_POINTS + 4)
        row += 1
    row += 1
    line("怎样填写", formats.strong)
    for number, text in enumerate(kind.how, start=1):
        line(f"{number}. {text}", formats.plain)
    line(f"{len(kind.how) + 1}. {form.privacy}", formats.plain)
    row += 1
    line(
        "核实人（签名）：　　　　　　　　　负责人（签名）：　　　　　　　　　交回日期：　　　　年　　月　　日",
        formats.strong,
        24,
    )
    _set_page(page, sheet, None)


def write(sheet: Sheet, words: Vocabulary) -> bytes:
    """The workbook's bytes; the same list gives the same bytes."""
    stream = io.BytesIO()
    with plain_workbook(stream, sheet.list_date, sheet.number) as workbook:
        formats = _Formats(workbook)
        _write_cover(workbook, sheet, words, formats)
        _write_cases(workbook, sheet, words, formats)
        workbook.get_worksheet_by_name(CASES_SHEET).activate()
    return stream.getvalue()


def encrypted(content: bytes, password: str) -> bytes:
    """The workbook encrypted (ECMA-376 agile, AES): unreadable without the password."""
    from msoffcrypto.format.ooxml import OOXMLFile

    target = io.BytesIO()
    OOXMLFile(io.BytesIO(content)).encrypt(password, target)
    return target.getvalue()
