"""From a published figure down to where it comes from: indicators, cases, the ledger, the landed file and its row.

Private side only: what is shown here names records. The day is rebuilt in a scratch database from what it knew, so an
old figure is traced through the tables it was made of. Where another program or other parameters give another figure by
now, the one that was published stands beside it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from assets.known import everything_known
from assets.replay import PUBLISHED, query, rebuild, require_published_days, scratch, take_history
from warehouse.catalogue import Catalogue
from warehouse.engines.duckdb_engine import DuckDBEngine
from warehouse.engines.relations import NEWEST_FIRST, key_sql, several_sql
from warehouse.home import Home

RANKING, WARNING = "ranking", "warning"
TOWN, TOWN_NAME = "all", "全镇"

# The cases that an indicator counts, in which spell, and whether each is in its numerator, exactly as its model counts
# them.
CASES_OF = {
    "case_resolved_in_term": """
        select case_id, spell, village_code, coalesce(village_done_on <= due_on, false) as is_good
        from case_standing inner join rule using (rule_code) cross join span
        where scored and handed_over_on is not null and waived_on is null
            and due_on <= window_end and (due_on >= window_start or village_done_on is null)""",
    "open_case_not_old": """
        select case_id, spell, village_code, village_done_on is not null as is_good
        from case_standing inner join rule using (rule_code) cross join span
        where scored and waived_on is null
            and handed_over_on <= window_end and (handed_over_on >= window_start or village_done_on is null)""",
    "verified_accuracy": """
        select case_id, recheck_verdict.spell, recheck_verdict.village_code, verdict = 'right' as is_good
        from recheck_verdict inner join rule using (rule_code) inner join case_deadline using (rule_code)
        left join deduction using (handover_id, case_id) cross join span
        where scored and case_deadline.points > 0 and exempt is distinct from 'waived'
            and (verdict = 'right' or deduction.reason = 'deducted')
            and received_on between window_start and window_end""",
}


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
class SourceFile:
    """A landed file that an indicator was computed from."""

    registry: str
    file_id: str
    extract_date: dt.date


@dataclass(frozen=True)
class TracedCase:
    """A case behind an indicator, in the spell that is counted, and whether it counts for the unit.

    The spell's dates, its events (kind, day, evidence file and row) and its source rows.
    """

    case_id: str
    rule_code: str
    village_code: str
    is_good: bool
    first_seen: dt.date
    due_on: dt.date
    resolved_on: dt.date | None
    status: str
    events: tuple[tuple[str, dt.date, str | None, int | None], ...]
    rows: tuple[SourceRow, ...]


@dataclass(frozen=True)
class TracedIndicator:
    """An indicator of a unit: its share, as it is computed now and as it was published (blank where it was not), its
    weight, the cases it counts, or the files it was computed from."""

    indicator: str
    zh: str
    en: str
    numerator: int
    denominator: int
    published_numerator: int | None
    published_denominator: int | None
    weight: float
    cases: tuple[TracedCase, ...]
    files: tuple[SourceFile, ...]

    @property
    def is_as_published(self) -> bool:
        """Whether the same share was published."""
        return (self.numerator, self.denominator) == (self.published_numerator, self.published_denominator)


@dataclass(frozen=True)
class TracedDeduction:
    """An error that a re-check found: case, rule, points, the list it came back on."""

    case_id: str
    rule_code: str
    points: float
    reason: str
    found_wrong_on: dt.date
    file_id: str
    row_number: int


@dataclass(frozen=True)
class TracedWarning:
    """A warning of the unit with its evidence in both languages."""

    level: str
    indicator: str
    evidence: str
    evidence_en: str
    since: dt.date


@dataclass(frozen=True)
class Traced:
    """A figure of a unit and everything it is made of, as it is computed now.

    Score and rank also as they were published; they are blank where the unit has none.
    """

    figure: str
    unit_type: str
    unit_code: str
    unit_name: str
    as_of: dt.date
    score: float | None
    rank: int | None
    published_score: float | None
    published_rank: int | None
    points_deducted: float
    deductions: tuple[TracedDeduction, ...]
    warnings: tuple[TracedWarning, ...]
    indicators: tuple[TracedIndicator, ...]

    @property
    def is_as_published(self) -> bool:
        """Whether score, rank and shares are those that were published."""
        return (self.score, self.rank) == (self.published_score, self.published_rank) and all(
            indicator.is_as_published for indicator in self.indicators
        )


@dataclass(frozen=True)
class _Unit:
    kind: str
    code: str
    name: str
    villages: list[str]


def tables_behind(catalogue: Catalogue, table: str) -> set[str]:
    """A table and every table that it is computed from, however far down."""
    waiting, seen = [table], set()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += catalogue.inputs(name) if name in catalogue.models or name in catalogue.computed else ()
    return seen


def registries_of(catalogue: Catalogue, table: str) -> set[str]:
    """The registries that a table is computed from."""
    return {name.removeprefix("raw_") for name in tables_behind(catalogue, table) if name.startswith("raw_")}


def _unit(engine: DuckDBEngine, code: str) -> _Unit:
    """A village, a general branch, or the town. Raises UnknownFigureError."""
    found = query(
        engine.connection,
        f"""select kind, name, list(village_code order by village_code) from (
                select 'village' as kind, village_code as code, village_name as name, village_code from village
                union all select 'branch', branch_code, branch_name, village_code from village
                union all select 'town', '{TOWN}', '{TOWN_NAME}', village_code from village)
            where code = ? group by kind, name""",
        code,
    )
    if not found:
        raise UnknownFigureError(code)
    kind, name, villages = found[0]
    return _Unit(kind, code, name, villages)


def _rows(engine: DuckDBEngine, records: list[tuple[str, str, str, str | None]]) -> dict[str, list[SourceRow]]:
    """The newest landed row of each case's records; records are case, registry, record id and the case's person.

    Of a number that several people's records bear, the person's own is meant.
    """
    found: dict[str, list[SourceRow]] = defaultdict(list)
    for registry in sorted({registry for _, registry, _, _ in records}):
        layout = engine.catalogue.layouts[registry]
        mine = [(case, record, person) for case, of, record, person in records if of == registry]
        rows = query(
            engine.connection,
            f"""with delivered as (select file_id, received_at from received_file),
                wanted as (select unnest(?) as case_id, unnest(?) as record, unnest(?) as person_key),
                own as (
                    select wanted.case_id, wanted.record, {several_sql("mention.record_key")} as key
                    from wanted inner join person_record as mention
                        on mention.registry = '{registry}' and mention.record_id = wanted.record
                        and mention.person_key = wanted.person_key
                ),
                held as (
                    select own.case_id, own.record, raw.* from own
                    inner join raw_{registry} as raw on {key_sql(layout, "raw")} = own.key
                    union all
                    select wanted.case_id, wanted.record, raw.* from wanted
                    anti join own on wanted.case_id = own.case_id and wanted.record = own.record
                    inner join raw_{registry} as raw on raw.{layout.record_id} = wanted.record
                )
                select case_id, file_id, row_number, extract_date
                from held inner join delivered using (file_id)
                qualify row_number() over (partition by case_id, record order by {NEWEST_FIRST}) = 1
                order by all""",
            [case for case, _, _ in mine],
            [record for _, record, _ in mine],
            [person for _, _, person in mine],
        )
        for case, *row in rows:
            found[case].append(SourceRow(registry, *row))
    return found


def _cases(engine: DuckDBEngine, indicator: str, unit: _Unit) -> tuple[TracedCase, ...]:
    """The cases that an indicator counts for a unit; those that count against it first."""
    cases = query(
        engine.connection,
        f"""with span as (select window_start, window_end from indicator where indicator = '{indicator}'),
                counted as ({CASES_OF[indicator]})
            select case_id, discrepancy.rule_code, counted.village_code, is_good, found_on, standing.due_on,
                standing.resolved_on, standing.status, registry_a, record_a, registry_b, record_b, person_key
            from counted
            inner join case_standing as standing using (case_id, spell)
            inner join discrepancy using (case_id)
            where counted.village_code in (select unnest(?))
            order by is_good, found_on, case_id""",
        unit.villages,
    )
    events: dict[str, list[tuple]] = defaultdict(list)
    for case_id, *event in query(
        engine.connection,
        """select case_id, kind, about_day, file_id, row_number from case_event
           where case_id in (select unnest(?)) order by about_day, known_at, kind""",
        [case[0] for case in cases],
    ):
        events[case_id].append(tuple(event))
    rows = _rows(
        engine,
        [
            (case_id, registry, record, person)
            for case_id, *_, registry_a, record_a, registry_b, record_b, person in cases
            for registry, record in ((registry_a, record_a), (registry_b, record_b))
            if registry in engine.catalogue.layouts and record is not None
        ],
    )
    return tuple(TracedCase(*(*case[:8], tuple(events[case[0]]), tuple(rows[case[0]]))) for case in cases)


def _indicators(engine: DuckDBEngine, unit: _Unit, wanted: set[str] | None) -> tuple[TracedIndicator, ...]:
    """The unit's indicators, or those wanted, the heaviest first."""
    traced = []
    for indicator, *found in query(
        engine.connection,
        f"""select indicator, zh, en, own.numerator, own.denominator, published.numerator, published.denominator, weight
            from indicator_value as own inner join indicator using (indicator)
            left join {PUBLISHED}.main.indicator_value as published using (as_of, unit_type, unit_code, indicator)
            where unit_type = ? and unit_code = ? order by weight desc, indicator""",
        unit.kind,
        unit.code,
    ):
        if wanted is not None and indicator not in wanted:
            continue
        cases = _cases(engine, indicator, unit) if indicator in CASES_OF else ()
        if indicator in CASES_OF:
            files = sorted({(row.registry, row.file_id, row.extract_date) for case in cases for row in case.rows})
        else:
            files = query(
                engine.connection,
                """select registry, file_id, extract_date from received_file
                   where registry in (select unnest(?)) and status = 'accepted'
                   order by extract_date, registry, file_id""",
                sorted(registries_of(engine.catalogue, engine.catalogue.indicator_tables[indicator])),
            )
        zh, en, numerator, denominator, published_numerator, published_denominator, weight = found
        traced.append(
            TracedIndicator(
                indicator,
                zh,
                en,
                numerator,
                denominator,
                published_numerator,
                published_denominator,
                weight,
                cases,
                tuple(SourceFile(*file) for file in files),
            )
        )
    return tuple(traced)


