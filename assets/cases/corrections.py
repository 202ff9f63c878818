"""Corrections that the office knows and the source does not say yet, kept by hand as a list with numbers and reasons.

The newest list is the whole list. Nothing is corrected by it: figures follow the registries, the report counts what is
pending, and a check says when a source is repaired and its line is to be dropped.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from assets.cases.returned import is_refused
from assets.cases.written_values import (
    DATE_FIELDS,
    ID_FIELDS,
    corrected_values,
    no_code,
    no_village,
)
from assets.loaded import Loaded, keep_list, list_rows
from warehouse.forms import read_correction_form
from warehouse.home import Home
from warehouse.normalise import citizen_id
from warehouse.normalise.text import clean_text
from warehouse.reference import Rows

LINE = "row_number"
_DAY = r"^\d{4}-\d{2}-\d{2}$"


class CorrectionError(Exception):
    """A list of corrections cannot be used; the message says which rows and why, never a value."""


def folder(home: Home) -> Path:
    """Where lists are kept: identified data, for the owner alone."""
    return home.private_database.parent / "corrections"


def _filled(table: pl.DataFrame) -> pl.DataFrame:
    """The form's columns by name, cleaned, with each row's number in the file. Raises CorrectionError."""
    headings = read_correction_form().headings
    missing = [heading for heading in headings.values() if heading not in table.columns]
    if missing:
        raise CorrectionError(f"缺少列 / missing columns: {'、'.join(missing)}")
    rows = table.select(clean_text(table[heading]).alias(name) for name, heading in headings.items())
    return rows.with_row_index(LINE, offset=2).filter(pl.any_horizontal(pl.col(*headings).is_not_null()))


def _problems(rows: pl.DataFrame, villages: Mapping[str, str], day: dt.date) -> dict[str, pl.Expr]:
    """What can be wrong with a row of a list that is read on a day, in words, first things first."""
    form = read_correction_form()
    known = pl.DataFrame(
        [(registry, field, True) for registry, fields in form.fields.items() for field in fields],
        schema=["registry", "field", "known"],
        orient="row",
    )
    numbers = citizen_id.is_valid(rows["corrected_value"], day)
    is_known = rows.join(known, on=["registry", "field"], how="left", maintain_order="left")["known"].fill_null(False)
    lossy = citizen_id.is_lossy(rows["record_id"]) | citizen_id.is_lossy(rows["corrected_value"])
    return {
        "有空白单元格 / a cell is blank": pl.any_horizontal(pl.col(*form.headings).is_null()),
        "更正编号应如 GZ-2026-001 / the number must look like GZ-2026-001": ~pl.col("correction_no").str.contains(
            form.number
        ),
        "更正编号重复 / the number occurs twice": pl.col("correction_no").is_duplicated(),
        "没有这个登记库，或该库没有可更正的这个字段 / no such registry, or no such field in it": ~pl.lit(is_known),
        "号码已被电子表格损坏（如 3.70E+17），请设为文本后重填 / a spreadsheet destroyed the number": pl.lit(lossy),
        "正确值不是有效日期 / the value is no date": pl.col("field").is_in(DATE_FIELDS)
        & (~pl.col("corrected_value").str.contains(_DAY) | (pl.col("corrected_value") > day.isoformat())),
        "正确值不是有效身份号码 / the value is no valid id number": pl.col("field").is_in(ID_FIELDS) & ~pl.lit(numbers),
        "正确值不是这一字段的写法 / the value is none that the field can have": no_code(rows["corrected_value"]),
        "正确值不是本镇的村名（同名的连括号里的数字一起写），外地的写区划代码 / "
        "the value is no village here (of one name: with the digits in brackets); elsewhere write its code": no_village(
            rows["corrected_value"], villages
        ),
        "内容涉及不得登记的事项 / it speaks of what is never stored": pl.any_horizontal(
            pl.col(name).map_elements(is_refused, return_dtype=pl.Boolean, skip_nulls=True).fill_null(False)
            for name in ("reason", "corrected_value")
        ),
    }


def read_corrections(
    table: pl.DataFrame,
    registries: Mapping[str, str],
    fields: Mapping[str, str],
    villages: Mapping[str, str],
    day: dt.date,
) -> pl.DataFrame:
    """The corrections of a table of text columns, normalised. Registries, fields: code by name; villages: name by code.

    day: on which it is read. Nothing that is corrected lies in the future, nor the birth of whoever has a number.

    Raises CorrectionError with every row that cannot be used.
    """
    rows = _filled(table)
    rows = rows.with_columns(
        pl.col("correction_no").str.to_uppercase(),
        pl.col("registry").replace(registries),
        pl.col("field").replace(fields),
    )
    parts = [
        part.with_columns(corrected_values(part["corrected_value"], str(field), villages).alias("corrected_value"))
        for (field,), part in rows.group_by("field", maintain_order=True)
    ]
    rows = pl.concat(parts).sort(LINE) if parts else rows
    judged = rows.with_columns(
        pl.coalesce(
            pl.when(condition.fill_null(False)).then(pl.lit(problem))
            for problem, condition in _problems(rows, villages, day).items()
        ).alias("problem")
    )
    wrong = judged.filter(pl.col("problem").is_not_null()).group_by("problem", maintain_order=True).agg(LINE)
    if len(wrong):
        told = (f"第 {'、'.join(map(str, lines))} 行 / row: {problem}" for problem, lines in wrong.iter_rows())
        raise CorrectionError("\n".join(told))
    return rows


def load_corrections(home: Home, rows: pl.DataFrame, day: dt.date, loaded_at: dt.datetime) -> bool:
    """Keeps the list from a day on; whether it is new."""
    return keep_list(folder(home), rows, day, loaded_at)


def correction_rows(home: Home, known: Sequence[Loaded]) -> Rows:
    """Rows of listed_correction: the newest list that a day knew; each is known since the first list that has it."""
    since: dict[tuple[str, str], dt.date] = {}
    found: Rows = []
    for loaded in known:
        day = dt.date.fromisoformat(loaded.loaded_on)
        found = [
            row | {LINE: int(row[LINE]), "file_id": loaded.list_id}
            for row in list_rows(folder(home), loaded).to_dicts()
        ]
        for row in found:
            row["known_since"] = since.setdefault((row["correction_no"], row["corrected_value"]), day)
    return found
