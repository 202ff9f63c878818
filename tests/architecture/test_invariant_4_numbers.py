"""Invariant 4: no scored indicator rises or falls with the number of births, marriages or moves, on released files.

First a town in extracts, from the registries' files to the files that leave the office; then every declared indicator,
not only those whose events are births: cases, re-checks, requests, follow-ups and files grow with births, marriages and
moves, too.

Equal must be all that the page, the tables, the workbook and the mail say but for the counts themselves: ranks,
scores, shares, movement, warnings and their levels, and the order of it all. Not equal are the counts, and the interval
around a rank: more events are more evidence. For the same reason the towns here are such that the evidence for a
warning suffices at once, and that every cell is large enough to be public.
"""

import datetime as dt
from collections.abc import Callable, Collection
from pathlib import Path

import pytest

from tests.fairness.month import publish_kept
from tests.fairness.towns import DAY, keep, lay_out, open_engine, put_facts, rank, release
from tests.integration import growing_town as extracts
from tests.integration.days import published
from tests.integration.released import released, rows_of
from tests.integration.standing import standing
from warehouse.home import Home
from warehouse.parameters import indicators_on

# Of a day's events so many are in time: nearly alike, so that no multiple turns a difference into a warning, and in
# each indicator in another order, so that its weight matters. One village leaves its cases lying, another gets better
# on the last day and so gains a place.
EVENTS, IN_TIME = 200, 175
VILLAGES = [f"v{place}" for place in range(9)]
LEAVING, RISING = "v8", "v3"
BRANCHES = {village: f"b{place // 3}" for place, village in enumerate(VILLAGES)}
DECLARED = [indicator.indicator for indicator in indicators_on(DAY)]
BIRTHS = ("birth_registered_in_time", "certificate_in_time")
Factor = Callable[[str, str], int]
Late = Collection[tuple[str, str]]
MULTIPLES = {indicator: 1 + place % 4 for place, indicator in enumerate(DECLARED)}
DAYS, EVENT_DAYS = 5, 60


# -- from extracts -----------------------------------------------------------------------------------------------------

# Of these tables everything is a count: how many records were checked, and how many cases found, resolved and open.
ALL_COUNTS = ("public_report", "public_open_case")
# Re-checks are drawn by the office, not delivered in extracts.
MEASURED = {*DECLARED} - {"verified_accuracy"}


@pytest.fixture(scope="module")
def delivered(tmp_path_factory):
    return extracts.run_town(tmp_path_factory.mktemp("delivered") / "home", extracts.growing_town(1))


def test_three_times_the_births_marriages_and_moves_release_the_same(delivered, tmp_path):
    thrice = extracts.run_town(tmp_path / "home", extracts.growing_town(3))
    counted = f"""select unit_type, unit_code, indicator, {{}} * numerator, {{}} * denominator from indicator_value
                  where as_of = '{extracts.DAY}' and denominator > 0 order by all"""
    assert published(thrice, counted.format(1, 1)) == published(delivered, counted.format(3, 3))
    assert {
        indicator
        for _, _, indicator, some, all_of_them in published(thrice, counted.format(1, 1))
        if 0 < some < all_of_them
    } == MEASURED
    files, tripled = released(delivered, extracts.DAY), released(thrice, extracts.DAY)
    assert tripled != files
    assert standing(tripled, ALL_COUNTS) == standing(files, ALL_COUNTS)


