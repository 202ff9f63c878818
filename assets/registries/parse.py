"""From the sheets of a file to accepted and rejected rows, by a declared layout.

Only declared columns are ever kept: refused ones (scope, invariant 2) are reported by heading, unknown ones likewise,
and the values of neither leave this module. rows read = rows accepted + rows rejected.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import polars as pl

from assets.registries.sheet import DAMAGE, DAMAGES, ROW, Sheet
from warehouse.normalise import areas, citizen_id, dates, money
from warehouse.normalise.text import clean_text, person_name
from warehouse.registries import Column, Layout, reading_rules
from warehouse.registries.layout import DBF_HEADING_CHARACTERS, KEY_SEPARATOR, heading_key

_HEADER_ROWS = 20
_LEAST_HEADINGS = 2
_REPLACEMENT = "\ufffd"
_ORDINAL = r"^\s*(?:[0-9]{1,2}|[甲乙丙丁戊己庚辛壬癸])\s*$"
REASON, COLUMN, VILLAGE, KEY = "reason_code", "column_name", "village_code", "record_key"


class UnusableFileError(Exception):
    """The file is a table but no extract of this registry. `reason` is a code of reasons.yaml, `column` a heading."""

    def __init__(self, reason: str, column: str | None = None, readable: pl.DataFrame | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.column = column
        self.readable = readable


@dataclass(frozen=True)
class Parsed:
    """An extract, or a part of one, read.

    accepted: row_number, every declared column in its type, <id>_is_valid, <column>_original where it differs.
    rejected, notices: row_number, reason_code, column_name, village_code (where it could be read). rejected also has
    record_key, of which record the row is, as far as could be read (_keys). columns: the declared ones that it has.
    """

    accepted: pl.DataFrame
    rejected: pl.DataFrame
    notices: pl.DataFrame
    rows_read: int
    rows_skipped: int
    columns: tuple[str, ...]
    refused_headings: tuple[str, ...]
    ignored_headings: tuple[str, ...]


@dataclass
class _Headings:
    row: int
    columns: dict[str, str] = field(default_factory=dict)  # declared column -> cell column
    texts: dict[str, str] = field(default_factory=dict)  # cell column -> heading as written
    disowning: list[str] = field(default_factory=list)  # cell columns that may say: no record of this registry
    refused: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


def _match_headings(sheet: Sheet, layout: Layout) -> _Headings | None:
    """The heading row is the one of the first twenty that names the most declared columns, two at least.

    Of several headings that may mean one column the surest does: the least vague, then one without a remark.
    """
    known = layout.headings(cut=sheet.cut_headings)
    rules = reading_rules()
    head = sheet.cells.head(1 if sheet.cut_headings else _HEADER_ROWS).select(sheet.columns).rows()

    def meant(text: str | None) -> tuple[str, tuple[int, int]] | None:
        """The column that a heading may mean, and how unsure that is: how vague it is, whether it has remarks."""
        for remarks, words in enumerate((text, rules.without_remarks(text)) if text else ()):
            key = heading_key(words)[: DBF_HEADING_CHARACTERS if sheet.cut_headings else None]
            if key in known:
                return known[key].column, (known[key].vagueness, remarks)
        return None

    counts = [sum(1 for text in row if meant(text)) for row in head]
    if not counts or max(counts) < _LEAST_HEADINGS:
        return None
    last = counts.index(max(counts))
    while counts[last : last + 2] == [max(counts)] * 2:
        last += 1  # headings in two rows, most of them standing over both
    found = _Headings(row=last)
    surest: dict[str, tuple[int, int]] = {}
    for column, unsure in filter(None, map(meant, head[last])):
        surest[column] = min(surest.get(column, unsure), unsure)
    for cell, text in zip(sheet.columns, head[last], strict=True):
        if not text or not text.strip():
            continue
        found.texts[cell] = text.strip()
        meaning = meant(text)
        disowns = layout.no_record is not None and layout.no_record.stands_under(text, cut=sheet.cut_headings)
        if disowns:
            found.disowning.append(cell)
        if rules.refuses(text, layout):
            found.refused.append(heading_key(text))
        elif disowns:
            continue
        elif meaning is None or meaning not in surest.items():
            found.ignored.append(heading_key(text))
        elif (column := meaning[0]) in found.columns:
            raise UnusableFileError("AMBIGUOUS_COLUMN", layout.columns[column].headings[0])
        else:
            found.columns[column] = cell
    return found


def _first_text(below: pl.DataFrame, cells: list[str]) -> pl.Series:
    """The first cell of each row that is not blank; null where all are. The others are looked at where they matter."""
    first = below[cells[0]]
    blank = first.is_null() | (first.str.strip_chars() == "")
    given = (pl.when(pl.col(cell).str.strip_chars() != "").then(pl.col(cell)) for cell in cells)
    return first.clone().scatter(blank.arg_true(), below.filter(blank).select(pl.coalesce(given)).to_series())


def _matching(text: pl.Series, among: pl.Series, pattern: str) -> pl.Series:
    """True where a text matches a pattern; only those `among` are looked at."""
    found = text.filter(among).str.replace_all(r"\s", "").str.contains(pattern)
    return pl.repeat(value=False, n=len(text), eager=True).scatter(among.arg_true(), found)


def _is_heading(below: pl.DataFrame, first: pl.Series, found: _Headings) -> pl.Series:
    """Where the heading comes again, as on every page of a printout, or its columns are numbered below it."""
    suspect = (first.str.strip_chars().is_in(list(found.texts.values())) | first.str.contains(_ORDINAL)).fill_null(
        False
    )
    given = [pl.col(cell).str.strip_chars().replace("", None) for cell in found.texts]
    filled = pl.sum_horizontal(cell.is_not_null() for cell in given)
    repeated = pl.sum_horizontal(
        (cell == text).fill_null(False) for cell, text in zip(given, found.texts.values(), strict=True)
    )
    numbered = pl.all_horizontal(cell.str.contains(_ORDINAL).fill_null(True) for cell in given)
    is_heading = below.filter(suspect).select(
        ((repeated >= _LEAST_HEADINGS) & (repeated * 2 > filled)) | (numbered & (filled > _LEAST_HEADINGS))
    )
    return suspect.clone().scatter(suspect.arg_true(), is_heading.to_series())


def _is_none_of_the_registry(below: pl.DataFrame, found: _Headings, layout: Layout) -> pl.Series:
    """Where a row says of itself that it is no record of this registry (layout.NoRecord)."""
    is_none = pl.repeat(value=False, n=below.height, eager=True)
    if layout.no_record:
        words = clean_text(pl.Series(layout.no_record.words)).implode()
        for cell in found.disowning:
            is_none |= clean_text(below[cell]).is_in(words).fill_null(False)
    return is_none


def _data_rows(below: pl.DataFrame, found: _Headings, layout: Layout) -> tuple[pl.DataFrame, int]:
    """Rows below the heading that are records, and how many others (blank, closing, heading) were passed over."""
    declared = below.select(ROW, DAMAGE, *(pl.col(cell).alias(column) for column, cell in found.columns.items()))
    first = _first_text(below, [name for name in below.columns if name not in (ROW, DAMAGE)])
    blank = first.is_null()
    labels = reading_rules().footer_labels
    beginnings = "".join(sorted({label[0] for label in labels}))
    suspect = first.str.contains(f"^\\s*[{beginnings}]").fill_null(value=False)
    labelled = _matching(first, suspect, f"^({'|'.join(labels)})")
    nothing_else = _matching(first, labelled, f"^({'|'.join(labels)})[:：]?\\d*[人条户]?$")
    # 制表人：王芳 is no number or name of a record; in a column that may be blank it could be what a record says.
    identifies = declared.select(pl.any_horizontal((pl.col(layout.required()) == first).fill_null(value=False)))
    signed = identifies.to_series() & _matching(first, labelled, f"^({'|'.join(labels)})\\p{{Han}}{{0,4}}[:：]")
    incomplete = declared.select(
        pl.any_horizontal(
            pl.col(column).is_null() | (pl.col(column).str.strip_chars() == "") for column in layout.required()
        )
    ).to_series()
    record = ~(blank | nothing_else | signed | (labelled & incomplete) | _is_heading(below, first, found))
    record &= ~_is_none_of_the_registry(below, found, layout)
    return declared.filter(record), int((~record).sum())


@dataclass
class _Cells:
    """One column, read: its value, where it cannot be read, and whether that costs the row."""

    value: pl.Series
    bad: pl.Series
    reason: str


def _by_distinct(
    text: pl.Series, read: Callable[[pl.Series], pl.Series], dtype: type[pl.DataType] | pl.DataType
) -> pl.Series:
    """read() applied to each distinct text once, where the column repeats itself."""
    distinct = text.unique()
    if len(distinct) * 2 > len(text):
        return read(text)
    return text.replace_strict(distinct, read(distinct), return_dtype=dtype)


def _read_codes(text: pl.Series, codes: dict[str, str]) -> pl.Series:
    return (
        clean_text(text)
        .str.replace(r"\.0+$", "")
        .str.to_uppercase()
        .replace_strict(codes, default=None, return_dtype=pl.String)
    )


def _is_refused(text: pl.Series) -> pl.Series:
    return text.map_elements(reading_rules().is_refused, return_dtype=pl.Boolean, skip_nulls=True).fill_null(
        value=False
    )


def _unread(text: pl.Series, value: pl.Series) -> pl.Series:
    """Where a cell holds text of which no value came."""
    empty = value.is_null() & text.is_not_null()
    return empty.clone().scatter(empty.arg_true(), clean_text(text.filter(empty)).is_not_null())


def _read_column(text: pl.Series, column: Column) -> _Cells:
    """Values of one column; `bad` marks cells that hold text which cannot be read as the column's type."""
    is_said = column.type == "code" or (column.type == "citizen_id" and column.required)  # reading.yaml: blanks
    if not is_said:
        text = text.set(text.is_in(reading_rules().blanks).fill_null(False), None)
    match column.type:
        case "citizen_id":
            value = citizen_id.normalise(text)
            return _Cells(value, citizen_id.is_lossy(text), "LOSSY_ID")
        case "date":
            value = dates.normalise(text)
            reason = "BAD_DATE"
        case "month":
            value = dates.month(text)
            reason = "BAD_MONTH"
        case "code":
            codes = reading_rules().codes[column.codes or ""]
            value = _by_distinct(text, lambda part: _read_codes(part, codes), pl.String)
            reason = "BAD_CODE"
        case "area":
            value = _by_distinct(text, areas.normalise, pl.String)
            reason = "BAD_AREA"
        case "integer":
            counted = rf"\s*(?:{'|'.join(reading_rules().measure_words)})$"
            value = clean_text(text).str.replace(counted, "").str.replace(r"\.0+$", "").cast(pl.Int32, strict=False)
            reason = "BAD_NUMBER"
        case "money":
            value = _by_distinct(text, money.normalise, money.YUAN)
            reason = "BAD_MONEY"
        case "name":
            value = person_name(text)
            reason = "ENCODING"
        case _:
            value = clean_text(text)
            lossy = citizen_id.is_lossy(value)
            return _Cells(value.set(lossy, None), lossy, "LOSSY_NUMBER")
    return _Cells(value, _unread(text, value), reason)


