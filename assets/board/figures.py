"""What the board shows of a day: read by SQL from the published edition's release tables, and nothing else.

Each figure keeps a reference (`table?key=value#column`), so that anybody can ask the published warehouse for it; a test
does so for every figure on the page.
"""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import duckdb

from warehouse.engines.duckdb_engine import connect

Row = dict[str, Any]
_RANKING = ("rank", "rank_low", "rank_high", "movement", "tied", "round_score")
_WARNED = ("unit_type", "unit_code", "level", "indicator")
_MEASURED = ("unit_type", "unit_code", "indicator")
# Terms that say how many units of a kind the page lists, and how many warnings and names.
_LIMITS = {"village": "board_villages", "branch": "board_branches"}
_PAGE_TERMS = (*_LIMITS.values(), "board_warnings", "board_names")
LEVELS = ("interview", "yellow_card", "withheld", "warning", "watch")


class NothingPublishedError(Exception):
    """The published edition does not hold the day."""


class Figure(NamedTuple):
    """A value with the reference under which the published warehouse holds it for the board's day."""

    value: Any
    ref: str


@dataclass(frozen=True)
class Series:
    """A unit's or an indicator's course: days or round ends, values (blank where there is none), and a reference."""

    days: tuple[dt.date, ...]
    values: tuple[float | None, ...]
    ref: str

    @property
    def has_values(self) -> bool:
        """Whether there is anything to draw."""
        return any(value is not None for value in self.values)


@dataclass(frozen=True)
class Board:
    """Everything a day's board shows.

    Of a place with more units than the terms allow on a page (`is_cut`) it holds those that need attention, and how
    many there are in all.
    """

    as_of: dt.date
    day_before: dt.date | None
    fingerprint: Figure
    terms: dict[str, Figure]
    is_cut: bool
    villages: list[Row]
    branches: list[Row]
    first: list[Row]
    last: list[Row]
    moved: list[Row]
    counts: dict[str, Figure]
    totals: dict[str, Figure]
    warnings: list[Row]
    warnings_new: list[Row]
    warnings_ended: list[Row]
    round_dates: Row | None
    round_is_new: bool
    indicators: list[Row]
    checked: list[Row]
    report: list[Row]
    open_cases: list[Row]
    registries: list[str]
    terms_changed: list[Row]


def reference(table: str, column: str, **keys: str) -> str:
    """A figure's reference. The column `count` stands for the number of rows."""
    return f"{table}?{urlencode(keys)}#{column}"


def _make_figures(row: Row, table: str, keys: tuple[str, ...], columns: tuple[str, ...]) -> None:
    """Gives the columns of a row their references; the keys are columns of the row, too."""
    of_row = reference(table, "", **{name: row[name] for name in keys})
    for column in columns:
        row[column] = Figure(row[column], of_row + column)


class _Reader:
    """Queries on the published edition as of one day."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, day: dt.date) -> None:
        self.connection, self.day = connection, day

    def rows(self, sql: str, *values: Any) -> list[Row]:
        """Rows as dicts."""
        result = self.connection.execute(sql, list(values))
        names = [name for name, *_ in result.description or []]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def count(self, table: str, **keys: str) -> Figure:
        """How many rows of the day's table have the given values."""
        conditions = "".join(f" and {name} = ?" for name in keys)
        sql = f"select count(*) as n from {table} where as_of = ?{conditions}"
        return Figure(self.rows(sql, self.day, *keys.values())[0]["n"], reference(table, "count", **keys))


def _places(read: _Reader, unit_type: str) -> list[Row]:
    """Every unit's place, in the order of the ranking."""
    return read.rows(
        """select unit_type, unit_code, unit_name, rank, movement, tied from public_ranking
           where as_of = ? and unit_type = ? order by rank nulls last, unit_code""",
        read.day,
        unit_type,
    )


def _named(units: list[Row]) -> list[Row]:
    """Units that are named with a figure beside them."""
    named = [dict(row) for row in units]
    for row in named:
        _make_figures(row, "public_ranking", ("unit_type", "unit_code"), ("movement", "tied"))
    return named