def _trace(engine: DuckDBEngine, figure: str, unit_code: str, day: dt.date) -> Traced:
    unit = _unit(engine, unit_code)
    place = (
        query(
            engine.connection,
            f"""select own.score, own.rank, published.score, published.rank
                from {unit.kind}_ranking as own
                left join {PUBLISHED}.main.{unit.kind}_ranking as published using (as_of, unit_code)
                where unit_code = ?""",
            unit.code,
        )
        if unit.kind != "town"
        else []
    )
    deductions = query(
        engine.connection,
        """select case_id, rule_code, points, reason, found_wrong_on, file_id, row_number
           from deduction where village_code in (select unnest(?)) order by points desc, found_wrong_on, case_id""",
        unit.villages,
    )
    points = query(
        engine.connection,
        "select coalesce(sum(points), 0) from village_deduction where village_code in (select unnest(?))",
        unit.villages,
    )[0][0]
    warnings = query(
        engine.connection,
        """select level, indicator, evidence, evidence_en, since from warning
           where unit_type = ? and unit_code = ? order by all""",
        unit.kind,
        unit.code,
    )
    wanted = None if figure == RANKING else {figure}
    if figure == WARNING:
        named = {indicator for _, indicator, *_ in warnings}
        wanted = None if "score" in named else named
    missing = {RANKING: not place, WARNING: not warnings}.get(figure, figure not in engine.catalogue.indicator_tables)
    if missing:
        raise UnknownFigureError(figure)
    score, rank, published_score, published_rank = place[0] if place else (None, None, None, None)
    return Traced(
        figure,
        unit.kind,
        unit.code,
        unit.name,
        day,
        score,
        rank,
        published_score,
        published_rank,
        # A branch bears the mean of its villages (unit_score).
        points / len(unit.villages),
        tuple(TracedDeduction(*row) for row in deductions),
        tuple(TracedWarning(*row) for row in warnings),
        _indicators(engine, unit, wanted),
    )


def trace(home: Home, catalogue: Catalogue, figure: str, unit_code: str, day: dt.date) -> Traced:
    """A unit's place, its warnings, or one of its indicators, on a day.

    Raises NeverPublishedError, UnknownFigureError.
    """
    everything = everything_known(home)
    with scratch(home, catalogue) as engine:
        require_published_days(engine, day)
        take_history(engine, day)
        rebuild(engine, home, everything, day)
        return _trace(engine, figure, unit_code, day)