@pytest.mark.parametrize("kinds", [(0, 1, 2), (3,)], ids=["births and marriages", "moves"])
def test_events_not_dealt_with_in_time_are_seen(delivered, tmp_path, kinds):
    """The comparison is not blind: one village deals with half as many of some kinds of event in time."""
    village = "370481105202"
    fewer = tuple(count // (2 if kind in kinds else 1) for kind, count in enumerate(extracts.IN_TIME[village]))
    later = extracts.run_town(tmp_path / "home", extracts.growing_town(1, {village: fewer}))
    before, after = (standing(released(home, extracts.DAY), ALL_COUNTS) for home in (delivered, later))
    changed = {name.rpartition("/")[2] for name in before if after[name] != before[name]}
    assert changed >= {"index.html", "board.xlsx", "public_ranking.csv"}


# -- every declared indicator ------------------------------------------------------------------------------------------


def in_time(village: str, indicator: str, ago: int) -> int:
    """How many of a day's events are in time."""
    if village == LEAVING and indicator == "case_resolved_in_term":
        return EVENTS // 2
    place, order = VILLAGES.index(village), DECLARED.index(indicator)
    return IN_TIME - (place + 1) * (order + 2) % 17 % 3 + (24 if village == RISING and ago < 1 else 0)


def town(folder: Path, factor: Factor = lambda *_: 1, late: Late = frozenset()) -> dict[str, bytes]:
    """What a town releases whose villages count so many times as many events, with the same shares in time.

    Of the villages and indicators in `late` another twentieth of the events is late.
    """
    home = Home(folder)
    home.prepare()
    engine = open_engine()
    facts = {
        indicator: [
            {
                "village_code": village,
                "event_on": DAY - dt.timedelta(days=ago),
                "numerator": factor(indicator, village)
                * (in_time(village, indicator, ago) - (EVENTS // 20 if (village, indicator) in late else 0)),
                "denominator": factor(indicator, village) * EVENTS,
            }
            for village in VILLAGES
            for ago in range(EVENT_DAYS)
        ]
        for indicator in DECLARED
    }
    for back in range(DAYS - 1, -1, -1):
        day = DAY - dt.timedelta(days=back)
        lay_out(engine, day, BRANCHES)
        engine.put_rows("day_run", [{"as_of": day, "fingerprint": "0" * 16}])
        put_facts(engine, {name: [row for row in rows if row["event_on"] <= day] for name, rows in facts.items()})
        rank(engine)
        release(engine)
        keep(engine, day)
    publish_kept(engine, home)
    return released(home, DAY)


def table(files: dict[str, bytes], name: str) -> list[dict[str, str]]:
    """A released table, as its CSV has it."""
    return rows_of(files[f"board/{DAY}/{name}.csv"])


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    return town(tmp_path_factory.mktemp("once"))


def test_the_town_has_something_to_compare(once):
    """Ranks that differ, scores, movement, warnings of several levels, and no cell that is withheld."""
    ranking, warnings, figures = (table(once, f"public_{name}") for name in ("ranking", "warning", "figure"))
    assert len({row["rank"] for row in ranking if row["unit_type"] == "village"}) == len(VILLAGES)
    assert all(row["round_score"] for row in ranking) and any(row["movement"] for row in ranking)
    assert {row["level"] for row in warnings} >= {"watch", "warning"}
    assert {row["indicator"] for row in figures} == set(DECLARED)
    assert {row["state"] for row in figures} == {"shown"}
    assert {name.rpartition(".")[2] for name in once if name.startswith("board/")} == {"html", "xlsx", "csv"}
    assert {"mail/0", "mail/1", "mail/2", "mail/3"} <= set(once)


def test_three_times_the_births_change_nothing_but_counts(once, tmp_path):
    thrice = town(tmp_path, lambda indicator, _: 3 if indicator in BIRTHS else 1)
    assert thrice != once
    assert standing(thrice) == standing(once)


def test_every_declared_indicator_may_count_more_events_than_the_others(once, tmp_path):
    """No two indicators that follow each other have the same multiple: none can gain weight by its number."""
    more = town(tmp_path, lambda indicator, _: MULTIPLES[indicator])
    denominators = [
        {(row["unit_code"], row["indicator"]): int(row["denominator"]) for row in table(files, "public_figure")}
        for files in (once, more)
    ]
    assert {key: MULTIPLES[key[1]] * count for key, count in denominators[0].items()} == denominators[1]
    assert standing(more) == standing(once)


def of_units(files: dict[str, bytes]) -> list:
    """Ranking and warnings by unit, but for the place in which all are pooled and the town's own share as evidence."""
    stand = standing(files)
    warned = [
        (row["unit_type"], row["unit_code"], row["level"], row["indicator"], row["since"])
        for row in table(files, "public_warning")
    ]
    return [stand[f"board/{DAY}/public_ranking.csv"], warned]


def test_a_branch_with_more_events_than_the_others_keeps_its_place_and_so_do_its_villages(once, tmp_path):
    uneven = town(tmp_path, lambda _, village: {"b0": 3, "b1": 1, "b2": 2}[BRANCHES[village]])
    assert of_units(uneven) == of_units(once)


def test_a_village_with_more_events_than_its_neighbours_moves_no_village(once, tmp_path):
    """The branch's share is that of all its events; the villages' own stay what they were."""
    alone = town(tmp_path, lambda _, village: 3 if village == "v1" else 1)
    stands = [standing(files)[f"board/{DAY}/public_ranking.csv"] for files in (once, alone)]
    villages, counted_alone = ([row for row in stand if "village" in row] for stand in stands)
    assert len(villages) == len(VILLAGES) and counted_alone == villages


def test_the_comparison_is_blind_to_no_indicator(once, tmp_path):
    """A twentieth late in one village each: seen in every indicator's figures, and in page, tables and workbook."""
    late = {(f"v{place % 3}", indicator) for place, indicator in enumerate(DECLARED)}
    changed = town(tmp_path, late=late)
    before, after = standing(once), standing(changed)
    figures = f"board/{DAY}/public_figure.csv"
    heading, *lines = before[figures]
    unit, indicator = heading.index("unit_code"), heading.index("indicator")
    assert {(row[unit], row[indicator]) for row in lines if row not in after[figures]} >= late
    assert {name.rpartition("/")[2] for name in before if after[name] != before[name]} >= {
        "index.html", "board.xlsx", "public_figure.csv", "public_ranking.csv",
    }  # fmt: skip
    assert of_units(changed) != of_units(once)


@pytest.mark.parametrize("indicator", BIRTHS)
def test_births_that_are_late_do_cost_places(once, tmp_path, indicator):
    """What counts of births is their share in time, and it does count."""
    late = town(tmp_path, lambda *_: 1, late={("v0", indicator)})
    places = [{row["unit_code"]: int(row["rank"]) for row in table(files, "public_ranking")} for files in (once, late)]
    assert places[1]["v0"] > places[0]["v0"]
