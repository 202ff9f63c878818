"""Finding the rows of a list of cases in the sheets that came back.

A list is recognised by its headings, wherever they stand. A row that shows a case number is never passed over: what
lies under no heading is found as well, for a row that nobody reads is an answer lost without a word. What is merged
over several rows is said of each of them, but for the case number: that is of the first row only. What stands under a
heading that nobody knows, while one of the list's own is gone, was written for it perhaps: that is told as well.
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
UNREAD, TWOFOLD = "unread", "twofold"
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


def _printed(form: Form) -> set[str]:
    """Every heading that stands on some kind of list."""
    own = {kind.action_heading for kind in form.kinds.values()} | {column.heading for column in form.columns.values()}
    return {heading_key(heading) for heading in own if heading}


def _unread(places: Mapping[str, list[str]], strange: list[str]) -> pl.Expr:
    """The first column to be filled in that has no heading, for rows with text under a strange one; else null."""
    gone = next((name for name in FILLED if name not in places), None)
    if gone is None or not strange:
        return pl.lit(None, pl.String)
    written = pl.any_horizontal(pl.col(column).str.strip_chars() != "" for column in strange)
    return pl.when(written).then(pl.lit(gone))


def _under(sheet: Sheet, head: int, rows: pl.DataFrame, form: Form) -> pl.DataFrame:
    """Rows of a sheet as one of its heading rows names their columns."""
    names = {heading_key(form.columns[name].heading): name for name in READ}
    headings = sheet.cells.row(by_predicate=pl.col(ROW) == head, named=True)
    keys = {column: heading_key(headings[column] or "") for column in sheet.columns}
    places: dict[str, list[str]] = {}
    for column, key in keys.items():
        if key in names:
            places.setdefault(names[key], []).append(column)
    printed = _printed(form)
    strange = [column for column, key in keys.items() if key not in printed]
    numbers = {sheet.columns.index(column) for column in places["case"]}
    merged = [row for row, column in sheet.repeated if column in numbers]
    read = [column for columns in places.values() for column in columns]
    cleaned = rows.with_columns(clean_text(rows[column]).alias(column) for column in read)
    return cleaned.select(
        ROW,
        *(pl.coalesce(places.get(name) or pl.lit(None, pl.String)).alias(name) for name in READ),
        MENTIONED,
        pl.col(ROW).is_in(merged).alias(MERGED),
        _unread(places, strange).alias(UNREAD),
        pl.any_horizontal(
            pl.lit(value=False),
            *(
                (pl.coalesce(columns) != pl.col(column)).fill_null(value=False)
                for columns in places.values()
                for column in columns[1:]
            ),
        ).alias(TWOFOLD),
    )


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
            pl.lit(None, pl.String).alias(UNREAD),
            pl.lit(value=False).alias(TWOFOLD),
        )
    )
    return pl.concat(found).sort(ROW)


def find_rows(sheets: Mapping[int, Sheet], form: Form) -> pl.DataFrame:
    """Every row below a heading row, and every other row that shows a case number.

    sheet, row_number, the columns of READ as clean text (all null where the row is under no heading), mentioned (the
    case number that the row shows in any cell), merged (whether its case number is that of a row above, with which the
    cell is merged), unread (the column that has no heading, where the row has text under one that is not the list's),
    twofold (whether a heading stands twice and the row says two things under it), kind and case_id (from the column of
    case numbers).
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
