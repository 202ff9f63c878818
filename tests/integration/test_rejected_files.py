"""A file most of whose rows are rejected is not the file it should be: its day stops. A few cost only themselves."""

import duckdb
import pytest

from expectations.suites import read_suites
from tests.integration.days import DAY_1, DAY_2, published, run
from tests.integration.extracts import HEALTH, WANG, inbox, write_csv
from warehouse.home import Home

CHECK = "most_rows_are_accepted"


def extract(home, day, rejected):
    rows = [["" if number < rejected else f"R{number}", *WANG[1:4], "", WANG[5]] for number in range(60)]
    write_csv(inbox(home.path, "health_registry", f"{day}_changes.csv"), [HEALTH, *rows])


@pytest.mark.slow
def test_a_file_most_of_whose_rows_are_rejected_stops_its_day_until_it_is_mended(tmp_path):
    home = Home(tmp_path)
    extract(home, DAY_1, rejected=5)
    extract(home, DAY_2, rejected=40)
    outcome = run(home)
    assert [day.success for day in outcome.days] == [True, False]
    assert CHECK in {check.name for check in outcome.days[1].checks if not check.success}
    assert published(home, "select max(as_of) from day_run") == [(DAY_1,)]
    extract(home, DAY_2, rejected=5)
    outcome = run(home)
    assert (outcome.success, outcome.exit_code) == (True, 3)


@pytest.mark.slow
def test_what_was_mended_under_its_name_is_told_no_more(tmp_path):
    home = Home(tmp_path)
    extract(home, DAY_1, rejected=5)
    write_csv(inbox(home.path, "health_registry", f"{DAY_1}_full.csv"), [["甲", "乙"], ["1", "2"]])
    outcome = run(home)
    assert (outcome.rejected_files, outcome.rejected_rows, outcome.exit_code) == (1, 5, 3)
    extract(home, DAY_1, rejected=0)
    write_csv(inbox(home.path, "health_registry", f"{DAY_1}_full.csv"), [HEALTH, WANG])
    outcome = run(home)
    assert (outcome.rejected_files, outcome.rejected_rows, outcome.exit_code) == (0, 0, 0)
    told = {"few_rows_are_rejected", "no_file_is_in_quarantine"}
    assert told.isdisjoint(check.name for check in outcome.days[0].checks if not check.success)


def stops(*files, share=0.5, least=50):
    """Whether the check stops the day. files: extract date, rows read, rows rejected, status."""
    [check] = [check for check in read_suites()["received_file"] if check.name == CHECK]
    with duckdb.connect() as connection:
        connection.execute(
            f"create table this_day as select {share} as most_rejected_share, {least} as least_share_rows"
        )
        connection.execute(
            "create table file (registry text, extract_date date, rows_read int, rows_rejected int, status text)"
        )
        for day, read, rejected, status in files:
            connection.execute("insert into file values ('a', ?, ?, ?, ?)", [f"2026-11-0{day}", read, rejected, status])
        return bool(connection.sql(check.unexpected.replace("{batch}", "file")).fetchall())


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ([(1, 50, 26, "accepted")], True),
        ([(1, 50, 25, "accepted")], False),
        ([(1, 49, 49, "accepted")], False),
        ([(1, 50, 50, "superseded")], False),
        ([(1, 50, 50, "accepted"), (2, 1, 0, "accepted")], False),  # what was rejected cost nobody a value
        ([(2, 1000, 0, "accepted"), (2, 50, 50, "accepted")], True),
    ],
)
def test_which_files_stop_a_day(files, expected):
    assert stops(*files) is expected


def test_the_share_is_declared():
    assert not stops((1, 50, 50, "accepted"), share=1)
    assert stops((1, 50, 10, "accepted"), share=0.1)


@pytest.mark.parametrize("name", ["few_rows_are_rejected", "no_file_is_in_quarantine", "no_sheet_is_hidden"])
def test_what_is_odd_about_a_file_is_told_on_its_first_day_and_not_for_years(name):
    [check] = [check for check in read_suites()["received_file"] if check.name == name]
    with duckdb.connect() as connection:
        connection.execute(
            """create table file as select
                   'f1' as file_id, 'quarantined' as status,
                   100 as rows_read, 6 as rows_rejected, 1 as hidden_sheets"""
        )
        connection.execute("create table day_input as select 'f1' as input_id")
        told = check.unexpected.replace("{batch}", "file")
        assert len(connection.sql(told).fetchall()) == 1
        connection.execute("update file set status = 'superseded'")  # sent again, mended
        assert connection.sql(told).fetchall() == [] or name == "no_sheet_is_hidden"
        connection.execute("update day_input set input_id = 'f2'")  # the day after
        assert connection.sql(told).fetchall() == []
