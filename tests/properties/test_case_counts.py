"""What is found is resolved, waived or open, in every report and on every day: cases come, go, return and are waived.

Counted is the spell of a case, from being found to being resolved: one that comes back is found anew. Each report is
held against the others, and against what the days found, which is known here without any model.
"""

import datetime as dt
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from expectations.suites import read_suites
from tests.fairness.towns import build, keep, lay_out, open_engine, put_facts, rows
from tests.synthetic.registries import REGISTRIES
from warehouse.parameters import calendar_days, rounds_on

FIRST = dt.date(2026, 11, 9)  # a round of re-checks and one of the ranking begin
RULES = {"NAME_DIFFERS": "household_register", "SEX_DIFFERS": "birth_certificate"}
VALUES = ("王方", "王放")
CALENDAR = [vars(day) for day in calendar_days(FIRST - dt.timedelta(days=30), FIRST + dt.timedelta(days=90))]
STAGED = [f"stg_{registry}" for registry in REGISTRIES]
NOT_GIVEN = ("case_direction", "former_village", "handover_case", "listed_correction", "received_file", "stated_value")
MODELS = (
    "case_spell",
    "case_answer",
    "pending_correction",
    "case_event",
    "case_standing",
    "discrepancy",
    "discrepancy_count",
    "ledger_balance",
    "correction",
    "reported_spell",
    "verification_report",
    "round_indicator",
    "round_report",
)
REPORTS = ("discrepancy_count", "ledger_balance", "verification_report", "round_report")
OPEN = "open_fresh + open_aging + open_old"

# A day on which the town runs: of each case the value that is found, if it is; and the cases that are waived on it.
cases = st.lists(st.sampled_from((None, None, *VALUES)), min_size=4, max_size=4)
town_days = st.lists(st.tuples(st.booleans(), cases, st.sets(st.integers(0, 3))), min_size=3, max_size=8)


def found_on(day: dt.date, present: list[str | None]) -> list[dict]:
    return [
        {
            "as_of": day, "case_id": f"c{number}", "rule_code": rule, "registry_a": "health_registry",
            "record_a": f"R{number}", "registry_b": RULES[rule], "record_b": f"K{number}", "field": "name",
            "value_a": value, "value_b": "王芳", "village_code": "v1",
        }
        for number, value in enumerate(present)
        for rule in (list(RULES)[number % 2],)
        if value is not None
    ]  # fmt: skip


def waived_on(day: dt.date, waived: set[int]) -> list[dict]:
    return [
        {
            "file_id": f"f{day}", "sheet": 1, "row_number": number + 2, "case_id": f"c{number}", "kind": "decision",
            "recipient": "township", "reply": "waive", "received_on": day,
            "received_at": dt.datetime.combine(day, dt.time(1)),
        }
        for number in waived
    ]  # fmt: skip


def broken(engine) -> list[str]:
    """The checks of the reports that the day in work does not meet."""
    return [
        check.name
        for table in REPORTS
        for check in read_suites().get(table, ())
        if rows(engine, check.unexpected.format(batch=f"work.{table}"))
    ]


def run(days: list[tuple]) -> tuple:
    """Runs the days that are to be run; the engine, and by day the cases found."""
    engine, present, decisions = open_engine(), {}, []
    for offset, (runs, values, waived) in enumerate(days):
        day = FIRST + dt.timedelta(days=offset)
        if not runs:
            continue
        findings = found_on(day, values)
        decisions += waived_on(day, waived)
        lay_out(engine, day, {"v1": "b1"})
        put_facts(engine, {})
        given_rows = {
            "finding": findings,
            "return_row": decisions,
            "day_run": [{"as_of": day, "fingerprint": "0" * 16, "code_version": "0" * 16}],
            "day_input": [
                {"as_of": day, "kind": "return", "input_id": f} for f in sorted({row["file_id"] for row in decisions})
            ],
            "calendar_day": CALENDAR,
            "registry": [{"registry": code, "zh": code, "en": code} for code in RULES.values()],
        }
        for table in (*STAGED, *NOT_GIVEN):
            engine.put_rows(table, [])
        for table, content in given_rows.items():
            engine.put_rows(table, content)
        build(engine, *MODELS)
        assert broken(engine) == []
        keep(engine, day)
        present[day] = Counter((row["rule_code"], row["case_id"]) for row in findings)
    return engine, present


