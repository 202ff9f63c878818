"""No case slips through: each counts in exactly one round once its term is over, and daily as long as it waits."""

import datetime as dt

import pytest

from tests.fairness.towns import build, keep, lay_out, open_engine, put_facts, rows
from warehouse.catalogue import catalogue
from warehouse.parameters import calendar_days, indicators_on, terms_on

FIRST, DAYS = dt.date(2026, 11, 2), 45
FOUND_FOR = 21  # days on which cases are found
TIMELY = ("case_resolved_in_term", "open_case_not_old")
CALENDAR = calendar_days(FIRST, FIRST + dt.timedelta(days=DAYS + 60))
# Terms of the rules in working days, as the lists say; days from finding to hand-over, and from there until it is done.
TERMS = {"NAME_DIFFERS": 5, "VILLAGE_DIFFERS": 10}
HANDED_AFTER = (0, 1, 9)
DONE_AFTER = (3, 12, 40, None)


def due_day(handed_over_on: dt.date, working_days: int) -> dt.date:
    [begun] = [entry.working_number for entry in CALENDAR if entry.day == handed_over_on]
    return next(entry.day for entry in CALENDAR if entry.working and entry.working_number == begun + working_days)


def spell(number: int, found_on: dt.date, rule: str, handed_after: int, done_after: int | None) -> dict:
    """A spell of a case in a village of its own, so that whatever is counted tells which it is."""
    handed_over_on = found_on + dt.timedelta(days=handed_after)
    done_on = None if done_after is None else handed_over_on + dt.timedelta(days=done_after)
    return {
        "case_id": f"c{number}", "spell": 1, "rule_code": rule, "village_code": f"v{number:03d}", "found_on": found_on,
        "handed_over_on": handed_over_on, "due_on": due_day(handed_over_on, TERMS[rule]), "village_done_on": done_on,
        "resolved_on": done_on, "answers": 0,
    }  # fmt: skip


SPELLS = [
    spell(
        number,
        FIRST + dt.timedelta(days=number // 2 % FOUND_FOR),
        tuple(TERMS)[number % 2],
        HANDED_AFTER[number % 3],
        DONE_AFTER[number % 4],
    )
    for number in range(4 * FOUND_FOR)
]


def known_on(day: dt.date) -> list[dict]:
    """What a day knows of the spells."""
    known = []
    for one in SPELLS:
        done = one["village_done_on"] is not None and one["village_done_on"] <= day
        hidden = {} if done else {"village_done_on": None, "resolved_on": None}
        if one["handed_over_on"] <= day:
            state = {"status": "resolved" if done else "open", "stage": "closed" if done else "handed_over"}
            known.append(one | hidden | state)
    return known


def run(every: int):
    """Runs every so many of the days; the engine, and the day of each run with what the indicators counted on it."""
    engine = open_engine()
    villages = {one["village_code"]: "b1" for one in SPELLS}
    counted = {}
    for offset in range(0, DAYS + 1, every):
        day = FIRST + dt.timedelta(days=offset)
        lay_out(engine, day, villages)
        put_facts(engine, {})
        engine.put_rows("case_standing", known_on(day))
        tables = [catalogue().indicator_tables[indicator] for indicator in TIMELY]
        build(engine, *tables, "round_indicator")
        counted[day] = {table: rows(engine, f"select village_code, denominator from work.{table}") for table in tables}
        keep(engine, day)
    return engine, counted


@pytest.fixture(scope="module")
def daily():
    return run(every=1)


OLD = dt.timedelta(days=int(terms_on(FIRST)["open_case_days"]))


def last_day(one: dict, indicator: str) -> dt.date:
    """The last day on which a spell is in time."""
    return one["due_on"] if indicator == TIMELY[0] else one["handed_over_on"] + OLD


@pytest.mark.parametrize("every", [1, 4])
def test_every_case_whose_term_is_over_is_in_exactly_one_round(daily, every):
    engine, _ = daily if every == 1 else run(every)
    [(last,)] = rows(engine, "select max(round_end) from main.round_indicator")
    for indicator in TIMELY:
        ended = {
            one["village_code"]: over
            for one in SPELLS
            if (over := last_day(one, indicator) + dt.timedelta(days=1)) <= last
        }
        found = rows(engine, f"""
            select unit_code, round_start, round_end, denominator, numerator from main.round_indicator
            where indicator = '{indicator}' and unit_type = 'village' and denominator > 0""")  # fmt: skip
        assert sorted(village for village, *_ in found) == sorted(ended)
        assert {one["rule_code"] for one in SPELLS if one["village_code"] in ended} == set(TERMS)
        assert all(count == 1 and start <= ended[village] <= end for village, start, end, count, _ in found)
        assert {in_time for *_, in_time in found} == {0, 1}


def test_a_case_that_waits_for_the_village_is_counted_every_day_once_its_term_is_over(daily):
    _, counted = daily
    longest = dt.timedelta(0)
    for day, tables in counted.items():
        waiting = [one for one in known_on(day) if one["village_done_on"] is None]
        for indicator, found in zip(TIMELY, tables.values(), strict=True):
            over = {one["village_code"] for one in waiting if last_day(one, indicator) < day}
            assert over <= {village for village, _ in found}
        longest = max([longest, *(day - one["due_on"] for one in waiting)])
    windows = {found.indicator: found.window_end - found.window_start for found in indicators_on(day)}
    assert longest > windows[TIMELY[0]]


def test_no_case_counts_on_a_day_on_which_its_term_may_still_be_met(daily):
    """Neither those that are done already nor those that are not: or else the quick would count before the slow."""
    _, counted = daily
    running = {True: 0, False: 0}
    for day, tables in counted.items():
        for indicator, found in zip(TIMELY, tables.values(), strict=True):
            in_time = [one for one in known_on(day) if last_day(one, indicator) >= day]
            assert not {one["village_code"] for one in in_time} & {village for village, _ in found}
            for one in in_time:
                running[last_day(one, indicator) == day and one["village_done_on"] is not None] += 1
    assert all(running.values())
