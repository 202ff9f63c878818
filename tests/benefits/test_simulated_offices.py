"""The simulated town's offices: outcomes and findings against the truth, and money that balances day by day."""

import datetime as dt

import polars as pl
import pytest

from assets.benefits.accuracy import measure_findings, measure_outcomes, measure_postings
from tests.benefits.office import Office
from tests.synthetic import simulate
from tests.synthetic.offices.benefits import child_periods
from warehouse.home import Home
from warehouse.parameters import rulebook

START, DAYS = dt.date(2026, 11, 20), 3


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    home = Home(tmp_path_factory.mktemp("offices") / "home")
    simulate(home.path, persons=6_000, days=DAYS, seed=6, start=START, with_offices=True)
    opened = Office(home)
    opened.run((START + dt.timedelta(days=DAYS - 1)).isoformat())
    yield opened
    opened.close()


def test_outcomes_are_those_of_the_truth(office):
    measured = {found.kind: found for found in measure_outcomes(office.home, office.connection)}
    assert set(measured) == {"paid_right", "paid_wrong", "missed", "undetermined"}
    for found in measured.values():
        assert found.expected >= 30
        assert found.recall >= 0.99, found
        assert found.precision >= 0.99, found


def test_findings_are_those_of_the_truth(office):
    """On charges, penalties by discretion, sums collected under village contracts, and the catalogue itself."""
    measured = {found.kind: found for found in measure_findings(office.home, office.connection)}
    assert set(measured) == {kind["finding"] for kind in rulebook.fee_finding_kinds()}
    for found in measured.values():
        assert found.expected > 0
        assert (found.recall, found.precision) == (1.0, 1.0), found
    truth = pl.read_parquet(office.home.truth / "fee_finding.parquet")
    closed = truth.filter(pl.col("status") == "closed")["registry"].unique()
    assert set(closed) == {"fee_charge", "contract_penalty"}


def test_postings_hold_the_lines_that_hang_out_today(office):
    measured = measure_postings(office.home, office.connection)
    assert sum(found.expected for found in measured) >= 10
    for found in measured:
        assert (found.recall, found.precision) == (1.0, 1.0), found
    # Preliminary lines of other days, and those that nobody dated, hang out no more.
    [(preliminary,)] = office.rows("select count(*) from stg_benefit_list where list_stage = 'preliminary'")
    [(undated,)] = office.rows(
        "select count(*) from stg_benefit_list where list_stage = 'preliminary' and posted_from is null"
    )
    assert preliminary > sum(found.expected for found in measured) + undated
    assert undated > 0


def test_messages_and_their_receipts_are_those_of_the_truth(office):
    truth = pl.read_parquet(office.home.truth / "message.parquet")
    last = START + dt.timedelta(days=DAYS - 1)
    ours = truth.filter(pl.col("event") != "-")
    due = ours.filter(pl.col("happened_on") + pl.duration(days=7) >= last)
    assert {message for (message,) in office.rows("select message_id from outgoing_message")} == set(due["message_id"])
    received = truth.filter(pl.col("status").is_not_null())
    assert set(office.rows("select record_id, message_status from stg_message_sent")) == set(
        received.select("message_id", "status").iter_rows()
    )
    assert set(received["status"]) == {"success", "failed"}
    assert ours["status"].null_count() > 0
    [counted] = office.rows("select numerator, denominator from service_count where measure = 'messages_delivered'")
    assert 0 < counted[0] < counted[1] <= received.height


def test_the_measure_is_not_blind(office):
    """Most of the people are measured, and every kind of wrong payment and miss occurs among them."""
    truth = pl.read_parquet(office.home.truth / "benefit_outcome.parquet").filter(pl.col("period") != "-")
    assert truth["usable"].mean() > 0.85
    whys = set(truth.filter("usable")["why"].drop_nulls())
    assert {
        "over", "under", "not_entitled", "wrong_account", "not_applied", "refused", "decision_late", "not_listed",
        "payment_failed", "payment_late", "left_out", "listed_elsewhere", "not_registered",
    } <= whys  # fmt: skip


def test_money_balances(office):
    assert office.rows("select count(*) from benefit_balance where listed <> paid + failed + outstanding") == [(0,)]
    [(accounted, paid)] = office.rows(
        """select (select sum(paid + overpaid + unlisted) from benefit_balance),
                  (select sum(amount) from stg_benefit_payment where payment_status = 'success')"""
    )
    assert accounted == paid > 0


def test_the_truth_counts_months_as_the_law_does():
    assert sum(amount for *_, amount in child_periods(dt.date(2022, 1, 31), dt.date(2029, 1, 1))) == 300
    assert sum(amount for *_, amount in child_periods(dt.date(2023, 12, 1), dt.date(2029, 1, 1))) == 7200
    assert sum(amount for *_, amount in child_periods(dt.date(2025, 6, 1), dt.date(2029, 1, 1))) == 10800
    assert list(child_periods(dt.date(2021, 12, 31), dt.date(2029, 1, 1))) == []
