"""Reading a returned workbook: which rows answer which case, and which cannot be used and why.

Sheets may be sorted, filtered, renamed, merged into one another or pasted below one another, saved by any program as
xlsx, xls or csv (returned_rows finds the rows). These are pure functions; return_landing keeps what they find.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from assets.cases.returned_rows import FILLED, MENTIONED, MERGED, SHEET, TWOFOLD, UNREAD, find_rows
from assets.cases.written_values import (
    DATE_FIELDS,
    ID_FIELDS,
    corrected_values,
    no_code,
    no_village,
)
from assets.registries.sheet import ROW, Sheet, UnreadableFileError
from warehouse.forms import read_form
from warehouse.normalise import citizen_id, dates
from warehouse.registries.layout import reading_rules

_OLE = b"\xd0\xcf\x11\xe0"
_WITHOUT_YEAR = r"^(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?$"
_RECORD_FIELDS = ("record_id", "record_status")
# The answers of which the value is used: who gives another may write what he likes beside it.
_VALUE_COUNTS = ("health_wrong", "other_wrong", "corrected_at_source", "seen")


class ProtectedFileError(Exception):
    """The workbook has a password that was not given or is wrong."""


@dataclass(frozen=True)
class Answers:
    """What a returned workbook holds.

    accepted: sheet, row_number, case_id, kind, recipient, village_code, reply, corrected_value, source_seen,
    answered_on, remark and note (a code of the form's remarks, or null).
    rejected: sheet, row_number, case_number, reason_code.
    """

    accepted: pl.DataFrame
    rejected: pl.DataFrame
    rows_skipped: int


def unlocked(content: bytes, password: str | None) -> bytes:
    """The content without its encryption.

    Raises ProtectedFileError where the password does not open it, UnreadableFileError where the file is damaged.
    """
    if not content.startswith(_OLE):
        return content
    import msoffcrypto
    from msoffcrypto.exceptions import FileFormatError, InvalidKeyError

    try:
        workbook = msoffcrypto.OfficeFile(io.BytesIO(content))
        if not workbook.is_encrypted():
            return content
        if password is None:
            raise ProtectedFileError
        target = io.BytesIO()
        workbook.load_key(password=password)
        workbook.decrypt(target)
    except InvalidKeyError as error:
        raise ProtectedFileError from error
    except FileFormatError:
        return content  # of a kind this library does not know: its reader will tell
    except ProtectedFileError:
        raise
    except Exception as error:  # a file cut anywhere fails the library in many ways
        raise UnreadableFileError("UNREADABLE") from error
    return target.getvalue()


def _answer_dates(rows: pl.DataFrame, received_on: dt.date) -> pl.Series:
    """Days of verification; null where there is none that can be, for nobody verifies after the return."""
    text = rows["answered_on"]

    def read(year: int) -> pl.Series:
        return dates.normalise(text.str.replace(_WITHOUT_YEAR, f"{year}-${{1}}-${{2}}"))

    found, year_before = read(received_on.year), read(received_on.year - 1)
    later = (found > received_on).fill_null(False)
    # A list filled in in December comes back in January.
    return year_before.zip_with(later & text.str.contains(_WITHOUT_YEAR), found.set(later, None))


def is_refused(text: str | None) -> bool:
    """Whether free text speaks of what is never stored (scope, invariant 2)."""
    return bool(text) and reading_rules().is_refused(text or "")


def parse(
    sheets: Mapping[int, Sheet], handed_over: pl.DataFrame, villages: Mapping[str, str], received_on: dt.date
) -> Answers:
    """Answers of a workbook. `handed_over`: case_id, kind, recipient, village_code and field of every list given out.

    Raises NotAWorklistError where there is no list in the workbook.
    """
    form = read_form()
    rows = find_rows(sheets, form)
    filled = pl.any_horizontal(pl.col(*FILLED).is_not_null())
    misplaced = ~filled & pl.col("case_id").is_null() & pl.col(MENTIONED).is_not_null()
    skipped = len(rows.filter(~filled & ~misplaced & pl.col("case").is_not_null()))
    rows = (
        rows.with_columns(misplaced.alias("misplaced"))
        .filter(filled | misplaced)
        .join(handed_over, on=["case_id", "kind"], how="left", maintain_order="left")
    )
    words = {kind_reply.zh: code for code, kind_reply in form.replies.items()}
    offered = pl.DataFrame(
        [(name, reply, True) for name, kind in form.kinds.items() for reply in kind.replies],
        schema=["kind", "reply_code", "offered"],
        orient="row",
    )
    rows = rows.with_columns(
        pl.col("reply")
        .str.replace_all(r"\s|^\d+[.、]?|[。;;]$", "")
        .replace_strict(words, default=None, return_dtype=pl.String)
        .alias("reply_code")
    ).join(offered, on=["kind", "reply_code"], how="left", maintain_order="left")
    lossy = citizen_id.is_lossy(rows["corrected"])
    no_date = rows["corrected"].is_not_null() & dates.normalise(rows["corrected"]).is_null()
    number = citizen_id.normalise(rows["corrected"])
    no_id = number.is_not_null() & ~citizen_id.is_valid(number, received_on)
    value_counts = pl.col("reply_code").is_in(_VALUE_COUNTS)
    rows = rows.with_columns(
        pl.when("misplaced")
        .then(pl.lit("NOT_UNDER_HEADINGS"))
        .when(MERGED)
        .then(pl.lit("MERGED_CASE_NUMBER"))
        .when(TWOFOLD)
        .then(pl.lit("TWO_COLUMNS"))
        .when(pl.col("case").is_null())
        .then(pl.lit("NO_CASE_NUMBER"))
        .when(pl.col("recipient").is_null())
        .then(pl.lit("UNKNOWN_CASE"))
        .when(pl.col("reply").is_null())
        .then(pl.lit("NO_REPLY"))
        .when(pl.col("offered").is_null())
        .then(pl.lit("UNKNOWN_REPLY"))
        .when(value_counts & (pl.col(UNREAD) == "corrected"))
        .then(pl.lit("NO_VALUE_HEADING"))
        .when(lossy)
        .then(pl.lit("LOSSY_VALUE"))
        .when(pl.col("field").is_in(DATE_FIELDS) & value_counts & pl.lit(no_date))
        .then(pl.lit("NO_DATE"))
        .when(pl.col("field").is_in(ID_FIELDS) & value_counts & pl.lit(no_id))
        .then(pl.lit("NO_ID"))
        .when(value_counts & no_code(rows["corrected"]))
        .then(pl.lit("NO_CODE"))
        # A village clerk may name a place elsewhere; what a re-check names is held against a code, and costs points.
        .when((pl.col("reply_code") == "seen") & no_village(rows["corrected"], villages))
        .then(pl.lit("NO_VILLAGE"))
        .when((pl.col("reply_code") == "waive") & pl.col("remark").is_null())
        .then(pl.lit("NO_REASON"))
        .when((pl.col("reply_code") == "seen") & pl.col("corrected").is_null() & ~pl.col("field").is_in(_RECORD_FIELDS))
        .then(pl.lit("NO_VALUE"))
        .alias("reason_code")
    )
    return Answers(
        _accepted(rows.filter(pl.col("reason_code").is_null()), villages, received_on),
        rows.filter(pl.col("reason_code").is_not_null()).select(
            SHEET,
            ROW,
            pl.when(~pl.col(MERGED)).then(pl.coalesce("case", MENTIONED)).alias("case_number"),
            "reason_code",
        ),
        skipped,
    )


def _accepted(rows: pl.DataFrame, villages: Mapping[str, str], received_on: dt.date) -> pl.DataFrame:
    answered = _answer_dates(rows, received_on)
    by_field = [
        part.with_columns(corrected_values(part["corrected"], field, villages).alias("corrected_value"))
        for (field,), part in rows.with_columns(answered.alias("day")).group_by("field", maintain_order=True)
    ]
    typed = (
        pl.concat(by_field)
        if by_field
        else rows.with_columns(pl.lit(None, pl.String).alias("corrected_value"), answered.alias("day"))
    )
    refused = pl.any_horizontal(
        pl.col(name).map_elements(is_refused, return_dtype=pl.Boolean, skip_nulls=True).fill_null(False)
        for name in ("remark", "source_seen", "corrected_value")
    )
    return typed.sort(SHEET, ROW).select(
        SHEET,
        ROW,
        "case_id",
        "kind",
        "recipient",
        "village_code",
        pl.col("reply_code").alias("reply"),
        *(pl.when(~refused).then(pl.col(name)).alias(name) for name in ("corrected_value", "source_seen")),
        pl.col("day").alias("answered_on"),
        pl.when(~refused).then(pl.col("remark")).alias("remark"),
        pl.when(refused)
        .then(pl.lit("REMARK_REFUSED"))
        .when(pl.col("answered_on").is_not_null() & pl.col("day").is_null())
        .then(pl.lit("BAD_DATE"))
        .when(pl.col(UNREAD).is_not_null())
        .then(pl.lit("UNREAD"))
        .alias("note"),
    )
