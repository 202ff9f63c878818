"""Which figures moved between two days, or between a day as published and as known now, and because of what.

Belongs here: comparing figures, naming the files and cases behind them. Private side: cases have their numbers here.
Does not belong here: how it is shown (pipelines/following).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, replace

from assets.known import everything_known
from assets.replay import PRIVATE, PUBLISHED, query, rebuild, require_published_days, scratch, take_history
from assets.tracing import TOWN, TOWN_NAME, registries_of, tables_behind
from warehouse.catalogue import Catalogue
from warehouse.engines.duckdb_engine import WORK, DuckDBEngine
from warehouse.home import Home
from warehouse.published_days import known_input_sql

SCORE, RANK, POINTS = "score", "rank", "points"  # points deducted
_DEDUCTION = "village_deduction"
_INDICATOR = "indicator:"

# Every figure of a day as unit, name and value; {at} is a schema, {when} the day.
_FIGURES = f"""
    select unit_code as unit, '{_INDICATOR}' || indicator as figure, cast(value as varchar) as value
    from {{at}}.indicator_value where as_of = {{when}}
    union all
    select unit_code, '{SCORE}', cast(score as varchar) from {{at}}.village_ranking where as_of = {{when}}
    union all
    select unit_code, '{RANK}', cast(rank as varchar) from {{at}}.village_ranking where as_of = {{when}}
    union all
    select unit_code, '{SCORE}', cast(score as varchar) from {{at}}.branch_ranking where as_of = {{when}}
    union all
    select unit_code, '{RANK}', cast(rank as varchar) from {{at}}.branch_ranking where as_of = {{when}}
    union all
    select village_code, '{POINTS}', cast(points as varchar) from {{at}}.{_DEDUCTION} where as_of = {{when}}
    union all
    select ranking.branch_code, '{POINTS}', cast(sum(deduction.points) / count(*) as varchar)
    from {{at}}.village_ranking as ranking
    left join {{at}}.{_DEDUCTION} as deduction
        on ranking.unit_code = deduction.village_code and ranking.as_of = deduction.as_of
    where ranking.as_of = {{when}}
    group by ranking.branch_code
    union all
    select '{TOWN}', 'open_cases:' || rule_code, cast(open_cases as varchar)
    from {{at}}.discrepancy_count where as_of = {{when}}
