"""A simulated fortnight of the case loop: totals, fairness towards slow honest work, and replay after late files."""

import datetime as dt
from pathlib import Path

import pytest

from assets.differences import POINTS, as_known_now, between
from assets.replay import replay, replay_all
from assets.tracing import CASES_OF, trace
from tests.integration.days import HOUSEHOLD, private, published
from tests.integration.extracts import HEALTH, inbox, write_csv
from tests.integration.fortnight import CASES, DAYS, FIRST, VILLAGES, Fortnight, Town
from tests.integration.whole_day import kept_day
from warehouse.catalogue import catalogue
from warehouse.home import Home

BY_KIND = {kind: village for village, kind in VILLAGES.items()}
MARGIN = 5  # points of score
LAST = FIRST + dt.timedelta(days=DAYS - 1)

_TOUCH = f"update main.village_ranking set cases = {{}} where as_of = ? and unit_code = '{BY_KIND['quick']}'"

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("fortnight")]  # one fortnight for all its tests


@pytest.fixture(scope="module")
def fortnight(tmp_path_factory):
    """The home after the fortnight."""
    home = Home(tmp_path_factory.mktemp("fortnight") / "home")
    home.prepare()
    # The draw is random to everybody without the key: a key of our own makes the fortnight the same every time.
    (home.private_database.parent / "recheck.key").write_bytes(b"the same draw on every machine..")
    run = Fortnight(home, tmp_path_factory.mktemp("papers"), Town(seed=4))
    for day in run.days:
        run.run_day(day)
    return home


def test_the_ledger_balances_every_day_and_for_every_rule(fortnight):
    days = private(
        fortnight, "select as_of, sum(opened), sum(abs(imbalance)) from ledger_balance group by 1 order by 1"
    )
    assert len(days) == DAYS
    assert [difference for *_, difference in days] == [0] * DAYS
    assert days[0][1] == CASES * len(VILLAGES)


def test_every_case_was_handed_over_and_answered_before_it_was_closed(fortnight):
    silent = private(
        fortnight,
        """select case_number from case_life where status = 'resolved'
           and (handed_over_on is null or answered_on is null or answered_on < handed_over_on)""",
    )
    assert silent == []


def test_the_ledger_of_every_day_is_a_part_of_the_next(fortnight):
    digests = private(
        fortnight,
        """select day.as_of, count(event.event_id) from day_run as day
           left join case_event as event on event.entered_on <= day.as_of group by 1 order by 1""",
    )
    recorded = private(fortnight, "select as_of, rows from day_digest where table_name = 'case_event' order by 1")
    assert digests == recorded


def test_the_gaming_village_ends_below_the_slow_honest_ones(fortnight):
    """Clearly below: also below the one that kept no term at all, and with every figure that counts at hand."""
    scores = dict(private(fortnight, f"select unit_code, score from village_ranking where as_of = date '{LAST}'"))
    by_kind = {kind: scores[village] for kind, village in BY_KIND.items()}
    assert by_kind["gaming"] < by_kind["late"] - MARGIN, by_kind
    assert by_kind["late"] < by_kind["slow"] <= by_kind["quick"], by_kind
    shares = {
        (unit, indicator): (numerator, denominator)
        for unit, indicator, numerator, denominator in private(
            fortnight,
            f"""select unit_code, indicator, numerator, denominator from indicator_value
                where as_of = date '{LAST}' and unit_type = 'village'""",
        )
    }
    assert shares[BY_KIND["gaming"], "case_resolved_in_term"] == (CASES, CASES)
    assert shares[BY_KIND["late"], "case_resolved_in_term"] == (0, CASES)
    for kind in ("gaming", "late"):
        assert shares[BY_KIND[kind], "open_case_not_old"] == (CASES, CASES)
        assert shares[BY_KIND[kind], "verified_accuracy"][1] > 0


def test_deductions_name_case_rule_and_proof_and_fall_on_those_who_did_not_look(fortnight):
    rows = private(
        fortnight,
        """select village_code, reason, count(*), sum(points), count(file_id), min(found_wrong_on - due_on)
           from deduction group by all""",
    )
    assert {row[0] for row in rows if row[1] == "deducted"} <= {BY_KIND["gaming"], BY_KIND["careless"]}
    assert BY_KIND["gaming"] in {row[0] for row in rows if row[1] == "deducted"}
    for _, reason, cases, points, proofs, days_late in rows:
        assert proofs == cases
        if reason == "deducted":
            assert points > 0
            assert days_late > 0
        else:
            assert points == 0


def test_verified_accuracy_tells_them_apart(fortnight):
    found = dict(
        published(fortnight, f"select village_code, accuracy from verified_accuracy where as_of = date '{LAST}'")
    )
    assert found[BY_KIND["quick"]] == found[BY_KIND["slow"]] == found[BY_KIND["late"]] == 1.0
    assert found[BY_KIND["gaming"]] < 1.0


def test_the_statisticians_question(fortnight):
    """The query of docs/case-loop.md, as it stands there, on the published warehouse."""
    page = (Path(__file__).parents[2] / "docs" / "case-loop.md").read_text(encoding="utf-8")
    query = page.split("```sql\n")[1].split("```")[0]
    last_round = {village: days for _, village, _, days, _ in published(fortnight, query)}
    assert last_round[BY_KIND["quick"]] < last_round[BY_KIND["slow"]]


