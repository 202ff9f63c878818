"""Rounds, warnings, yellow cards and interviews on towns small enough to reckon by hand."""

import datetime as dt
import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fairness.towns import DAY, keep, lay_out, open_engine, put_facts, rank, rows
from warehouse.parameters import dated, rounds_on

TWELVE = {f"v{unit:02d}": f"b{unit:02d}" for unit in range(12)}
BAD = "v03"
ROUND = next(found for found in rounds_on(DAY) if found.round_end >= DAY - dt.timedelta(days=2))
CASES = 40


def event_on(counts_on: dt.date, indicator: str) -> dt.date:
    """The day of an event that first counts on a day."""
    return counts_on - next(
        dt.timedelta(days=found.counts_after_days) for found in dated.indicators_on(DAY) if found.indicator == indicator
    )


def facts(round_ends: dict[dt.date, int], indicator: str = "case_resolved_in_term") -> dict:
    """Forty cases per village that count on each given day; the bad village resolves as many as given, others 38."""
    return {indicator: [
        {"village_code": village, "event_on": event_on(end, indicator), "denominator": CASES,
         "numerator": good if village == BAD else 38}
        for end, good in round_ends.items() for village in TWELVE
    ]}  # fmt: skip


def run_rounds(goods: list[int], **changed) -> tuple:
    """Closes one round after another, the bad village resolving goods[i] of forty; the engine and the closing days."""
    engine = open_engine()
    ends = [ROUND.round_end + dt.timedelta(days=3 * place) for place in range(len(goods))]
    for place, end in enumerate(ends):
        lay_out(engine, end, TWELVE, **changed)
        put_facts(engine, facts(dict(zip(ends[: place + 1], goods, strict=False))))
        rank(engine)
        keep(engine, end)
    return engine, ends


def decisions(engine) -> list[tuple]:
    return rows(engine, "select as_of, unit_code, decision from main.round_decision order by all")


def levels(engine, day: dt.date) -> set[tuple]:
    return set(rows(engine, f"select unit_type, unit_code, level from main.warning where as_of = date '{day}'"))


def test_one_bad_round_is_a_warning_and_no_card():
    engine, ends = run_rounds([20, 38])
    assert decisions(engine) == []
    assert ("branch", "b03", "warning") in levels(engine, ends[0])
    assert ("branch", "b03", "warning") not in levels(engine, ends[1])


def test_two_bad_rounds_running_are_a_card_and_no_improvement_an_interview():
    engine, ends = run_rounds([20, 22, 21, 39])
    assert decisions(engine) == [
        (ends[1], "b03", "yellow_card"),
        (ends[2], "b03", "interview"),
        (ends[2], "b03", "yellow_card"),
    ]
    assert ("branch", "b03", "interview") in levels(engine, ends[2])


def test_an_improvement_after_the_card_spares_the_interview():
    engine, ends = run_rounds([20, 22, 38])
    assert decisions(engine) == [(ends[1], "b03", "yellow_card")]


def test_a_round_between_breaks_the_row():
    engine, _ = run_rounds([20, 38, 20])
    assert decisions(engine) == []


def test_a_round_that_nobody_ran_is_closed_on_the_next_day():
    engine, ends = run_rounds([20])
    day = ends[0] + dt.timedelta(days=7)
    later = [ends[0] + dt.timedelta(days=3), ends[0] + dt.timedelta(days=6)]
    lay_out(engine, day, TWELVE)
    put_facts(engine, facts({ends[0]: 20, later[0]: 20, later[1]: 38}))
    rank(engine)
    keep(engine, day)
    closed = rows(engine, "select as_of, round_end from main.unit_round group by all order by all")
    assert closed == [(ends[0], ends[0]), (day, later[0]), (day, later[1])]
    assert decisions(engine) == [(day, "b03", "yellow_card")]


def test_running_a_day_again_changes_nothing():
    engine, ends = run_rounds([20, 22, 21])
    tables = ("round_indicator", "unit_round", "round_sensitivity", "round_decision", "warning", "branch_ranking")
    before = {table: rows(engine, f"select * from main.{table} order by all") for table in tables}
    lay_out(engine, ends[1], TWELVE)
    put_facts(engine, facts({ends[0]: 20, ends[1]: 22}))
    rank(engine)
    keep(engine, ends[1])
    assert {table: rows(engine, f"select * from main.{table} order by all") for table in tables} == before