def begun_and_ended(present: dict) -> tuple[Counter, Counter]:
    """By day and rule how many cases came, and how many went, since the run before."""
    begun, ended, before = Counter(), Counter(), Counter()
    for day, here in present.items():
        begun.update((day, rule) for rule, _ in here - before)
        ended.update((day, rule) for rule, _ in before - here)
        before = here
    return begun, ended


@settings(
    max_examples=12,
    derandomize=True,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)
@given(town_days)
@example([(True, [VALUES[day % 2], None if day % 3 else VALUES[0], VALUES[0], None], {2}) for day in range(8)])
@example([(day in (0, 7), [VALUES[0], None if day else VALUES[0], None, None], set()) for day in range(8)])
def test_found_is_resolved_and_open_and_waived_in_every_report(days):
    engine, present = run(days)
    begun, ended = begun_and_ended(present)
    counted = {
        (day, rule): tuple(rest)
        for day, rule, *rest in rows(
            engine,
            """select as_of, rule_code, new_cases, resolved_cases, open_cases, waived_cases
               from main.discrepancy_count order by as_of""",
        )
    }
    for rule, item in RULES.items():
        found = resolved = 0
        for day, here in present.items():
            new, gone, is_open, waived = counted[day, rule]
            assert (new, gone) == (begun[day, rule], ended[day, rule])
            found, resolved = found + new, resolved + gone
            assert found == resolved + is_open + waived
            assert is_open + waived == sum(1 for of, _ in here if of == rule)
            ledger = f"select opened, resolved, open, waived from main.ledger_balance where as_of = '{day}'"
            assert rows(engine, f"{ledger} and rule_code = '{rule}'") == [(found, resolved, is_open, waived)]
            for _, start, *told in rows(
                engine,
                f"""select period, period_start, found, resolved, {OPEN} from main.verification_report
                    where as_of = '{day}' and item = '{item}'""",
            ):
                since = [counted[earlier, rule] for earlier in present if start <= earlier <= day]
                assert told == [sum(each[0] for each in since), sum(each[1] for each in since), is_open]
    rounds = rows(
        engine,
        """select item, round_start, round_end, sum(counted) filter (where measure = 'found'),
               sum(counted) filter (where measure = 'resolved')
           from main.round_report where measure in ('found', 'resolved') group by 1, 2, 3""",
    )
    if present:
        closed = {each.round_end for each in rounds_on(max(present)) if each.round_end >= min(present)}
        assert closed <= {end for _, _, end, *_ in rounds}
    open_then = rows(
        engine,
        """select item, round_end, sum(counted) from main.round_report
           where measure like 'open%' group by item, round_end""",
    )
    waived = sum(len(each) for _, _, each in days)
    for item, end, is_open in open_then:
        [rule] = [rule for rule, of in RULES.items() if of == item]
        known = max((day for day in present if day <= end), default=None)
        here = sum(1 for of, _ in present.get(known, ()) if of == rule)
        assert here - waived <= is_open <= here, "as of the end of the round, whenever it was closed"
    for rule, start, end, found, resolved in rounds:
        of_round = [counts for (day, of), counts in counted.items() if of == rule and start <= day <= end]
        assert (found, resolved) == (sum(each[0] for each in of_round), sum(each[1] for each in of_round))


@pytest.mark.parametrize(
    ("table", "change", "check"),
    [
        ("discrepancy_count", "new_cases = 0", "what_was_found_is_resolved_open_or_waived"),
        ("discrepancy_count", "waived_cases = 0", "what_was_found_is_resolved_open_or_waived"),
        ("verification_report", "resolved = 0", "every_spell_is_counted_once"),
        ("verification_report", "open_fresh = 0", "every_spell_is_counted_once"),
    ],
)
def test_a_report_that_loses_a_case_stops_the_day(table, change, check):
    """On the last day one case comes back, one goes, one stays, and one is waived."""
    value = VALUES[0]
    engine, _ = run([
        (True, [value] * 4, set()),
        (True, [None, value, value, value], set()),
        (True, [value, None, value, value], {3}),
    ])  # fmt: skip
    engine.connection.execute(f"update work.{table} set {change}")
    assert broken(engine) == [check]
