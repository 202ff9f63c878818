"""Finding the rows of a list of cases in the sheets that came back.

A list is recognised by its headings, wherever they stand. A row that shows a case number is never passed over: what
lies under no heading is found as well, for a row that nobody reads is an answer lost without a word. What is merged
over several rows is said of each of them, but for the case number: that is of the first row only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from assets.registries.sheet import ROW, Sheet
from warehouse.forms import Form
from warehouse.normalise.text import clean_text
from warehouse.registries.layout import heading_key

SHEET, MENTIONED, MERGED = "sheet", "mentioned", "merged"
FILLED = ("reply", "corrected", "source_seen", "answered_on", "remark")
READ = (*FILLED, "case")
_CELL_EDGE = "\x1f"
_NO_ROW = 2**31 - 1  # after the last row of any sheet


class NotAWorklistError(Exception):
    """No sheet has the headings of a list of cases."""


def case_parts(printed: pl.Expr, form: Form) -> tuple[pl.Expr, pl.Expr]:
    """Kind of list and case_id in a printed case number, however it is spaced or dashed; null where there is none."""
    prefixes = {kind.prefix: name for name, kind in form.kinds.items()}
    parts = printed.str.replace_all(r"[^0-9A-Za-z]", "").str.to_uppercase()
    return (
        parts.str.extract(rf"^([{''.join(prefixes)}])[0-9A-F]{{16}}$").replace_strict(
            prefixes, default=None, return_dtype=pl.String
        ),
        parts.str.extract(r"^[A-Z]([0-9A-F]{16})$").str.to_lowercase(),
    )


def _mentioned(sheet: Sheet, form: Form) -> pl.Series:
    """The first case number that a row shows in any cell, as it stands there; null where there is none."""
    prefixes = "".join(kind.prefix for kind in form.kinds.values())
    whole_row = sheet.cells.select(
        pl.concat_str(pl.col(*sheet.columns), separator=_CELL_EDGE, ignore_nulls=True)
    ).to_series()
    edge = r"(?:^|$|[^0-9A-Za-z])"
    number = rf"(?i){edge}([{prefixes}](?:[\s\p{{P}}\p{{S}}]{{0,3}}[0-9A-F]){{16}}){edge}"
    return clean_text(whole_row).str.extract(number).alias(MENTIONED)


def _own_rows(sheet: Sheet) -> pl.DataFrame:
    """The rows of a sheet but for those that only make the row above taller: all their cells are merged with it."""
    repeated = pl.DataFrame(list(sheet.repeated), schema={ROW: pl.Int32, "column": pl.Int64}, orient="row")
    filled = pl.sum_horizontal(pl.col(*sheet.columns).is_not_null())
    return (
        sheet.cells.join(repeated.group_by(ROW).len("repeated"), on=ROW, how="left", maintain_order="left")
        .filter(pl.col("repeated").is_null() | (filled > pl.col("repeated")))
        .drop("repeated")
    )


def _heading_rows(sheet: Sheet, form: Form) -> list[int]:
    wanted = {heading_key(form.columns[name].heading) for name in ("case", "reply")}
    has = [
        pl.any_horizontal(pl.col(*sheet.columns).str.replace_all(r"\s", "") == heading).fill_null(False)
        for heading in wanted
    ]
    return sheet.cells.filter(pl.all_horizontal(has))[ROW].to_list()


def _under(sheet: Sheet, head: int, rows: pl.DataFrame, form: Form) -> pl.DataFrame:
    """Rows of a sheet as one of its heading rows names their columns."""
    names = {heading_key(form.columns[name].heading): name for name in READ}
    headings = sheet.cells.row(by_predicate=pl.col(ROW) == head, named=True)
    places = {names.get(heading_key(headings[column] or "")): column for column in reversed(sheet.columns)}
    merged = [row for row, column in sheet.repeated if column == sheet.columns.index(places["case"])]
    named = rows.select(
        ROW,
        *(pl.col(places[name]).alias(name) if name in places else pl.lit(None, pl.String).alias(name) for name in READ),
        MENTIONED,
        pl.col(ROW).is_in(merged).alias(MERGED),
    )
    return named.with_columns(clean_text(named[name]).alias(name) for name in READ)


def _rows_of_sheet(sheet: Sheet, heads: list[int], form: Form) -> pl.DataFrame:
    cells = sheet.cells.with_columns(_mentioned(sheet, form))
    after = [*heads[1:], _NO_ROW]
    found = [
        _under(sheet, head, cells.filter(pl.col(ROW).is_between(head, following, "none")), form)
        for head, following in zip(heads, after, strict=False)
    ]
    outside = cells.filter(pl.col(ROW) < heads[0]) if heads else cells
    if heads:
        # Whoever sorts a sheet without saying that it has headings finds them last, or in between.
        above = _under(sheet, heads[0], outside, form).filter(case_parts(pl.col("case"), form)[1].is_not_null())
        found.append(above)
        outside = outside.join(above, on=ROW, how="anti")
    found.append(
        outside.filter(pl.col(MENTIONED).is_not_null()).select(
            ROW,
            *(pl.lit(None, pl.String).alias(name) for name in READ),
            MENTIONED,
            pl.lit(value=False).alias(MERGED),
        )
    )
    return pl.concat(found).sort(ROW)


def find_rows(sheets: Mapping[int, Sheet], form: Form) -> pl.DataFrame:
    """Every row below a heading row, and every other row that shows a case number.

    sheet, row_number, the columns of READ as clean text (all null where the row is under no heading), mentioned (the
    case number that the row shows in any cell), merged (whether its case number is that of a row above, with which the
    cell is merged), kind and case_id (from the column of case numbers).
    Raises NotAWorklistError where no sheet has the headings.
    """
    sheets = {number: replace(sheet, cells=_own_rows(sheet)) for number, sheet in sheets.items()}
    heads = {number: _heading_rows(sheet, form) for number, sheet in sheets.items()}
    if not any(heads.values()):
        raise NotAWorklistError
    rows = pl.concat(
        _rows_of_sheet(sheet, heads[number], form).with_columns(pl.lit(number, pl.Int32).alias(SHEET))
        for number, sheet in sheets.items()
    )
    kind, case_id = case_parts(pl.col("case"), form)
    return rows.with_columns(kind.alias("kind"), case_id.alias("case_id"))
