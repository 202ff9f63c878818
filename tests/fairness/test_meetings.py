"""Meetings close the loop: who is on which list, what was promised, and whether it was checked off."""

import datetime as dt

import openpyxl
import pytest

from assets.meetings.workbook import LISTS, REPORT, SUMMARY, write_papers
from assets.registries.landing import land_inbox
from expectations.suites import read_suites
from tests.fairness.test_decisions import BAD, ROUND, TWELVE, facts, run_rounds
from tests.fairness.towns import keep, lay_out, open_engine, put_facts, rank, rows
from warehouse.catalogue import catalogue
from warehouse.home import Home

MEETING_MODELS = ("promise", "meeting_agenda", "meeting_summary")
DAY = ROUND.round_end


def meet(engine, records: list[dict]) -> None:
    """Lays out the register of meetings and runs the models of the agenda."""
    engine.put_rows("stg_meeting_register", [
        {"record_id": f"m{place}", "record_key": f"m{place}", "is_active": True, "meeting_kind": "review", **record}
        for place, record in enumerate(records)
    ])  # fmt: skip
    for table in MEETING_MODELS:
        engine.build(table)


@pytest.fixture
def warned():
    """One bad round: the village and its branch are warned of, and last."""
    engine = open_engine()
    lay_out(engine, DAY, TWELVE)
    put_facts(engine, facts({DAY: 20}))
    rank(engine)
    return engine


def promised(**record) -> dict:
    return {
        "unit_code": BAD, "indicator": "case_resolved_in_term", "meeting_date": DAY - dt.timedelta(days=3),
        "promise": "三日内办结", "promised_until": DAY + dt.timedelta(days=1), **record,
    }  # fmt: skip


def agenda(engine, columns: str, where: str = "true") -> list[tuple]:
    return rows(engine, f"select {columns} from meeting_agenda where {where} order by all")


def unexpected(engine) -> dict[str, int]:
    """Rows of the minutes that break an expectation, by its name."""
    found = {}
    for expectation in read_suites()["stg_meeting_register"]:
        broken = rows(engine, expectation.unexpected.format(batch="stg_meeting_register"))
        found |= {expectation.name: len(broken)} if broken else {}
    return found


@pytest.mark.parametrize(
    ("record", "broken"),
    [
        ({}, {}),
        ({"unit_code": "b03"}, {}),
        ({"unit_code": "v99"}, {"every_unit_is_known": 1}),
        ({"unit_code": "姚庄村"}, {"every_unit_is_known": 1}),
        ({"indicator": "疑点按期办结率"}, {"every_promise_names_its_indicator": 1}),
        ({"indicator": None}, {"every_promise_names_its_indicator": 1}),
        ({"indicator": None, "promise": None, "promised_until": None}, {}),
        ({"meeting_date": DAY}, {}),
        ({"meeting_date": DAY + dt.timedelta(days=365)}, {"every_meeting_was_held": 1}),
        ({"unit_code": "v99", "is_active": False}, {}),
    ],
)
def test_minutes_that_come_on_no_agenda_are_told(warned, record, broken):
    """A promise of a village that is written by its name was counted in the summary and stood on no agenda."""
    meet(warned, [promised(**record)])
    assert unexpected(warned) == broken


def test_each_level_has_its_list(warned):
    meet(warned, [])
    lists = set(agenda(warned, "list, unit_code", f"unit_code in ('{BAD}', 'b03')"))
    assert lists == {("phone", BAD), ("review", BAD), ("phone", "b03"), ("review", "b03")}
    open_now = agenda(warned, "not_in_time, owner, term_until", f"list = 'review' and unit_code = '{BAD}'")
    assert open_now == [(20, "b03党总支", DAY + dt.timedelta(days=3))]


def test_cards_and_interviews_are_lists_of_their_own():
    engine, ends = run_rounds([20, 22, 21])
    lay_out(engine, ends[2], TWELVE)
    put_facts(engine, facts(dict(zip(ends, [20, 22, 21], strict=True))))
    rank(engine)
    meet(engine, [])
    term = dt.timedelta(days=15)
    assert agenda(engine, "list, term_until", "list in ('yellow_card', 'interview')") == [
        ("interview", ends[2] + term),
        ("yellow_card", ends[1] + term),
    ]


def test_a_term_runs_from_the_day_of_the_decision_and_comes(warned):
    """The lists of later days have the same term, until it is over."""
    keep(warned, DAY)
    terms = []
    for later in range(1, 5):
        day = DAY + dt.timedelta(days=later)
        lay_out(warned, day, TWELVE)
        put_facts(warned, facts({DAY: 20, DAY + dt.timedelta(days=3): 20}))
        rank(warned)
        meet(warned, [])
        terms += agenda(warned, "as_of, term_until", f"list = 'review' and unit_code = '{BAD}'")
        keep(warned, day)
    assert terms == [(DAY + dt.timedelta(days=later), DAY + dt.timedelta(days=3)) for later in range(1, 5)]