@pytest.fixture(scope="module")
def late_day(fortnight):
    """The fourth day, of which two files come after the fortnight, before the day after it is run."""
    day = FIRST + dt.timedelta(days=3)
    late = [HEALTH, ["R0", "迟到名", "", "1990-01-01", "", BY_KIND["quick"]]]
    write_csv(inbox(fortnight.path, "health_registry", f"{day}_changes_late.csv"), late)
    write_csv(inbox(fortnight.path, "household_register", f"{day}_changes_late.csv"), [HOUSEHOLD])
    kept_day(fortnight, LAST + dt.timedelta(days=1))
    return day


def test_all_fourteen_days_replay_byte_for_byte_after_late_files(fortnight, late_day):
    found = list(replay_all(fortnight, catalogue(None)))
    assert len(found) == DAYS + 1
    assert [each.as_of for each in found if not each.identical] == []
    assert all(each.same_code for each in found)
    assert replay(fortnight, catalogue(None), late_day).identical


def test_what_a_late_file_changes_is_listed_with_file_and_case(fortnight, late_day):
    """The published day stays, today's view of it has one case more."""
    day = late_day
    found = as_known_now(fortnight, catalogue(None), day)
    assert {(each.kind, each.registry, each.extract_date) for each in found.inputs if each.kind == "extract"} == {
        ("extract", "health_registry", day),
        ("extract", "household_register", day),
    }
    assert found.cases


def test_a_score_is_traced_to_cases_files_and_rows(fortnight):
    """Of a village and of its branch: what is counted is listed, case by case, and adds up to the indicator."""
    branch = private(fortnight, f"select branch_code from village where village_code = '{BY_KIND['gaming']}'")[0][0]
    for unit, table in ((BY_KIND["gaming"], "village_ranking"), (branch, "branch_ranking")):
        found = trace(fortnight, catalogue(None), "ranking", unit, LAST)
        score = private(fortnight, f"select score from {table} where as_of = date '{LAST}' and unit_code = '{unit}'")
        assert [(found.score,)] == score
        assert found.points_deducted > 0
        parts = {part.indicator: part for part in found.indicators}
        for indicator in CASES_OF:
            part = parts[indicator]
            assert (sum(case.is_good for case in part.cases), len(part.cases)) == (part.numerator, part.denominator)
        for case in parts["case_resolved_in_term"].cases:
            assert {row.registry for row in case.rows} == {"health_registry", "household_register"}
            assert {"opened", "handed_over", "answered", "resolved"} <= {kind for kind, *_ in case.events}
            assert all(file_id and row for kind, _, file_id, row in case.events if kind in ("handed_over", "answered"))


def test_a_warning_and_an_indicator_are_traced(fortnight):
    [(unit, indicator)] = private(
        fortnight,
        f"""select unit_code, indicator from warning
            where as_of = date '{LAST}' and unit_type = 'village' and level = 'watch' limit 1""",
    )
    found = trace(fortnight, catalogue(None), "warning", unit, LAST)
    assert indicator in {part.indicator for part in found.indicators}
    assert all(warning.evidence and warning.evidence_en for warning in found.warnings)
    town = trace(fortnight, catalogue(None), "verified_accuracy", "all", LAST)
    [part] = town.indicators
    assert part.denominator == len(part.cases) > 0


def test_two_days_differ_by_files_and_events(fortnight):
    """What moved is told with the cases of its villages and the input it is made from."""
    found = between(fortnight, catalogue(None), FIRST, FIRST + dt.timedelta(days=1))
    assert {each.kind for each in found.inputs} == {"extract", "handover", "return"}
    assert {each.change.split()[0] for each in found.cases} >= {"handed_over", "answered", "resolved"}
    open_cases = [each for each in found.figures if each.figure == "open_cases:NAME_DIFFERS"]
    assert [each.cases == found.cases and bool(each.inputs) for each in open_cases] == [True]
    later = between(fortnight, catalogue(None), LAST - dt.timedelta(days=4), LAST)
    moved = {(each.unit, each.figure): each for each in later.figures}
    late = BY_KIND["late"]
    assert {case.village_code for case in moved[late, "indicator:open_case_not_old"].cases} == {late}
    assert "open_case_not_old" in moved[late, "score"].through
    whole = between(fortnight, catalogue(None), FIRST, LAST)
    moved = {(each.unit, each.figure): each for each in whole.figures}
    gaming = BY_KIND["gaming"]
    deducted = f"select points from village_deduction where as_of = date '{LAST}' and village_code = '{gaming}'"
    assert [(float(moved[gaming, POINTS].after),)] == published(fortnight, deducted)
    assert moved[gaming, POINTS].inputs and POINTS in moved[gaming, "score"].through


def test_a_published_row_that_was_touched_is_found(fortnight):
    from warehouse.engines.duckdb_engine import connect

    day = FIRST + dt.timedelta(days=2)
    with connect(fortnight.private_database) as connection:
        connection.execute(_TOUCH.format("cases + 1"), [day])
    try:
        touched = replay(fortnight, catalogue(None), day)
        assert [table.table for table in touched.tables if not table.identical] == ["village_ranking"]
        assert replay(fortnight, catalogue(None), day + dt.timedelta(days=1)).broken_history == (
            f"village_ranking {day}",
        )
    finally:
        with connect(fortnight.private_database) as connection:
            connection.execute(_TOUCH.format("cases - 1"), [day])
