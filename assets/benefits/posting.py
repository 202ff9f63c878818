"""Lists for public posting, as XLSX: masked names and nothing that identifies, checked before they are put in place."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

import duckdb
import xlsxwriter

from expectations.posting import Finding, lint_file
from warehouse.engines.duckdb_engine import KEPT
from warehouse.home import Home
from warehouse.parameters import rulebook

HEADINGS = ("序号", "村", "姓名", "待遇", "所属期", "金额（元）")
_LISTS = f"""
    select list_no, as_of, min(posted_from), max(posted_to)
    from {KEPT}.benefit_posting cross join (select max(as_of) as as_of from {KEPT}.day_run) as newest
    group by list_no, as_of order by list_no
"""
_LINES = f"""
    select line, village_name, masked_name, programme.zh, period, amount
    from {KEPT}.benefit_posting as posting inner join {KEPT}.benefit_programme as programme using (programme)
    where list_no is not distinct from ? order by line
"""


@dataclass(frozen=True)
class Posting:
    """A list that was written, or withheld: its path, its lines, and what must not be shown."""

    path: Path
    lines: int
    findings: tuple[Finding, ...]


def _write(path: Path, title: str, notes: list[str], lines: list[tuple]) -> None:
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        sheet = workbook.add_worksheet("公示")
        bold = workbook.add_format({"bold": True})
        money = workbook.add_format({"num_format": "#,##0.00"})
        sheet.set_column(0, 0, len("序号") * 3)
        sheet.set_column(1, len(HEADINGS) - 1, len("所属期待遇金额"))
        sheet.write(0, 0, title, bold)
        sheet.write_row(1, 0, HEADINGS, bold)
        for row, line in enumerate(lines, start=2):
            sheet.write_row(row, 0, line[:-1])
            sheet.write_number(row, len(HEADINGS) - 1, line[-1], money)
        for row, note in enumerate(notes, start=2 + len(lines)):
            sheet.write(row, 0, note)


def write_postings(home: Home, connection: duckdb.DuckDBPyConnection) -> list[Posting]:
    """Writes every list that is on posting; one that shows what must not be shown is withheld and reported."""
    written = []
    hotline = rulebook.general_hotline(home.site if home.site.is_dir() else None)
    for list_no, as_of, posted_from, posted_to in connection.execute(_LISTS).fetchall():
        lines = connection.execute(_LINES, [list_no]).fetchall()
        name = re.sub(r"[^\w-]", "_", list_no or "list")
        path = home.postings / as_of.isoformat() / f"{name}.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        until = f"至{posted_to}" if posted_to else "起"
        notes = [f"公示时间：{posted_from}{until}", f"如有异议，请拨打监督热线：{hotline}"]
        draft = path.with_name(f".{name}.{os.getpid()}.xlsx")
        _write(draft, "惠民补贴名单公示", notes, lines)
        findings = tuple(lint_file(draft))
        if findings:
            draft.unlink()
        else:
            draft.replace(path)
        written.append(Posting(path, len(lines), findings))
    return written