"""


@dataclass(frozen=True)
class NewInput:
    """An input that the later view knows and the earlier does not; for an extract, its registry and day."""

    kind: str
    input_id: str
    registry: str | None
    extract_date: dt.date | None


@dataclass(frozen=True)
class CaseChange:
    """A case that is there in one view only, or whose state changed between the two days."""

    case_id: str
    rule_code: str
    village_code: str | None
    change: str


@dataclass(frozen=True)
class Moved:
    """A figure that moved, and because of which input and cases; a score or rank because of the indicators named.

    What was deducted is named among them as POINTS.
    """

    unit: str
    figure: str
    before: str | None
    after: str | None
    inputs: tuple[NewInput, ...] = ()
    cases: tuple[CaseChange, ...] = ()
    through: tuple[str, ...] = ()


@dataclass(frozen=True)
class Difference:
    """What moved, and because of which input and cases; `units`: the names of villages and branches by code."""

    figures: tuple[Moved, ...]
    inputs: tuple[NewInput, ...]
    cases: tuple[CaseChange, ...]
    units: dict[str, str]


def _fed(catalogue: Catalogue, table: str, inputs: tuple[NewInput, ...]) -> tuple[bool, tuple[NewInput, ...]]:
    """Whether a table counts cases, and the input that it is made from."""
    counts_cases, registries = "case_spell" in tables_behind(catalogue, table), registries_of(catalogue, table)
    return counts_cases, tuple(
        one for one in inputs if one.registry in registries or (counts_cases and one.kind in ("return", "handover"))
    )


def _explained(
    engine: DuckDBEngine, moved: tuple[Moved, ...], inputs: tuple[NewInput, ...], cases: tuple[CaseChange, ...]
) -> Difference:
    """Each figure with what it moved because of: cases of its villages, and input of the registries it is made from.

    Linear in figures and cases, but that the town's figures name all of its cases.
    """
    villages: dict[str, list[str]] = defaultdict(list)
    units = {TOWN: TOWN_NAME}
    for village, village_name, branch, branch_name in query(
        engine.connection,
        f"select village_code, village_name, branch_code, branch_name from {PUBLISHED}.main.village order by 1",
    ):
        units |= {village: village_name, branch: branch_name}
        villages[village].append(village)
        villages[branch].append(village)
    # A village that is part of another by now has its name in the rankings of its time.
    for unit, unit_name in query(
        engine.connection,
        f"""select unit_code, arg_max(unit_name, as_of) from (
                select unit_code, unit_name, as_of from {PUBLISHED}.main.village_ranking
                union all select unit_code, unit_name, as_of from {PUBLISHED}.main.branch_ranking
            ) group by unit_code order by 1""",
    ):
        if unit not in units:
            units[unit] = unit_name
            villages[unit].append(unit)
    of_village: dict[str | None, list[CaseChange]] = defaultdict(list)
    of_rule: dict[str, list[CaseChange]] = defaultdict(list)
    for case in cases:
        of_village[case.village_code].append(case)
        of_rule[case.rule_code].append(case)
    through: dict[str, list[str]] = defaultdict(list)
    for each in moved:
        if each.figure.startswith(_INDICATOR):
            through[each.unit].append(each.figure.removeprefix(_INDICATOR))
        elif each.figure == POINTS:
            through[each.unit].append(POINTS)
    indicator_tables = engine.catalogue.indicator_tables
    fed = {
        table: _fed(engine.catalogue, table, inputs)
        for table in (_DEDUCTION, *indicator_tables.values(), *engine.catalogue.rule_tables)
    }

    def told(each: Moved) -> Moved:
        kind, _, name = each.figure.partition(":")
        if kind in (SCORE, RANK):
            return replace(each, through=tuple(through[each.unit]))
        if kind == "open_cases":
            return replace(each, inputs=fed[name.lower()][1], cases=tuple(of_rule[name]))
        counts_cases, because = fed[_DEDUCTION if kind == POINTS else indicator_tables[name]]
        if not counts_cases:
            return replace(each, inputs=because)
        mine = cases if each.unit == TOWN else [case for code in villages[each.unit] for case in of_village[code]]
        return replace(each, inputs=because, cases=tuple(mine))

    return Difference(tuple(told(each) for each in moved), inputs, cases, units)


def _moved(engine: DuckDBEngine, before: str, after: str) -> tuple[Moved, ...]:
    rows = query(
        engine.connection,
        f"""with earlier as ({before}), later as ({after})
            select coalesce(earlier.unit, later.unit), coalesce(earlier.figure, later.figure),
                earlier.value, later.value
            from earlier full join later on earlier.unit = later.unit and earlier.figure = later.figure
            where earlier.value is distinct from later.value
            order by 1, 2""",
    )
    return tuple(Moved(*row) for row in rows)


def _new_inputs(engine: DuckDBEngine, before: dt.date, later: str) -> tuple[NewInput, ...]:
    """`later` selects kind and input_id."""
    rows = query(
        engine.connection,
        f"""with later as ({later}), earlier as (
                {known_input_sql(f"{PUBLISHED}.main", before)})
            select later.kind, later.input_id, file.registry, file.extract_date
            from later
            left join {WORK}.received_file as file on later.input_id = file.file_id
            where later.input_id not in (select input_id from earlier)
            order by 1, 4, 3, 2""",
    )
    return tuple(NewInput(*row) for row in rows)


def between(home: Home, catalogue: Catalogue, first: dt.date, second: dt.date) -> Difference:
    """Two published days, the earlier one first. Raises NeverPublishedError."""
    with scratch(home, catalogue) as engine:
        require_published_days(engine, first, second)
        engine.connection.execute(
            f"create or replace table {WORK}.received_file as select * from {PUBLISHED}.main.received_file"
        )
        when = [f"date '{day.isoformat()}'" for day in (first, second)]
        views = [_FIGURES.format(at=f"{PUBLISHED}.main", when=each) for each in when]
        inputs = known_input_sql(f"{PUBLISHED}.main", second)
        cases = query(
            engine.connection,
            f"""select event.case_id, found.rule_code, found.village_code,
                    event.kind || ' ' || cast(about_day as varchar)
                from {PRIVATE}.main.case_event as event
                inner join {PRIVATE}.main.discrepancy as found on event.case_id = found.case_id
                where event.entered_on > {when[0]} and event.entered_on <= {when[1]}
                order by 3, 2, 1, event.entered_on, event.kind""",
        )
        return _explained(
            engine,
            _moved(engine, *views),
            _new_inputs(engine, first, inputs),
            tuple(CaseChange(*row) for row in cases),
        )


def as_known_now(home: Home, catalogue: Catalogue, day: dt.date) -> Difference:
    """A published day against the same day rebuilt with all that is known of it now. Raises NeverPublishedError."""
    everything = everything_known(home)
    with scratch(home, catalogue) as engine:
        require_published_days(engine, day)
        take_history(engine, day)
        rebuild(engine, home, everything, day, as_known_now=True)
        when = f"date '{day.isoformat()}'"
        cases = query(
            engine.connection,
            f"""with published as (select * from {PRIVATE}.main.finding where as_of = {when})
                select coalesce(published.case_id, now.case_id), coalesce(published.rule_code, now.rule_code),
                    coalesce(published.village_code, now.village_code),
                    case when published.case_id is null then 'found now'
                        when now.case_id is null then 'no longer found' else 'other values' end
                from published full join {WORK}.finding as now on published.case_id = now.case_id
                where published.case_id is null or now.case_id is null
                    or published.value_a is distinct from now.value_a or published.value_b is distinct from now.value_b
                order by 3, 2, 1""",
        )
        return _explained(
            engine,
            _moved(
                engine,
                _FIGURES.format(at=f"{PUBLISHED}.main", when=when),
                _FIGURES.format(at=WORK, when=when),
            ),
            _new_inputs(engine, day, f"select kind, input_id from {WORK}.known_input"),
            tuple(CaseChange(*row) for row in cases),
        )
