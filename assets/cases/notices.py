"""Migration notices as documents: who moved into or out of a place, which a registry does not know yet.

Villages of the place get their own; other towns of the county and other counties one each.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from assets.cases import wording
from assets.workbooks import FONT, PRIVATE_NOTE, plain_workbook, set_page

if TYPE_CHECKING:
    from assets.cases.lists import Writer

_TITLE = "迁入迁出通报"
_HEADINGS = {
    "通报编号": 16, "方向": 8, "类别": 12, "姓名": 12, "身份号码": 22, "对方村（地区）": 24, "发现日期": 14,
    "处理情况": 28,
}  # fmt: skip
_KINDS = {"registered": "户籍迁移", "resident": "居住变动"}
_ELSEWHERE = {"town": "外镇", "county": "外县"}
_DIRECTIONS = {"in": "迁入", "out": "迁出"}


def _addressee(lists: Writer, recipient_type: str, code: str) -> str:
    """The place that is told, as printed."""
    return lists.unit("village", code) if recipient_type == "village" else f"{_ELSEWHERE[recipient_type]} {code}"


def _document(lists: Writer, addressee: str, rows: pl.DataFrame) -> bytes:
    stream = io.BytesIO()
    with plain_workbook(stream, lists.list_date) as workbook:
        base = {"font_name": FONT, "font_size": 11, "valign": "vcenter"}
        title = workbook.add_format({**base, "font_size": 18, "bold": True, "align": "center"})
        line = workbook.add_format({**base, "align": "center"})
        head = workbook.add_format({**base, "bold": True, "border": 1, "align": "center", "bg_color": "#E7E6E6"})
        cell = workbook.add_format({**base, "border": 1, "text_wrap": True})
        sheet = workbook.add_worksheet("通报")
        last = len(_HEADINGS) - 1
        banner = "　模拟数据 SYNTHETIC" if lists.home.truth.exists() else ""
        sheet.merge_range(0, 0, 0, last, "", title)
        sheet.write_string(0, 0, _TITLE, title)
        sheet.merge_range(1, 0, 1, last, "", line)
        sheet.write_string(
            1, 0, f"{lists.place}　{addressee}　数据截至 {lists.list_date:%Y-%m-%d}　共 {len(rows)} 人{banner}", line
        )
        sheet.set_row(0, 32)
        for place, (heading, width) in enumerate(_HEADINGS.items()):
            sheet.set_column(place, place, width)
            sheet.write_string(3, place, heading, head)
        for number, row in enumerate(rows.iter_rows(named=True), start=4):
            other = row["other_village_code"]
            texts = (
                f"{row['notice_year']}-{row['notice_number']:04d}",
                _DIRECTIONS[row["direction"]],
                _KINDS[row["kind"]],
                row["person_name"] or "",
                wording.masked(row["person_id_number"]),
                wording.value_words(lists.words.catalogue, lists.words.villages, "registered_village_code", other),
                f"{row['first_seen']:%Y-%m-%d}",
                "",
            )
            for place, text in enumerate(texts):
                sheet.write_string(number, place, text, cell)
            sheet.set_row(number, 24)
        sheet.freeze_panes(4, 0)
        set_page(sheet, (3, 3), note=PRIVATE_NOTE)
    return stream.getvalue()


def write_notices(
    lists: Writer, rows: pl.DataFrame, village: str | None = None
) -> Iterator[tuple[str, str | None, int, Path]]:
    """Writes a notice per place that is told; yields its kind, its code if it is a village here, persons and file."""
    wanted = rows.filter(pl.col("village_code") == village) if village else rows
    ordered = wanted.sort("recipient_code", "direction", "notice_year", "notice_number")
    for (kind, code), moves in ordered.group_by("recipient_type", "recipient_code", maintain_order=True):
        path = lists.path(f"notice_{code}")
        lists.save(path, _document(lists, _addressee(lists, str(kind), str(code)), moves))
        yield str(kind), str(code) if kind == "village" else None, len(moves), path
