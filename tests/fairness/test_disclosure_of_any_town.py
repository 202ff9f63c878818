"""Whatever the counts of a round are, its release leaves each small one as wide as the minimum.

The sixty boards (test_disclosure) are one town as it comes; here the counts are chosen to give something away.
"""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from expectations.suites import read_suites
from tests.fairness.test_disclosure import MINIMUM, SIDES, Attack, Known
from tests.fairness.towns import DAY, build, lay_out, open_engine, rows

ROUND = {"round_no": 7, "round_start": dt.date(2026, 11, 20), "round_end": dt.date(2026, 11, 22)}
ITEMS = {
    "found": (
        "NAME_DIFFERS",
        "SEX_DIFFERS",
        "ID_SHARED",
        "BIRTH_OMITTED",
        "PARENT_DIFFERS",
        "SPOUSE_DIFFERS",
        "ID_SEX",
    ),
    "resolved": ("NAME_DIFFERS", "SEX_DIFFERS", "ID_SHARED", "BIRTH_OMITTED"),
    "checked": ("household_register", "birth_certificate", "marriage_register"),
}
LINES = [(measure, item) for measure, items in ITEMS.items() for item in items]
TOWN = {f"b{branch}v{village}": f"b{branch}" for branch in range(3) for village in range(8)}