def test_a_card_that_hangs_on_one_weight_is_withheld_and_says_why():
    """Two branches nearly tie for the last place: one is bad at resolving, the other at certificates."""
    engine = open_engine()
    ends = [ROUND.round_end, ROUND.round_end + dt.timedelta(days=3)]
    other = "v07"

    def mixed(days: list[dt.date]) -> dict:
        resolved = facts(dict.fromkeys(days, 20))
        certificates = {"certificate_in_time": [
            {"village_code": village, "event_on": event_on(end, "certificate_in_time"), "denominator": CASES,
             "numerator": 28 if village == other else 38}
            for end in days for village in TWELVE
        ]}  # fmt: skip
        rows_of_other = [row for row in resolved["case_resolved_in_term"] if row["village_code"] == other]
        for row in rows_of_other:
            row["numerator"] = 28
        return resolved | certificates

    for place, end in enumerate(ends):
        lay_out(engine, end, TWELVE)
        put_facts(engine, mixed(ends[: place + 1]))
        rank(engine)
        keep(engine, end)
    scores = dict(
        rows(
            engine, "select unit_code, score from unit_round where unit_type = 'branch' and unit_code in ('b03', 'b07')"
        )
    )
    assert 0 < scores["b07"] - scores["b03"] < 3, scores
    assert decisions(engine) == [(ends[1], "b03", "withheld")]
    evidence, english = rows(engine, "select evidence, evidence_en from main.warning where level = 'withheld'")[0]
    assert "暂缓" in evidence and "权重变动 20%" in evidence
    assert "moves the last place" in english and "20/40 = 50.0%" in english


def test_a_key_indicator_unmet_after_its_term_is_an_interview():
    engine, ends = run_rounds([20, 20, 20, 20, 20, 20, 20], rectification_term_days=15)
    unmet = [day for day in ends if ("village", BAD, "interview") in levels(engine, day)]
    assert unmet == [ends[6]], "18 days after the first warning, and not at 15"


@pytest.mark.parametrize(("between", "interview"), [(38, False), (20, True)])
def test_a_round_in_time_breaks_a_warning_whether_or_not_its_day_was_run(between, interview):
    """Nobody ran a day for seven rounds: the village had put its indicator right in between, or had not."""
    engine = open_engine()
    first, *_, last = ends = [ROUND.round_end + dt.timedelta(days=3 * place) for place in range(8)]
    goods = dict(zip(ends, [20, *[between] * 6, 20], strict=True))
    for end in (first, last):
        lay_out(engine, end, TWELVE)
        put_facts(engine, facts({day: good for day, good in goods.items() if day <= end}))
        rank(engine)
        keep(engine, end)
    found = rows(engine, f"select level, since from main.warning where unit_code = 'v03' and as_of = date '{last}'")
    assert ("warning", first if interview else last) in found
    assert ("interview" in dict(found)) == interview


def test_an_indicator_without_data_is_left_out_and_never_zero():
    engine = open_engine()
    lay_out(engine, ROUND.round_end, TWELVE)
    put_facts(engine, facts({ROUND.round_end: 20}))
    rank(engine)
    blank = rows(engine, "select count(*), count(value) from indicator_value where indicator = 'certificate_in_time'")[
        0
    ]
    assert blank[0] > 0 and blank[1] == 0
    assert rows(engine, "select score from unit_score where unit_code = 'v03'") == [(50.0,)]
    assert rows(engine, "select distinct status from branch_ranking") == [("ranked",)]


def test_ties_share_a_place_and_an_interval_that_holds_them_all():
    engine = open_engine()
    lay_out(engine, ROUND.round_end, TWELVE)
    put_facts(engine, facts({ROUND.round_end: 38}))
    rank(engine)
    assert rows(engine, "select distinct rank, rank_low, rank_high from village_ranking") == [(1, 1, 12)]
    assert rows(engine, "select count(*) from unit_round where unit_type = 'branch' and is_last") == [(0,)]
    assert rows(engine, "select count(*) from warning") == [(0,)], "nobody is last, not even on watch"