def in_need(places: list[Row], warned: dict[str, int], limit: int) -> list[str]:
    """The units to be listed of many: the warned ones, the gravest and the last first; then as many last as first ones.

    `warned` holds the place of a unit's gravest level. Units without a rank come in where there is room.
    """
    from_last = list(reversed(places))
    listed = sorted((row["unit_code"] for row in from_last if row["unit_code"] in warned), key=warned.__getitem__)
    others = [row["unit_code"] for row in from_last if row["rank"] is not None and row["unit_code"] not in warned]
    unranked = [row["unit_code"] for row in places if row["rank"] is None and row["unit_code"] not in warned]
    room = max(limit - len(listed), 0)
    last = others[: room - room // 2]
    first = others[max(len(others) - room // 2, len(last)) :]
    return [*listed, *last, *first, *unranked][:limit]


def _ranking(read: _Reader, unit_type: str, days: int, listed: list[str]) -> list[Row]:
    ranked = read.rows(
        """with course as (
               select unit_code, list(as_of order by as_of) as days, list(rank order by as_of) as ranks
               from public_ranking
               where unit_type = ? and as_of between ? and ? and list_contains(?, unit_code)
               group by unit_code
           )
           select ranking.*, branch.branch_name, course.days, course.ranks
           from public_ranking as ranking
           inner join course on ranking.unit_code = course.unit_code
           left join branch on ranking.branch_code = branch.branch_code
           where ranking.as_of = ? and ranking.unit_type = ?
           order by ranking.rank nulls last, ranking.unit_code""",
        unit_type,
        read.day - dt.timedelta(days=days - 1),
        read.day,
        listed,
        read.day,
        unit_type,
    )
    for row in ranked:
        _make_figures(row, "public_ranking", ("unit_type", "unit_code"), _RANKING)
        row["course"] = Series(tuple(row.pop("days")), tuple(row.pop("ranks")), row["rank"].ref)
    return ranked


def _gravest(warnings: list[Row], unit_type: str) -> dict[str, int]:
    """The place of the gravest level of each warned unit."""
    found: dict[str, int] = {}
    for row in warnings:
        if row["unit_type"] == unit_type:
            found.setdefault(row["unit_code"], LEVELS.index(row["level"]))
    return found


def _gravest_warnings(warnings: list[Row], places: dict[str, list[Row]], limit: int) -> list[Row]:
    """Of many warnings the gravest, and among equally grave ones those of the last units; in the order of all."""
    # A branch and a village are equally far back where the same share of their like is before them.
    behind = {
        (unit_type, row["unit_code"]): (row["rank"] or 0) / len(found)
        for unit_type, found in places.items()
        for row in found
    }

    def gravity(place: int) -> tuple[int, float, int]:
        row = warnings[place]
        return LEVELS.index(row["level"]), -behind.get((row["unit_type"], row["unit_code"]), 0), place

    return [warnings[place] for place in sorted(sorted(range(len(warnings)), key=gravity)[:limit])]


def _warnings(read: _Reader, day: dt.date) -> list[Row]:
    found = read.rows("select * from public_warning where as_of = ?", day)
    found.sort(key=lambda row: (LEVELS.index(row["level"]), row["unit_type"], row["unit_code"], row["indicator"]))
    for row in found:
        _make_figures(row, "public_warning", _WARNED, ("evidence", "evidence_en", "since"))
    return found


def _not_among(warnings: list[Row], others: list[Row], *what: str) -> list[Row]:
    """Of each unit and level one of the warnings that are not among the others, as told by some of their columns.

    Since when a warning holds does not say when the board first showed it: a round's warnings hold from its last day on
    and are public later.
    """

    def told(row: Row) -> tuple[Any, ...]:
        return tuple(row[name].value if isinstance(row[name], Figure) else row[name] for name in what)

    known = {told(row) for row in others}
    found = {(row["unit_code"], row["level"]): row for row in reversed(warnings) if told(row) not in known}
    return list(reversed(found.values()))


def _moved_most(ranked: list[Row]) -> list[Row]:
    """Units that changed places, those that moved most first."""
    return sorted((row for row in ranked if row["movement"]), key=lambda row: (-abs(row["movement"]), row["rank"]))


def _indicators(read: _Reader, days: int, branches: list[str]) -> list[Row]:
    found = read.rows("select * from indicator order by weight desc, indicator")
    cells: dict[str, list[Row]] = {}
    for cell in read.rows(
        """select figure.*, coalesce(branch.branch_name, '') as unit_name from public_figure as figure
           left join branch on figure.unit_code = branch.branch_code
           where figure.as_of = ?
               and (figure.unit_type = 'town' or (figure.unit_type = 'branch' and list_contains(?, figure.unit_code)))
           order by case figure.unit_type when 'town' then 0 else 1 end, figure.unit_code""",
        read.day,
        branches,
    ):
        cells.setdefault(cell["indicator"], []).append(cell)
        _make_figures(cell, "public_figure", _MEASURED, ("numerator", "denominator", "value"))
    courses: dict[str, list[Row]] = {}
    for point in read.rows(
        """select indicator, round_end, any_value(value) as value from public_figure
           where unit_type = 'town' and as_of <= ? and round_end > ?
           group by indicator, round_end order by round_end""",
        read.day,
        read.day - dt.timedelta(days=2 * days),
    ):
        courses.setdefault(point["indicator"], []).append(point)
    for row in found:
        code = row["indicator"]
        _make_figures(row, "indicator", ("indicator",), ("weight",))
        row["cells"] = cells.get(code, [])
        row["course"] = Series(
            tuple(point["round_end"] for point in courses.get(code, ())),
            tuple(point["value"] for point in courses.get(code, ())),
            reference("public_figure", "value", unit_type="town", indicator=code),
        )
    return found


def _report(read: _Reader) -> tuple[list[Row], list[Row]]:
    """Records checked by registry; what each rule found and resolved, but for rules with neither; the total last."""
    found = read.rows(
        """select report.*, rule.zh, rule.en from public_report as report left join rule on report.item = rule.rule_code
           where report.as_of = ? order by case report.item when 'all' then 1 else 0 end, report.item""",
        read.day,
    )
    rules: dict[str, Row] = {}
    for row in found:
        _make_figures(row, "public_report", ("measure", "item"), ("counted",))
        if row["measure"] != "checked":
            line = rules.setdefault(row["item"], {name: row[name] for name in ("item", "zh", "en")})
            line[row["measure"]] = row
    happened = [
        line
        for line in rules.values()
        if line["item"] == "all" or any(line[measure]["counted"].value != 0 for measure in ("found", "resolved"))
    ]
    return [row for row in found if row["measure"] == "checked"], happened


def _open_cases(read: _Reader) -> list[Row]:
    """A line per kind of record: the band of open cases of each age."""
    lines: dict[str, Row] = {}
    for row in read.rows("select * from public_open_case where as_of = ? order by item, measure", read.day):
        line = lines.setdefault(row["item"], {name: row[name] for name in ("item", "zh", "en")})
        _make_figures(row, "public_open_case", ("measure", "item"), ("band",))
        line[row["measure"]] = row["band"]
    return list(lines.values())


def _received(read: _Reader) -> list[Row]:
    return read.rows(
        "select registry from public_delivery where as_of = ? order by registry",
        read.day,
    )


def _terms(read: _Reader, day: dt.date | None) -> Row:
    found = read.rows("select * from this_day where as_of = ?", day) if day else []
    return found[0] if found else {}


class _Listing(NamedTuple):
    """By type of unit: all places, and the units that the page lists. Whether these are fewer, and what limits hold."""

    places: dict[str, list[Row]]
    listed: dict[str, list[str]]
    is_cut: bool
    limits: dict[str, int]


def _listing(read: _Reader, terms: Row, warnings: list[Row]) -> _Listing:
    places = {unit_type: _places(read, unit_type) for unit_type in _LIMITS}
    # An edition from before these terms has no limits.
    limits = {name: terms.get(name) or sys.maxsize for name in _PAGE_TERMS}
    return _Listing(
        places,
        {
            unit_type: in_need(found, _gravest(warnings, unit_type), limits[_LIMITS[unit_type]])
            for unit_type, found in places.items()
        },
        any(len(found) > limits[_LIMITS[unit_type]] for unit_type, found in places.items()),
        limits,
    )


def listed_villages(database: Path, day: dt.date) -> tuple[list[Row], int]:
    """The villages that the board of a published day lists, as it shows them, and how many there are in all."""
    with connect(database, read_only=True) as connection:
        read = _Reader(connection, day)
        terms = _terms(read, day)
        found = _listing(read, terms, _warnings(read, day))
        villages = _ranking(read, "village", terms["board_days"], found.listed["village"])
        return villages, len(found.places["village"])


def read_board(database: Path, day: dt.date) -> Board:
    """The board of a day from a published edition. Raises NothingPublishedError where the edition does not hold it."""
    with connect(database, read_only=True) as connection:
        return board_of(connection, day)


def board_of(connection: duckdb.DuckDBPyConnection, day: dt.date) -> Board:
    """The board of a day from an open edition. Raises NothingPublishedError where the edition does not hold it."""
    read = _Reader(connection, day)
    run = read.rows("select fingerprint from day_run where as_of = ?", day)
    if not run:
        raise NothingPublishedError(f"{day} 尚未发布 / {day} is not published")
    before = read.rows("select max(as_of) as day from day_run where as_of < ?", day)[0]["day"]
    terms, terms_before = _terms(read, day), _terms(read, before)
    rounds = {
        at: read.rows("select distinct round_no, round_start, round_end from public_figure where as_of = ?", at)
        for at in (day, before)
        if at
    }
    days = terms["board_days"]
    this_round = rounds[day][0] if rounds[day] else None
    warnings = _warnings(read, day)
    warnings_before = _warnings(read, before) if before else []
    checked, report = _report(read)
    places, listed, is_cut, limits = _listing(read, terms, warnings)
    ranked = [row for row in places["village"] if row["rank"] is not None]
    names = limits["board_names"] if is_cut else None
    return Board(
        as_of=day,
        day_before=before,
        fingerprint=Figure(run[0]["fingerprint"], reference("day_run", "fingerprint")),
        terms={name: Figure(value, reference("this_day", name)) for name, value in terms.items()},
        is_cut=is_cut,
        villages=_ranking(read, "village", days, listed["village"]),
        branches=_ranking(read, "branch", days, listed["branch"]),
        first=_named([row for row in ranked if row["rank"] == ranked[0]["rank"]][:names]),
        last=_named([row for row in ranked if row["rank"] == ranked[-1]["rank"]][:names]),
        moved=_named(_moved_most(ranked)[:names]),
        counts={
            "ranked": read.count("public_ranking", unit_type="village", status="ranked"),
            "not_ranked": read.count("public_ranking", unit_type="village", status="not_ranked"),
            **{level: read.count("public_warning", level=level) for level in LEVELS},
        },
        totals={
            "villages": read.count("public_ranking", unit_type="village"),
            "branches": read.count("public_ranking", unit_type="branch"),
            "ranked_branches": read.count("public_ranking", unit_type="branch", status="ranked"),
            "warnings": read.count("public_warning"),
        },
        warnings=_gravest_warnings(warnings, places, limits["board_warnings"]) if is_cut else warnings,
        warnings_new=_not_among(warnings, warnings_before, "unit_code", "level", "since")[:names],
        warnings_ended=_not_among(warnings_before, warnings, "unit_code", "level")[:names],
        round_dates={
            name: Figure(this_round[name], reference("public_figure", name, unit_type="town"))
            for name in ("round_start", "round_end")
        }
        if this_round
        else None,
        round_is_new=bool(before and this_round and rounds[day] != rounds[before]),
        indicators=_indicators(read, days, listed["branch"]),
        checked=checked,
        report=report,
        open_cases=_open_cases(read),
        registries=[row["registry"] for row in _received(read)],
        terms_changed=[
            {"name": name, "before": terms_before[name], "now": Figure(value, reference("this_day", name))}
            for name, value in terms.items()
            if name != "as_of" and name in terms_before and terms_before[name] != value
        ],
    )
