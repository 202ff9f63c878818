"""The day itself writes what leaves the house: posting lists, messages, the disclosure; run again, nothing changes."""

import datetime as dt

import dagster as dg
import pytest

from pipelines.daily import run_days
from pipelines.settings import dagster_environment
from tests.benefits.office import Office, application, child, line, payment
from tests.benefits.test_fees import CATALOGUE
from warehouse.home import Home

DAY = dt.date(2026, 6, 28)
NUMBER = "370481199003071021"
LEAVES = ("postings", "disclosure", "outbox")


def files(home: Home) -> dict[str, bytes]:
    """Everything that left, by path."""
    return {
        path.relative_to(home.path).as_posix(): path.read_bytes()
        for folder in LEAVES
        for path in sorted((home.path / folder).rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def days(tmp_path_factory):
    """A day with two lists, one of which goes by a person's number, run twice; what was written after each run."""
    office = Office(Home(tmp_path_factory.mktemp("day") / "home"))
    day = DAY.isoformat()
    kids = [child(number, dt.date(2025, 3, 10)) for number in range(1, 4)]
    asked = [application(n, kid, dt.date(2026, 6, 20)) for n, kid in enumerate(kids)]
    lines = [{**line(n, kid, "Y1", "3600"), "application_no": f"A{n}"} for n, kid in enumerate(kids)]
    hung_out = {"list_stage": "公示", "posted_from": "2026-06-25", "posted_to": "2026-07-02", "confirmed_date": None}
    posted = [{**item, **hung_out, "list_no": NUMBER if n == 2 else "育儿2026-2"} for n, item in enumerate(lines)]
    office.deliver("household_register", day, kids)
    office.deliver("benefit_application", day, asked)
    office.deliver("benefit_list", day, lines + posted)
    office.deliver("benefit_payment", day, [payment(0, lines[0], paid_date=day)])
    office.deliver("fee_catalogue", day, CATALOGUE, mode="full")
    office.close()
    written = []
    for _ in range(2):
        outcome = run_days(office.home, only=DAY)
        written.append((outcome, files(office.home)))
    return office.home, written


def test_the_day_writes_what_passes_and_withholds_the_rest(days):
    _, [(outcome, first), _] = days
    assert outcome.success
    assert set(first) == {
        f"postings/{DAY}/育儿2026-2.xlsx",
        f"disclosure/{DAY}/index.html",
        f"disclosure/{DAY}/disclosure.xlsx",
        f"outbox/sms/{DAY}.txt",
    }
    messages = first[f"outbox/sms/{DAY}.txt"].decode().splitlines()
    assert len(messages) == 1 + 4  # three decisions, one payment


def test_a_withheld_list_shows_as_a_failed_check(days):
    home, [(outcome, _), _] = days
    [day] = outcome.days
    [failed] = [check for check in day.checks if check.group == "may_be_posted" and not check.success]
    assert (failed.table, failed.unexpected_count) == ("posting_lists", 1)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in dagster_environment(home).items():
            patch.setenv(name, value)
        with dg.DagsterInstance.get() as instance:
            records = instance.get_records_for_run(
                day.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION
            ).records
    shown = [record.event_log_entry.asset_check_evaluation for record in records]
    mine = {check.asset_key.path[-1]: check for check in shown if check and check.check_name == "may_be_posted"}
    assert {name: check.passed for name, check in mine.items()} == {"posting_lists": False, "disclosure": True}
    assert NUMBER not in str(mine)


def test_the_day_run_again_changes_nothing(days):
    _, [(_, first), (again, second)] = days
    assert again.success
    assert second == first