counts = st.one_of(st.just(0), st.integers(1, 2), st.integers(1, 2 * MINIMUM), st.integers(0, 60))
small = st.integers(1, MINIMUM)
searched = settings(max_examples=60, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def engine():
    engine = open_engine()
    lay_out(engine, DAY, TOWN)
    engine.put_rows("village_ranking", [
        {"as_of": DAY, "unit_code": village, "unit_name": village, "branch_code": branch, "status": "not_ranked",
         "cases": 0}
        for village, branch in TOWN.items()
    ])  # fmt: skip
    return engine


def failed(engine, table: str) -> list[str]:
    """The checks of a release that stop the day."""
    return [
        check.name
        for check in read_suites()[table]
        if check.severity == "blocking" and rows(engine, check.unexpected.format(batch=f"work.{table}"))
    ]


# -- the report --------------------------------------------------------------------------------------------------------


def reported(engine, report: dict[tuple[str, str], int]) -> dict[tuple[str, str], int | None]:
    """What is released of a report: a count, or None where it is withheld."""
    engine.put_rows("round_report", [
        {"as_of": DAY, **ROUND, "measure": measure, "item": item, "counted": count}
        for (measure, item), count in report.items()
    ])  # fmt: skip
    build(engine, "public_report")
    return {(m, i): count for m, i, count in rows(engine, "select measure, item, counted from public_report")}


def of_found(*values: int) -> dict[tuple[str, str], int]:
    return dict.fromkeys(LINES, 0) | dict(zip(LINES, values, strict=False))


@searched
@given(st.fixed_dictionaries(dict.fromkeys(LINES, counts)), st.fixed_dictionaries(dict.fromkeys(LINES, small)))
@example(of_found(40, 1, 1, 1, 1, 1, 0), dict.fromkeys(LINES, 2))
@example(of_found(40, 4, 1), dict.fromkeys(LINES, 2))
@example(of_found(MINIMUM, 1), dict.fromkeys(LINES, 2))
def test_a_report_is_the_same_for_all_counts_that_it_withholds(engine, report, others):
    """As many values as the minimum says are left for a withheld count: with any other the release is the same."""
    shown = reported(engine, report)
    assert failed(engine, "public_report") == []
    withheld = [line for line in LINES if shown[line] is None]
    assert all(shown[line] == count for line, count in report.items() if line not in withheld)
    assert all(1 <= report[line] <= MINIMUM for line in withheld)
    for measure, items in ITEMS.items():
        total = shown.get((measure, "all"))
        lines = [(measure, item) for item in items]
        known = Known(
            [([item for _, item in lines], total)]
            if total is not None
            else [] + [([item], shown[measure, item]) for _, item in lines if shown[measure, item] is not None],
            [[item] for _, item in lines if shown[measure, item] is None],
        )
        for _, item in set(lines) & set(withheld):
            low, high = known.interval(item)
            assert high - low >= MINIMUM
        if measure != "checked" and not any(line in withheld for line in lines):
            assert total == sum(report[line] for line in lines)
    assert reported(engine, report | {line: others[line] for line in withheld}) == shown


@pytest.mark.parametrize(
    ("item", "counted", "check"),
    [("all", 45, "totals_give_no_count_back"), ("ID_SHARED", MINIMUM, "no_small_count_is_shown")],
)
def test_a_report_that_shows_more_stops_the_day(engine, item, counted, check):
    reported(engine, of_found(40, 0, MINIMUM, 1))
    engine.connection.execute(
        "update work.public_report set state = 'shown', counted = ? where measure = 'found' and item = ?",
        [counted, item],
    )
    assert failed(engine, "public_report") == [check]


# -- the figures -------------------------------------------------------------------------------------------------------


Cells = dict[str, tuple[int, int]]  # village: in time, not in time


def units(cells: Cells) -> dict[tuple[str, str], tuple[int, int]]:
    """The counts of villages, branches and the town, by kind and code."""
    found = {("village", village): cell for village, cell in cells.items()}
    for kind, code_of in (("branch", TOWN.get), ("town", lambda _: "all")):
        for village, cell in cells.items():
            before = found.get((kind, code_of(village)), (0, 0))
            found[kind, code_of(village)] = (before[0] + cell[0], before[1] + cell[1])
    return found


def put_figures(engine, table: str, found: dict, withheld: frozenset = frozenset()) -> None:
    """Figures as they are, but for those of units that are withheld."""
    engine.put_rows(table, [
        {"as_of": DAY, **ROUND, "unit_type": kind, "unit_code": code, "indicator": "row_quality",
         "numerator": None if code in withheld else good, "denominator": None if code in withheld else good + bad}
        | ({"state": "withheld" if code in withheld else "shown" if good + bad else "no_case",
            "branch_code": TOWN.get(code)}
           if table == "public_figure" else {})
        for (kind, code), (good, bad) in found.items()
    ])  # fmt: skip


def exposed(cells: Cells, shown: dict[str, tuple[int, int]]) -> list[tuple]:
    """Small counts that are bound too narrowly. Villages withheld in a branch are alike: one of each is attacked."""
    withheld = {village for village in TOWN if village not in shown}
    chosen = {
        (side, TOWN[village]): (side, village)
        for village in withheld
        for side, count in zip(SIDES, cells[village], strict=True)
        if 0 < count < MINIMUM
    }
    return Attack(
        {(side, unit): count for unit, cell in shown.items() for side, count in zip(SIDES, cell, strict=True)},
        withheld,
        {(side, village): cells[village][SIDES.index(side)] for side, village in chosen.values()},
        TOWN,
    ).exposed()


def town_of(*branches: list[tuple[int, int]]) -> Cells:
    cells = dict.fromkeys(TOWN, (0, 0))
    for branch, given_cells in enumerate(branches):
        cells |= {f"b{branch}v{place}": cell for place, cell in enumerate(given_cells)}
    return cells


# Five in time and five late are enough on both sides, but of eight villages with a case each nothing is left open.
ONE_EACH = [(2, 0), (2, 0), (1, 0), *[(0, 1)] * 5]
LARGE = [(50, 10), (60, 20)]

cell = st.one_of(
    st.just((0, 0)), st.sampled_from([(1, 0), (0, 1)]), st.tuples(st.integers(0, 3), st.integers(0, 3)),
    st.tuples(st.integers(0, 40), st.integers(0, 12)),
)  # fmt: skip


@searched
@given(st.fixed_dictionaries(dict.fromkeys(TOWN, cell)))
@example(town_of(ONE_EACH, LARGE, LARGE))
@example(town_of([(2, 0), (1, 0), (0, 1), (0, 1)], [(1, 0), (1, 0), (0, 1), (0, 1), (0, 1)], [(90, 30)]))
def test_figures_bound_no_small_count(engine, cells):
    put_figures(engine, "round_indicator", units(cells))
    build(engine, "public_figure")
    shown = {
        code: (good, of - good)
        for code, good, of in rows(
            engine, "select unit_code, numerator, denominator from public_figure where state <> 'withheld'"
        )
    }
    assert exposed(cells, shown) == []
    assert failed(engine, "public_figure") == []


@pytest.mark.parametrize(
    ("cells", "hidden", "check"),
    [
        (town_of(ONE_EACH, LARGE, LARGE), {f"b0v{place}" for place in range(8)}, "branches_give_no_village_back"),
        (
            town_of(ONE_EACH[:4], ONE_EACH[4:], LARGE),
            {"b0", "b1", *(f"b{branch}v{place}" for branch in range(2) for place in range(4))},
            "the_town_gives_no_branch_back",
        ),
    ],
)
def test_figures_of_one_case_each_stop_the_day(engine, cells, hidden, check):
    """Withholding what holds the minimum on both sides is not enough where every village is known to have a case."""
    put_figures(engine, "public_figure", units(cells), frozenset(hidden))
    assert exposed(cells, {code: cell for (_, code), cell in units(cells).items() if code not in hidden})
    assert failed(engine, "public_figure") == [check]
