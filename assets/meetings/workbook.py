"""The day's agenda with the verification report, and the form for its outcomes, as workbooks for the office."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from assets.workbooks import headed, write_tables
from warehouse.catalogue import Catalogue
from warehouse.engines.duckdb_engine import KEPT
from warehouse.files import write_atomically
from warehouse.home import Home

REGISTRY = "meeting_register"
LISTS = {
    "phone": "电话警示 phone",
    "review": "调度会 review",
    "yellow_card": "黄牌 yellow card",
    "interview": "约谈 interview",
}
SUMMARY = "小结 summary"
REPORT = "核查通报 verification"
_SHARES, _WHOLE = ("value_before", "value_now"), "全部"
_UNIT, _INDICATOR = "单位名称", "指标名称"
_PRIVATE = 0o600


@dataclass(frozen=True)
class MeetingPapers:
    """What was written: the agenda, the form, and the number of points by list."""

    agenda: Path
    form: Path
    points: dict[str, int]


def _rows(connection: duckdb.DuckDBPyConnection, table: str, day: dt.date) -> pl.DataFrame:
    query = f"select * from {KEPT}.{table} where as_of = ? order by all"
    return pl.DataFrame(connection.sql(query, params=[day]).to_arrow_table())


def _kinds(catalogue: Catalogue) -> dict[str, str]:
    """The lists of the agenda in words."""
    return next(column.codes or {} for column in catalogue.contract("meeting_agenda").columns if column.name == "list")


def _in_words(summary: pl.DataFrame, items: dict[str, str]) -> pl.DataFrame:
    """The summary as it is read: shares in per cent and counts without decimals, items by their names."""
    count = pl.col("value").cast(pl.Int64).cast(pl.String)
    share = pl.format("{}%", (100 * pl.col("value")).round(1, mode="half_away_from_zero"))
    is_share = pl.col("measure").is_in(_SHARES)
    return summary.with_columns(
        pl.col("item").replace({"all": _WHOLE} | items), pl.when(is_share).then(share).otherwise(count).alias("value")
    )


def _form(catalogue: Catalogue, day: dt.date, agenda: pl.DataFrame, indicators: dict[str, str]) -> pl.DataFrame:
    """One line per point of the agenda under the register's own headings, ready to be filled in.

    The last columns say what the codes stand for; the register does not read them.
    """
    headings = {name: column.headings[0] for name, column in catalogue.layouts[REGISTRY].columns.items()}
    kinds = _kinds(catalogue)
    filled = agenda.select(
        meeting_no=pl.format("{}-{}", pl.lit(day.isoformat()), pl.col("list")),
        meeting_date=pl.lit(day.isoformat()),
        meeting_kind=pl.col("list").replace(kinds | {"yellow_card": kinds["review"]}),
        unit_code="unit_code",
        indicator="indicator",
        promise=pl.lit(""),
        promised_until=pl.lit(""),
        checked_off_on=pl.lit(""),
    )
    words = agenda.select(pl.col("unit_name").alias(_UNIT), pl.col("indicator").replace(indicators).alias(_INDICATOR))
    return filled.select(list(headings)).rename(headings).hstack(words)


def write_papers(
    home: Home, catalogue: Catalogue, connection: duckdb.DuckDBPyConnection, day: dt.date
) -> MeetingPapers:
    """Writes the agenda of a day and the form for its outcomes. The connection reads the private warehouse."""
    home.meetings.mkdir(parents=True, exist_ok=True, mode=0o700)
    agenda, summary = _rows(connection, "meeting_agenda", day), _rows(connection, "meeting_summary", day)
    indicators = dict(connection.execute(f"select indicator, zh from {KEPT}.indicator").fetchall())
    spelt = agenda.with_columns(pl.col("indicator").replace(indicators))
    sheets = {
        title: headed(catalogue.contract("meeting_agenda"), spelt.filter(pl.col("list") == name))
        for name, title in LISTS.items()
    }
    papers = MeetingPapers(
        home.meetings / f"{day}_agenda.xlsx",
        home.meetings / f"{day}_changes.xlsx",
        {name: len(sheets[title]) for name, title in LISTS.items()},
    )
    report = _rows(connection, "verification_report", day)
    sheets |= {
        SUMMARY: headed(
            catalogue.contract("meeting_summary"),
            _in_words(summary, indicators | _kinds(catalogue)),
        ),
        REPORT: headed(catalogue.contract("verification_report"), report),
    }
    form = {"会议记录": _form(catalogue, day, agenda, indicators)}
    write_atomically(papers.agenda, lambda path: write_tables(path, sheets, day), mode=_PRIVATE)
    write_atomically(papers.form, lambda path: write_tables(path, form, day), mode=_PRIVATE)
    return papers
