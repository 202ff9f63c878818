"""Three standards, one disclosure: fees, discretion benchmarks and complaints handled, as a page and a workbook."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assets.workbooks import fit_columns, plain_workbook, set_page
from expectations.posting import Finding, lint_file
from warehouse.home import Home
from warehouse.parameters import read_place
from warehouse.published_days import newest_day

FOLDER = Path(__file__).parent
_DISCLOSED_KINDS = {"telephone"}
CIRCUMSTANCES = {"minor": "轻微 / minor", "ordinary": "一般 / ordinary", "serious": "严重 / serious"}
KINDS = {"complaint": "投诉 / complaints", "tip": "举报 / tips", "suggestion": "意见建议 / suggestions"}


@dataclass(frozen=True)
class Section:
    """A table of the disclosure: its titles, headings (Chinese / English) and rows of text and amounts."""

    name: str
    title: str
    headings: tuple[str, ...]
    rows: list[tuple[Any, ...]]


_SECTIONS = (
    (
        "收费公示",
        "收费项目 / fees",
        ("项目 / item", "收费主体 / body", "收费对象 / payer", "标准（元） / standard", "单位 / unit",
         "程序 / procedure", "依据 / basis", "资金管理 / funds", "投诉电话 / hotline"),
        """select item_name, charging_body, payer_kind, standard, unit, procedure, document_no, fund_management, hotline
           from disclosed_fee order by item_code""",
    ),
    (
        "裁量基准",
        "行政裁量基准 / discretion benchmarks",
        ("违法行为 / violation", "依据 / basis", "情节 / circumstance", "适用条件 / conditions", "下限（元） / least",
         "上限（元） / most"),
        """select violation, legal_basis, circumstance, conditions, amount_low, amount_high
           from disclosed_benchmark order by violation, amount_low, amount_high, benchmark_no""",
    ),
    (
        "投诉举报",
        "投诉举报办理（上一办结季度） / complaints handled, latest quarter whose terms are over",
        ("类别 / kind", "季度 / quarter", "收到 / received", "按期答复 / in time"),
        """select complaint_kind, quarter,
               coalesce(cast(received as varchar), '数量少，不公布 / withheld'), coalesce(cast(in_time as varchar), '—')
           from disclosed_complaint order by complaint_kind""",
    ),
)  # fmt: skip


def _words(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Codes in words, blanks as empty text."""
    return tuple("" if cell is None else CIRCUMSTANCES.get(cell, KINDS.get(cell, cell)) for cell in row)


def read_sections(connection: duckdb.DuckDBPyConnection) -> list[Section]:
    """The disclosure's tables, from the published warehouse."""
    return [
        Section(name, title, headings, [_words(row) for row in connection.execute(query).fetchall()])
        for name, title, headings, query in _SECTIONS
    ]


@dataclass(frozen=True)
class Disclosure:
    """What was written: page and workbook, or nothing where something must not be shown."""

    page: Path
    workbook: Path
    findings: tuple[Finding, ...]


def write_disclosure(home: Home, connection: duckdb.DuckDBPyConnection) -> Disclosure:
    """Writes page and workbook of the newest published day, each whole or not at all. Raises LookupError without a day.

    Text comes from offices' registers and is checked as a posting list is; hotlines are what a disclosure is for.
    """
    as_of = newest_day(connection)
    if as_of is None:
        raise LookupError("no day is published")
    sections = read_sections(connection)
    place = read_place(as_of, home.site if home.site.is_dir() else None)
    folder = home.disclosure / as_of.isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    environment = Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined)
    page = environment.get_template("disclosure.html.j2").render(
        place=place, as_of=as_of, sections=sections, synthetic=home.truth.exists()
    )
    book, draft = folder / "disclosure.xlsx", folder / f".disclosure.{os.getpid()}.xlsx"
    _write_workbook(draft, sections, as_of)
    findings = tuple(finding for finding in lint_file(draft) if finding.kind not in _DISCLOSED_KINDS)
    if findings:
        for path in (draft, book, folder / "index.html"):
            path.unlink(missing_ok=True)
        return Disclosure(folder / "index.html", book, findings)
    draft.replace(book)
    draft_page = folder / f".index.{os.getpid()}.html"
    draft_page.write_text(page, encoding="utf-8")
    draft_page.replace(folder / "index.html")
    return Disclosure(folder / "index.html", book, ())


def _write_workbook(path: Path, sections: list[Section], day: dt.date) -> None:
    with plain_workbook(path, day) as workbook:
        bold = workbook.add_format({"bold": True, "text_wrap": True})
        for section in sections:
            sheet = workbook.add_worksheet(section.name)
            sheet.write_row(0, 0, section.headings, bold)
            for row, cells in enumerate(section.rows, start=1):
                sheet.write_row(row, 0, cells)
            fit_columns(sheet, zip(section.headings, *section.rows, strict=True))
            set_page(sheet, (0, 0))
