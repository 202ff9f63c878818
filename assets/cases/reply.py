"""The reply to a returned workbook: row by row, what was taken over, what was not, and why. It names no person."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl

from assets.cases import wording
from assets.column_widths import heights
from assets.registries.sheet import ROW
from assets.workbooks import plain_workbook, set_page
from warehouse.forms import read_form

_TAKEN, _NOT_TAKEN = "已采纳", "未采纳"
_WIDTHS = {"工作表": 64, "行号": 64, "疑点编号": 190, "核实结果": 130, "处理": 80, "说明": 500}  # pixels
_HEADINGS_ROW = 3


def reply_rows(accepted: pl.DataFrame, rejected: pl.DataFrame) -> pl.DataFrame:
    """One row per returned row, in the order of the workbook."""
    form = read_form()
    prefixes = {name: kind.prefix for name, kind in form.kinds.items()}
    taken = accepted.select(
        pl.col("sheet").alias("工作表"),
        pl.col(ROW).alias("行号"),
        pl.struct("kind", "case_id")
        .map_elements(lambda row: wording.case_number(prefixes[row["kind"]], row["case_id"]), return_dtype=pl.String)
        .alias("疑点编号"),
        pl.col("reply").replace_strict({code: words.zh for code, words in form.replies.items()}).alias("核实结果"),
        pl.lit(_TAKEN).alias("处理"),
        pl.col("note")
        .replace_strict({code: words.zh for code, words in form.remarks.items()}, default="")
        .fill_null("")
        .alias("说明"),
    )
    offered = {kind.prefix: f"：{'、'.join(form.reply_words(name))}" for name, kind in form.kinds.items()}
    kind_replies = pl.col("case_number").str.slice(0, 1).str.to_uppercase().replace_strict(offered, default="")
    left = rejected.select(
        pl.col("sheet").alias("工作表"),
        pl.col(ROW).alias("行号"),
        pl.col("case_number").fill_null("").alias("疑点编号"),
        pl.lit("").alias("核实结果"),
        pl.lit(_NOT_TAKEN).alias("处理"),
        (
            pl.col("reason_code").replace_strict({code: words.zh for code, words in form.reasons.items()})
            + pl.when(pl.col("reason_code") == "UNKNOWN_REPLY").then(kind_replies).otherwise(pl.lit(""))
        ).alias("说明"),
    )
    return pl.concat([taken, left]).sort("工作表", "行号")


def write_reply(path: Path, file_name: str, day: dt.date, accepted: pl.DataFrame, rejected: pl.DataFrame) -> None:
    """Writes the reply as a workbook. day: on which the file came back."""
    rows = reply_rows(accepted, rejected)
    with plain_workbook(path, day) as workbook:
        sheet = workbook.add_worksheet("回执")
        title = workbook.add_format({"bold": True, "font_size": 14})
        sheet.write_string(0, 0, f"交回文件 {file_name} 的处理回执", title)
        told = f"采纳 {len(accepted)} 行，未采纳 {len(rejected)} 行；"
        sheet.write_string(1, 0, f"{told}未采纳的请在原清单上改正后再交（不要填在本回执上），已采纳的不必重交。")
        head = workbook.add_format({"bold": True, "border": 1, "bg_color": "#E7E6E6"})
        cell = workbook.add_format({"border": 1, "text_wrap": True, "valign": "vcenter"})
        for place, (heading, width) in enumerate(_WIDTHS.items()):
            sheet.set_column_pixels(place, place, width)
            sheet.write_string(_HEADINGS_ROW, place, heading, head)
        for number, row in enumerate(rows.iter_rows(), start=_HEADINGS_ROW + 1):
            for place, value in enumerate(row):
                sheet.write_string(number, place, str(value), cell)
        for number, high in heights(rows, list(_WIDTHS.values())).items():
            sheet.set_row_pixels(_HEADINGS_ROW + number, high)
        sheet.freeze_panes(_HEADINGS_ROW + 1, 0)
        set_page(sheet, (_HEADINGS_ROW, _HEADINGS_ROW))
