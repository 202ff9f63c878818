"""A column most of whose values cannot be read stops its day: they count as blank, and every blank would be a case."""

import duckdb
import pytest

from expectations.suites import read_suites
from tests.integration.days import DAY_1, DAY_2, published, run
from tests.integration.extracts import HEALTH, WANG, inbox, write_csv
from warehouse.home import Home

CHECK = "most_cells_are_readable"
WARNING = "few_cells_are_unreadable"


def extract(home, day, named):
    """A health registry of sixty; of `named` of them the village is told by its name."""
    rows = [[f"R{n}", *WANG[1:4], "", "姚庄村" if n < named else WANG[5]] for n in range(60)]
    write_csv(inbox(home.path, "health_registry", f"{day}_full.csv"), [HEALTH, *rows])


@pytest.mark.slow
def test_names_of_villages_in_place_of_codes_stop_the_day_until_they_are_mended(tmp_path):
    home = Home(tmp_path)
    extract(home, DAY_1, named=0)
    extract(home, DAY_2, named=60)
    outcome = run(home)
    assert [day.success for day in outcome.days] == [True, False]
    assert {CHECK, WARNING} <= {check.name for check in outcome.days[1].checks if not check.success}
    assert published(home, "select max(as_of) from day_run") == [(DAY_1,)]
    extract(home, DAY_2, named=0)
    assert run(home).success


def breaks(name, *columns, rows=60, reason="BAD_AREA", share=0.5, status="accepted", newer=False, new=True):
    """Whether a check is broken. columns: how many values of each column of the file bear the reason."""
    [check] = [check for check in read_suites()["received_file"] if check.name == name]
    with duckdb.connect() as connection:
        connection.execute(f"create table this_day as select {share} as most_unreadable_share, 60 as least_share_rows")
        connection.execute(
            "create table file (file_id text, registry text, extract_date date, rows_read int, status text)"
        )
        connection.execute("insert into file values ('f', 'a', '2026-11-01', ?, ?)", [rows, status])
        if newer:
            connection.execute("insert into file values ('g', 'a', '2026-11-02', 60, 'accepted')")
        connection.execute("create table day_input (input_id text)")
        connection.execute("insert into day_input values (?)", ["f" if new else "e"])
        connection.execute(
            "create table cell_notice (file_id text, row_number int, column_name text, reason_code text)"
        )
        for column, unread in enumerate(columns):
            connection.execute(
                "insert into cell_notice select 'f', n, ?, ? from range(1, ?) as row (n)", [column, reason, unread + 1]
            )
        return bool(connection.sql(check.unexpected.replace("{batch}", "file")).fetchall())


def test_more_than_half_of_one_column_stops_the_day():
    assert not breaks(CHECK, 30, 30)
    assert breaks(CHECK, 31)
    assert breaks(CHECK, 0, 31)
    assert not breaks(CHECK, 31, share=0.6)


def test_a_handful_of_rows_what_is_replaced_and_what_was_read_stop_nothing():
    assert not breaks(CHECK, 59, rows=59)
    assert not breaks(CHECK, 60, status="superseded")
    assert not breaks(CHECK, 60, newer=True)
    for reason in ("ID_INVALID", "UNKNOWN_AREA", "REMARK_REFUSED"):
        assert not breaks(CHECK, 60, reason=reason)
        assert not breaks(WARNING, 60, reason=reason)


def test_more_than_a_twentieth_of_one_column_is_told_on_the_first_day():
    assert not breaks(WARNING, 3, 3)
    assert breaks(WARNING, 4)
    assert not breaks(WARNING, 60, new=False)
