"""Extracts in which nobody is of the place stop their day: no case at all would look like a place without an error."""

import duckdb
import pytest

from expectations.suites import read_suites


@pytest.mark.parametrize(
    ("elsewhere", "here", "stops"), [(60, 0, True), (59, 0, False), (0, 0, False), (5000, 1, False)]
)
def test_nobody_of_the_place_stops_the_day(elsewhere, here, stops):
    [check] = [check for check in read_suites()["finding"] if check.name == "somebody_is_of_the_place"]
    assert check.severity == "blocking"
    with duckdb.connect() as connection:
        connection.execute("create table this_day as select 60 as least_share_rows")
        for table, persons in (("person_elsewhere", elsewhere), ("person_village", here)):
            connection.execute(f"create table {table} as select n as person_key from range({persons}) as row (n)")
        found = connection.sql(check.unexpected).fetchall()
    assert bool(found) == stops
