"""A registry that stops delivering is told of: nothing of its cases is resolved meanwhile, and terms run on."""

import datetime as dt

import duckdb
import pytest

from expectations.suites import read_suites

CHECK = "no_registry_falls_silent"
FIRST = dt.date(2026, 11, 1)


def told(day, *deliveries, reason=None):
    """Whether it is told on a day. deliveries: the days of a registry's extracts; days are counted from the first."""
    [check] = [check for check in read_suites()["received_file"] if check.name == CHECK]
    with duckdb.connect() as connection:
        day_of = [FIRST + dt.timedelta(day)]
        connection.execute("create table this_day as select ?::date as as_of, 7 as longest_silence_days", day_of)
        connection.execute("create table file (registry text, extract_date date, reason text)")
        for delivered in deliveries:
            date = FIRST + dt.timedelta(delivered)
            connection.execute("insert into file values ('a', ?, null), ('b', ?, null)", [date, FIRST])
        connection.execute("insert into file values ('a', ?, ?)", [FIRST + dt.timedelta(day), reason or "NO_HEADER"])
        return len(connection.sql(check.unexpected.replace("{batch}", "file")).fetchall())


@pytest.mark.parametrize(
    ("day", "deliveries", "expected"),
    [
        (9, (0, 1, 2), 0),
        (10, (0, 1, 2), 1),  # eight days
        (10, (0, 1, 2, 3), 0),
        (28, (0, 7, 14), 0),  # once a week: twice as long is no silence yet
        (29, (0, 7, 14), 1),
        (90, (0, 30, 31), 0),
        (40, (0, 1), 0),  # no rhythm yet
    ],
)
def test_silence_is_held_against_a_registrys_own_rhythm(day, deliveries, expected):
    assert told(day, *deliveries) == expected