def _keys(columns: dict[str, pl.Series], unreadable: dict[str, pl.Series], layout: Layout) -> pl.Series:
    """Of which record each row is: its key. Without the last part where only that cannot be read, else blank.

    Whoever misses a record in an extract must know which one a rejected row may have been.
    """
    parts = []
    for names in layout.key_columns:
        given = pl.coalesce(pl.lit(columns[name].cast(pl.String)) for name in names)
        is_lost = pl.lit(unreadable[names[0]])
        if any(layout.columns[name].required for name in names):
            is_lost = is_lost | given.is_null()
        parts.append(pl.when(is_lost).then(None).otherwise(given.fill_null("")))
    *leading, last = parts
    # A key of one part that cannot be read says nothing at all.
    whole = pl.concat_str(*leading, last.fill_null("") if leading else last, separator=KEY_SEPARATOR)
    return pl.select(whole.alias(KEY)).to_series()


def _reasons(rows: pl.Series, reason: str, heading: str, village: pl.Series) -> pl.DataFrame:
    return (
        pl.DataFrame({ROW: rows, VILLAGE: village})
        .with_columns(pl.lit(reason).alias(REASON), pl.lit(heading).alias(COLUMN))
        .select(ROW, REASON, COLUMN, VILLAGE)
    )


def _goes_on(sheet: Sheet, width: int, found: _Headings, layout: Layout) -> bool:
    """Whether a sheet without headings would hold records under those of another one, `width` cells wide."""
    cells = [found.columns[name] for name in layout.required() if name in found.columns]
    if len(sheet.columns) != width or not cells:
        return False
    return bool(sheet.cells.select(pl.all_horizontal(pl.col(cells).str.strip_chars() != "")).to_series().any())


