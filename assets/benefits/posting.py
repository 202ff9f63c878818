"""Lists for public posting, as XLSX: masked names and nothing that identifies, checked before they are put in place.

A day's folder holds the lists that hang out on that day and passed the check, and no other file. Written again, they
are the same bytes.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import duckdb

from assets.workbooks import FONT, plain_workbook, set_page
from expectations.posting import Finding, lint_file
from warehouse.engines.duckdb_engine import KEPT
from warehouse.home import Home
from warehouse.parameters import rulebook

# And how wide each column is: together as wide as an upright page.
HEADINGS = {"序号": 6, "村": 16, "姓名": 12, "待遇": 28, "所属期": 12, "金额（元）": 14}
_TITLE = "惠民补贴名单公示"
_LISTS = """
    select list_no, as_of, min(posted_from), max(posted_to)
    from {schema}.benefit_posting cross join (select max(as_of) as as_of from {schema}.this_day) as newest
    group by list_no, as_of order by list_no
"""
_LINES = """
    select line, village_name, masked_name, programme.zh, coalesce(spelt.period_zh, posting.period), amount
    from {schema}.benefit_posting as posting
    inner join {schema}.benefit_programme as programme using (programme)
    left join (select distinct programme, period, period_zh from {schema}.benefit_rule_period) as spelt
        on posting.programme = spelt.programme and posting.period = spelt.period
    where list_no is not distinct from ? order by line
"""
_DAY = "select max(as_of) from {schema}.this_day"


@dataclass(frozen=True)
class Posting:
    """A list that was written, or withheld: its path, its lines, and what must not be shown.

    A withheld list is named by its place among the day's lists: its own number may be what must not be shown.
    """

    path: Path
    lines: int
    findings: tuple[Finding, ...]


def _write(path: Path, title: str, notes: list[str], lines: list[tuple], day: dt.date) -> None:
    last = len(HEADINGS) - 1
    with plain_workbook(path, day, title) as workbook:
        sheet = workbook.add_worksheet("公示")
        base = {"font_name": FONT, "font_size": 11, "valign": "vcenter"}
        large = workbook.add_format({**base, "font_size": 18, "bold": True, "align": "center"})
        head = workbook.add_format({**base, "bold": True, "border": 1, "align": "center"})
        cell = workbook.add_format({**base, "border": 1, "text_wrap": True})
        money = workbook.add_format({**base, "border": 1, "num_format": "#,##0.00"})
        plain = workbook.add_format(base)
        for place, (heading, width) in enumerate(HEADINGS.items()):
            sheet.set_column(place, place, width)
            sheet.write(1, place, heading, head)
        sheet.merge_range(0, 0, 0, last, title, large)
        sheet.set_row(0, 32)
        for row, line in enumerate(lines, start=2):
            sheet.write_row(row, 0, line[:-1], cell)
            sheet.write_number(row, last, line[-1], money)
        for row, note in enumerate(notes, start=2 + len(lines)):
            sheet.write(row, 0, note, plain)
        set_page(sheet, (0, 1), upright=True)


def _names(lists: list[tuple]) -> list[str]:
    """A file name for each list; two lists that would share one are told apart by their places."""
    plain = [re.sub(r"[^\w-]", "_", list_no or "list") for list_no, *_ in lists]
    shared = Counter(plain)
    return [name if shared[name] == 1 else f"{name}_{place}" for place, name in enumerate(plain, start=1)]


def write_postings(home: Home, connection: duckdb.DuckDBPyConnection, schema: str = KEPT) -> list[Posting]:
    """Writes every list that is on posting on the day of a schema; what a list that fails the check had is removed."""
    written = []
    hotline = rulebook.general_hotline(home.site if home.site.is_dir() else None)
    lists = connection.execute(_LISTS.format(schema=schema)).fetchall()
    [(day,)] = connection.execute(_DAY.format(schema=schema)).fetchall()
    if day is None:
        return []
    folder = home.postings / day.isoformat()
    for place, (name, entry) in enumerate(zip(_names(lists), lists, strict=True), start=1):
        list_no, _, posted_from, posted_to = entry
        lines = connection.execute(_LINES.format(schema=schema), [list_no]).fetchall()
        folder.mkdir(parents=True, exist_ok=True)
        until = f"至{posted_to}" if posted_to else "起"
        notes = [
            f"公示时间：{posted_from}{until}",
            f"名单编号：{list_no or ''}",
            f"如有异议，请拨打监督热线：{hotline}",
        ]
        draft = folder / f".{place}.{os.getpid()}.xlsx"
        _write(draft, _TITLE, notes, lines, day)
        findings = tuple(lint_file(draft))
        path = folder / (f"{place}.xlsx" if findings else f"{name}.xlsx")
        if findings:
            draft.unlink()
        else:
            draft.replace(path)
        written.append(Posting(path, len(lines), findings))
    shown = {posting.path for posting in written if not posting.findings}
    for path in folder.glob("*.xlsx"):
        if path not in shown:
            path.unlink()
    return written
