"""What is done or answered before it came counts as in time: it is told, for the day is a mistake."""

import duckdb
import pytest

from expectations.suites import read_suites


@pytest.mark.parametrize(
    ("table", "came", "done"),
    [
        ("stg_service_request", "accepted_date", "done_date"),
        ("stg_complaint", "received_date", "answered_date"),
        ("stg_cross_region_request", "asked_date", "answered_date"),
    ],
)
def test_a_day_before_the_first_is_told(table, came, done):
    [check] = read_suites()[table]
    days = [("2026-11-20", "2025-11-21", None), ("2026-11-20", "2026-11-20", None), ("2026-11-20", None, None)]
    days.append(("2026-11-20", "2025-11-21", "2026-11-25"))
    with duckdb.connect() as connection:
        connection.execute(f"create table batch ({came} date, {done} date, vanished_on date)")
        connection.executemany("insert into batch values (?, ?, ?)", days)
        assert len(connection.sql(check.unexpected.replace("{batch}", "batch")).fetchall()) == 1
