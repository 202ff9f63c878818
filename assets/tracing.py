"""From a published figure down to where it comes from: indicators, cases, the ledger, the landed file and its row.

Private side only: what is shown here names records. The day is rebuilt in a scratch database from what it knew, so an
old figure is traced through the tables it was made of.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from assets.known import everything_known
from assets.replay import NeverPublishedError, published_days, query, rebuild, scratch, take_history
from warehouse.catalogue import Catalogue
from warehouse.engines.duckdb_engine import DuckDBEngine
from warehouse.home import Home

CASE_INDICATOR = "case_resolved_in_term"


class UnknownFigureError(Exception):
    """The day has no such figure."""


@dataclass(frozen=True)
class SourceRow:
    """A row of a landed file that holds a record of a case as the day knew it."""

    registry: str
    file_id: str
    row_number: int
    extract_date: dt.date


@dataclass(frozen=True)
class TracedCase:
    """A case behind an indicator: its dates, its events (kind, day, evidence file and row) and its source rows."""

    case_id: str
    rule_code: str
    first_seen: dt.date
    due_on: dt.date
    resolved_on: dt.date | None
    status: str
    events: tuple[tuple[str, dt.date, str | None, int | None], ...]
    rows: tuple[SourceRow, ...]


@dataclass(frozen=True)
class TracedIndicator:
    """An indicator behind a score: its share and weight, the cases it counts, or the files it was computed from."""

    indicator: str
    numerator: int
    denominator: int
    weight: float
    cases: tuple[TracedCase, ...]
    files: tuple[str, ...]


@dataclass(frozen=True)
class TracedRanking:
    """A place in the ranking and everything it is made of."""

    unit_code: str
    as_of: dt.date
    score: float | None
    rank: int | None
    points_deducted: float
    indicators: tuple[TracedIndicator, ...]


def _registries_of(catalogue: Catalogue, table: str) -> set[str]:
    """The registries that a table is computed from, however far down."""
    found: set[str] = set()
    waiting, seen = [table], set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        if name.startswith("raw_"):
            found.add(name.removeprefix("raw_"))
        elif name in catalogue.models:
            waiting += catalogue.inputs(name)
    return found


def _rows(engine: DuckDBEngine, case: tuple) -> tuple[SourceRow, ...]:
    """The landed rows of a case's two records, newest first."""
    found = []
    for registry, record in (case[6:8], case[8:]):
        layout = engine.catalogue.layouts.get(registry or "")
        if layout is None or record is None:
            continue
        rows = query(
            engine.connection,
            f"""select file_id, row_number, extract_date from raw_{registry} where {layout.record_id} = ?
                order by extract_date desc, file_id, row_number limit 1""",
            record,
        )
        found += [SourceRow(registry, *row) for row in rows]
    return tuple(found)


def _cases(engine: DuckDBEngine, village_code: str) -> tuple[TracedCase, ...]:
    cases = query(
        engine.connection,
        f"""select case_id, rule_code, first_seen, due_on, resolved_on, status,
                registry_a, record_a, registry_b, record_b
            from discrepancy inner join rule using (rule_code)
            cross join (select window_start, window_end from indicator where indicator = '{CASE_INDICATOR}') as span
            where rule.scored and village_code = ? and first_seen between window_start and window_end
            order by first_seen, case_id""",
        village_code,
    )
    return tuple(
        TracedCase(
            case_id=case[0],
            rule_code=case[1],
            first_seen=case[2],
            due_on=case[3],
            resolved_on=case[4],
            status=case[5],
            events=tuple(
                query(
                    engine.connection,
                    """select kind, about_day, file_id, row_number from case_event
                       where case_id = ? order by about_day, known_at, kind""",
                    case[0],
                )
            ),
            rows=_rows(engine, case),
        )
        for case in cases
    )


def trace_ranking(home: Home, catalogue: Catalogue, unit_code: str, day: dt.date) -> TracedRanking:
    """A village's place on a day. Raises NeverPublishedError, UnknownFigureError."""
    everything = everything_known(home)
    with scratch(home, catalogue) as engine:
        if day not in published_days(engine.connection):
            raise NeverPublishedError(day)
        take_history(engine, day)
        rebuild(engine, home, everything, day)
        place = query(engine.connection, "select score, rank from village_ranking where unit_code = ?", unit_code)
        if not place:
            raise UnknownFigureError(unit_code)
        indicators = query(
            engine.connection,
            """select indicator, numerator, denominator, weight
               from indicator_value inner join indicator using (indicator)
               where unit_type = 'village' and unit_code = ? order by weight desc, indicator""",
            unit_code,
        )
        points = query(engine.connection, "select points from village_deduction where village_code = ?", unit_code)
        traced = []
        for indicator, numerator, denominator, weight in indicators:
            registries = sorted(_registries_of(catalogue, catalogue.indicator_tables[indicator]))
            listed = ", ".join(f"'{registry}'" for registry in registries) or "''"
            files = query(
                engine.connection,
                f"""select file_id from received_file
                    where registry in ({listed}) and status = 'accepted' order by extract_date, registry, file_id""",
            )
            cases = _cases(engine, unit_code) if indicator == CASE_INDICATOR else ()
            traced.append(
                TracedIndicator(indicator, numerator, denominator, weight, cases, tuple(name for (name,) in files))
            )
        score, rank = place[0]
        return TracedRanking(unit_code, day, score, rank, points[0][0] if points else 0.0, tuple(traced))