def scored(numbers: list[int]) -> list[dict]:
    """One day's cases of the villages, of which each resolves so many of its forty."""
    return [
        {"village_code": village, "event_on": ROUND.round_end, "denominator": CASES, "numerator": number}
        for village, number in zip(TWELVE, numbers, strict=True)
    ]


@settings(max_examples=20, derandomize=True)
@given(st.lists(st.integers(36, 40), min_size=12, max_size=12), st.sampled_from([0.1, 0.25, 0.5, 1.0]))
def test_watch_is_for_those_below_somebody_and_never_for_more_than_the_share(numbers, share):
    """Units with one score are watched together or not at all, and whoever may be watched is."""
    engine = open_engine()
    lay_out(engine, ROUND.round_end, TWELVE, watch_share=share)
    put_facts(engine, {"case_resolved_in_term": scored(numbers)})
    rank(engine)
    watched = rows(engine, "select unit_code from warning where level = 'watch' and unit_type = 'village'")
    engine.connection.close()
    allowed = math.ceil(round(share * len(TWELVE), 9))
    expected = {
        village
        for village, number in zip(TWELVE, numbers, strict=True)
        if sum(other <= number for other in numbers) <= allowed and number < max(numbers)
    }
    assert {village for (village,) in watched} == expected


@pytest.fixture
def site(tmp_path):
    def with_term(name: str, entry: str):
        terms = (dated.FOLDER / "terms.yaml").read_text(encoding="utf-8")
        place = terms.index("versions:\n", terms.index(f"- name: {name}\n")) + len("versions:\n")
        (tmp_path / "terms.yaml").write_text(f"{terms[:place]}    - {entry}\n{terms[place:]}", encoding="utf-8")
        return tmp_path

    return with_term


def test_rounds_tile_the_days_without_overlap():
    found = rounds_on(DAY)
    assert all((after.round_start - before.round_end).days == 1 for before, after in pairwise(found))
    assert all((one.round_end - one.round_start).days == 2 for one in found)
    assert DAY - dt.timedelta(days=3) < found[-1].round_end <= DAY


def test_a_new_length_of_rounds_changes_nothing_before_its_day(site):
    changed = site("round_days", "{valid_from: 2026-11-20, value: 5, source: test}")
    for offset in range(-30, 1):
        day = dt.date(2026, 11, 19) + dt.timedelta(days=offset)
        assert rounds_on(day, changed) == rounds_on(day)
    found = rounds_on(DAY + dt.timedelta(days=30), changed)
    assert all((after.round_start - before.round_end).days == 1 for before, after in pairwise(found))
    assert all(after.round_no == before.round_no + 1 for before, after in pairwise(found))
    assert {
        (one.round_end - one.round_start).days + 1 for one in found if one.round_start >= dt.date(2026, 11, 20)
    } == {5}


def test_a_new_weight_changes_nothing_before_its_day(tmp_path):
    declared = (dated.FOLDER / "indicators.yaml").read_text(encoding="utf-8")
    later = "    - {valid_from: 2026-12-01, weight: 0.9, window_days: 30, source: test}"
    (tmp_path / "indicators.yaml").write_text(
        declared.replace("  versions:\n", f"  versions:\n{later}\n", 1), encoding="utf-8"
    )
    before, day = dt.date(2026, 11, 30), dt.date(2026, 12, 1)
    assert dated.indicators_on(before, tmp_path) == dated.indicators_on(before)
    assert next(iter(dated.indicators_on(day, tmp_path))).weight == 0.9


def test_the_only_branch_that_is_ranked_is_not_the_last():
    engine = open_engine()
    ends = [ROUND.round_end + dt.timedelta(days=3 * place) for place in range(3)]
    for place, end in enumerate(ends):
        lay_out(engine, end, TWELVE)
        good = facts(dict.fromkeys(ends[: place + 1], 20))
        alone = [row for row in good["case_resolved_in_term"] if row["village_code"] == BAD]
        put_facts(engine, {"case_resolved_in_term": alone})
        rank(engine)
        keep(engine, end)
        assert rows(
            engine, "select unit_code, is_below_line from unit_round where rank = 1 and unit_type = 'branch'"
        ) == [("b03", False)]
    assert decisions(engine) == []