def _below_headings(sheets: Iterable[Sheet], layout: Layout) -> Iterator[tuple[pl.DataFrame, _Headings]]:
    """The rows below the headings of every sheet that has some; row numbers go on from each such sheet to the next.

    Raises UnusableFileError where no sheet has any, where two sheets have different ones, and where a sheet without any
    goes on like one that has them. Any other sheet without headings is no extract, and passed over.
    """
    first: _Headings | None = None
    found: _Headings | None = None
    width = rows_before = last_row = 0
    for sheet in sheets:
        cells = sheet.cells
        if not sheet.continues:
            found = _match_headings(sheet, layout)
            if found is None:
                if first and _goes_on(sheet, width, first, layout):
                    raise UnusableFileError("SHEET_WITHOUT_HEADER")
                continue
            first = first or found
            if found.columns.keys() != first.columns.keys():
                raise UnusableFileError("SHEETS_DIFFER")
            width, rows_before = len(sheet.columns), last_row
            cells = cells.slice(found.row + 1)
        elif found is None:
            continue
        last_row = rows_before + sheet.cells[ROW][-1]
        yield cells.with_columns(pl.col(ROW) + rows_before), found
    if first is None:
        raise UnusableFileError("NO_HEADER")


def parse(sheets: Iterable[Sheet], layout: Layout, day: dt.date) -> Iterator[Parsed]:
    """Reads the sheets of a file, any of them in parts of which the first has the headings, by a layout: part by part.

    day: of the extract. An id number with a later birth date is not valid, on whichever day the file is read.

    Raises UnusableFileError, after some parts perhaps, where the file is no extract of this registry. A row is rejected
    for a destroyed id number, a blank or unreadable required value, another that must be read where there is one,
    undecodable bytes, surplus cells, a quote that is never closed, or because the file breaks off in it; an unreadable
    optional value, errors of formulas among them, is left blank, kept as written, and noted.
    """
    missing: list[str] = []
    readable = []
    for cells, found in _below_headings(sheets, layout):
        missing = [name for name in layout.required() if name not in found.columns]
        if missing:
            kept = {column: cell for column, cell in found.columns.items() if layout.columns[column].type != "remark"}
            readable.append(cells.select(ROW, *(pl.col(cell).alias(column) for column, cell in kept.items())))
        else:
            yield _parse_rows(cells, found, layout, day)
    if missing:
        heading = layout.columns[missing[0]].headings[0]
        raise UnusableFileError("MISSING_COLUMN", heading, pl.concat(readable, how="diagonal"))