@pytest.mark.parametrize(
    ("record", "state"),
    [
        ({}, "open"),
        ({"promised_until": DAY - dt.timedelta(days=1)}, "overdue"),
        ({"checked_off_on": DAY}, "checked_off"),
        ({"checked_off_on": DAY + dt.timedelta(days=1), "promised_until": DAY}, "open"),
    ],
)
def test_the_agenda_says_what_was_promised_and_what_became_of_it(warned, record, state):
    meet(warned, [promised(**record)])
    found = agenda(warned, "distinct promise, promise_state", f"list = 'review' and unit_code = '{BAD}'")
    assert found == [("三日内办结", state)]


def test_the_latest_meeting_counts(warned):
    meet(warned, [promised(promise="旧"), promised(promise="新", meeting_date=DAY)])
    assert agenda(warned, "distinct promise", "promise is not null") == [("新",)]


def test_a_form_that_came_back_blank_takes_no_promise_back(warned):
    blank = promised(meeting_date=DAY, promise=None, promised_until=None)
    meet(warned, [promised(promised_until=DAY - dt.timedelta(days=1)), blank])
    found = agenda(warned, "distinct promise, promise_state", f"list = 'review' and unit_code = '{BAD}'")
    assert found == [("三日内办结", "overdue")]
    meet(warned, [promised(promised_until=DAY - dt.timedelta(days=1)), {**blank, "checked_off_on": DAY}])
    found = agenda(warned, "distinct promise, promise_state", f"list = 'review' and unit_code = '{BAD}'")
    assert found == [("三日内办结", "checked_off")]


def test_an_overdue_promise_comes_up_even_when_nothing_is_warned_of(warned):
    meet(warned, [promised(unit_code="v05", promised_until=DAY - dt.timedelta(days=1))])
    (found,) = agenda(warned, "list, evidence, evidence_en", "unit_code = 'v05' and list <> 'phone'")
    assert found[0] == "review"
    assert str(DAY - dt.timedelta(days=1)) in found[1] and "overdue" in found[2]


def test_the_summary_counts_meetings_units_promises_and_moves(warned):
    meet(warned, [
        promised(), promised(unit_code="v05", record_id="m0", checked_off_on=DAY),
        promised(unit_code="b03", meeting_kind="interview", indicator=None),
        promised(unit_code="v06", meeting_date=DAY - dt.timedelta(days=300), promised_until=DAY),
    ])  # fmt: skip
    summary = {(measure, item): value for measure, item, value in rows(
        warned, "select measure, item, value from meeting_summary"
    )}  # fmt: skip
    assert summary["meetings", "review"] == 1 and summary["units", "review"] == 2
    assert summary["meetings", "interview"] == 1
    assert summary["promises", "all"] == 3 and summary["checked_off", "all"] == 1
    assert summary["value_now", "case_resolved_in_term"] == pytest.approx((20 + 11 * 38) / 480)


def test_the_form_comes_back_as_an_extract(warned, tmp_path):
    """The form is written, filled in, landed like any extract, and landing it again changes nothing."""
    meet(warned, [])
    keep(warned, DAY)
    home = Home(tmp_path / "home")
    home.prepare()
    papers = write_papers(home, catalogue(), warned.connection, DAY)
    assert papers.agenda.stat().st_mode & 0o077 == 0 and papers.form.stat().st_mode & 0o077 == 0
    assert openpyxl.load_workbook(papers.agenda).sheetnames == [*LISTS.values(), SUMMARY, REPORT]
    summary = openpyxl.load_workbook(papers.agenda)[SUMMARY].iter_rows(min_row=2, values_only=True)
    told = {row[1:3]: row[3] for row in summary}
    assert told["现有承诺数（不论何时作出）", "全部"] == "0"
    assert told["当前指标值", "疑点按期办结率"] == "91.3%"
    form = openpyxl.load_workbook(papers.form)
    sheet = form.active
    headings = [cell.value for cell in sheet[1]]
    assert headings[-2:] == ["单位名称", "指标名称"]
    named = {row[headings.index("指标代码")]: row[-1] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert named["case_resolved_in_term"] == "疑点按期办结率"
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, headings.index("承诺事项") + 1, "三日内办结")
        sheet.cell(row, headings.index("承诺期限") + 1, str(DAY + dt.timedelta(days=3)))
    returned = home.inbox / "meeting_register" / papers.form.name
    returned.parent.mkdir(parents=True)
    form.save(returned)
    landed = land_inbox(home, catalogue().layouts)
    (manifest,) = landed.new
    assert (manifest.status, manifest.reason, manifest.extract_date) == ("accepted", None, str(DAY))
    assert manifest.rows_read == manifest.rows_accepted == sheet.max_row - 1 == sum(papers.points.values())
    assert land_inbox(home, catalogue().layouts).new == ()