def _parse_rows(below: pl.DataFrame, found: _Headings, layout: Layout, day: dt.date) -> Parsed:
    rows, skipped = _data_rows(below, found, layout)
    columns: dict[str, pl.Series] = {}
    originals: dict[str, pl.Series] = {}
    unreadable: dict[str, pl.Series] = {}
    damaged = rows[DAMAGE].is_not_null()
    keys = {layout.record_id, *(name for part in layout.key_columns for name in part)}
    reasons: list[tuple[pl.Series, str, str, bool]] = [
        (rows[DAMAGE].eq_missing(code), code, "", True) for code in DAMAGES
    ]
    for name, column in layout.columns.items():
        heading = column.headings[0]
        text = rows[name] if name in found.columns else pl.Series(name, [None] * len(rows), dtype=pl.String)
        if column.type == "remark":
            refused = _by_distinct(text, _is_refused, pl.Boolean)
            text = text.set(refused, None)
            reasons.append((refused, "REMARK_REFUSED", heading, column.required))
        failed = text.is_in(reading_rules().cell_errors).fill_null(value=False)
        cells = _read_column(text.set(failed, None), column)
        columns[name] = cells.value.alias(name)
        garbled = text.str.contains(_REPLACEMENT, literal=True).fill_null(value=False)
        if name in keys:
            unreadable[name] = damaged | garbled | failed | cells.bad
        reasons.append((garbled, "ENCODING", heading, True))
        costs_row = column.required or column.must_read
        reasons.append((failed, "CELL_ERROR", heading, costs_row))
        is_lost = cells.reason == "LOSSY_ID" or (cells.reason == "LOSSY_NUMBER" and name in keys)
        reasons.append((cells.bad, cells.reason, heading, costs_row or is_lost))
        if column.required:
            reasons.append((cells.value.is_null() & ~cells.bad, "MISSING_VALUE", heading, True))
        if column.type == "citizen_id":
            valid = citizen_id.is_valid(cells.value, day)
            columns[f"{name}_is_valid"] = valid.alias(f"{name}_is_valid")
            reasons.append((cells.value.is_not_null() & ~valid & ~cells.bad, "ID_INVALID", heading, False))
            reasons.append((valid & areas.is_unknown_prefix(cells.value), "UNKNOWN_AREA", heading, False))
        canonical = cells.value.cast(pl.String)
        differs = (text.is_not_null() & (text != canonical).fill_null(value=True)).fill_null(value=False)
        originals[f"{name}_original"] = text.set(~differs, None).alias(f"{name}_original")

    village = columns[layout.village] if layout.village else pl.Series([None] * len(rows), dtype=pl.String)
    rejected_mask = pl.Series([False] * len(rows), dtype=pl.Boolean)
    rejected, notices = [], []
    for mask, reason, heading, costs_row in reasons:
        if not mask.any():
            continue
        fresh = mask & ~rejected_mask
        if costs_row:
            rejected.append(_reasons(rows[ROW].filter(fresh), reason, heading, village.filter(fresh)))
            rejected_mask = rejected_mask | mask
        else:
            notices.append(_reasons(rows[ROW].filter(mask), reason, heading, village.filter(mask)))
    empty = _reasons(rows[ROW].head(0), "", "", village.head(0))
    accepted = pl.DataFrame([rows[ROW], *columns.values(), *originals.values()]).filter(~rejected_mask)
    lost = {name: series.filter(rejected_mask) for name, series in unreadable.items()}
    known = pl.DataFrame(
        [
            rows[ROW].filter(rejected_mask),
            _keys({name: columns[name].filter(rejected_mask) for name in lost}, lost, layout),
        ]
    )
    return Parsed(
        accepted=accepted,
        rejected=pl.concat([empty, *rejected]).join(known, on=ROW, how="left").sort(ROW),
        notices=pl.concat([empty, *notices]).sort(ROW, COLUMN, REASON),
        rows_read=len(rows),
        rows_skipped=skipped,
        columns=tuple(name for name in layout.columns if name in found.columns),
        refused_headings=tuple(found.refused),
        ignored_headings=tuple(found.ignored),
    )
