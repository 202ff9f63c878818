"""A notice that went out keeps its number, whatever else its day turns out to know."""

import datetime as dt

import openpyxl
import pytest

from pipelines.days import pending_days
from tests.integration.days import DAY_1, DAY_2, HOUSEHOLD, household, private
from tests.integration.extracts import HEALTH, LI, WANG, inbox, write_csv
from tests.integration.returned_lists import hand_out
from tests.integration.whole_day import kept_day
from warehouse.catalogue import catalogue
from warehouse.home import Home

ELSEWHERE = {"H1": "370481105202", "H2": "370481105203"}
NUMBERS = """
    select as_of, record_a, notice_number from main.notice_number join main.discrepancy using (case_id) order by 3"""


def _entries(*people):
    return [HOUSEHOLD, *(household(entry, number, 户籍地村码=ELSEWHERE[number]) for entry, number in people)]


def _home(path, *people):
    """A home whose health registry knows both people; people: those whom the police have in another village."""
    home = Home(path)
    write_csv(inbox(path, "health_registry", f"{DAY_1}_full.csv"), [HEALTH, WANG, LI])
    write_csv(inbox(path, "household_register", f"{DAY_1}_full.csv"), _entries(*people))
    kept_day(home, DAY_1)
    return home


def _told(written):
    """The numbers on all notices, by the name of the person."""
    cells = [
        [str(cell.value) for cell in row]
        for entry in written
        if entry.kind == "notice"
        for row in openpyxl.load_workbook(entry.path).active.iter_rows(min_row=5)
    ]
    return {row[3]: row[0] for row in cells}


@pytest.mark.parametrize(("first", "late"), [((WANG, "H1"), (LI, "H2")), ((LI, "H2"), (WANG, "H1"))])
def test_a_number_that_went_out_stays_when_its_day_is_run_again(tmp_path, first, late):
    home = _home(tmp_path, first)
    assert _told(hand_out(home)) == {first[0][1]: "2026-0001"}
    write_csv(inbox(tmp_path, "household_register", f"{DAY_1}_changes.csv"), _entries(late))
    kept_day(home, DAY_1)
    assert [row[1:] for row in private(home, NUMBERS)] == [(first[0][0], 1), (late[0][0], 2)]
    assert _told(hand_out(home)) == {first[0][1]: "2026-0001", late[0][1]: "2026-0002"}


@pytest.mark.slow
def test_a_number_that_went_out_is_not_given_to_another_when_its_move_proves_none(tmp_path):
    home = _home(tmp_path, (WANG, "H1"))
    hand_out(home)
    at_home = household(WANG, "H1")
    write_csv(inbox(tmp_path, "household_register", f"{DAY_1}_changes.csv"), [*_entries((LI, "H2")), at_home])
    kept_day(home, DAY_1)
    assert private(home, NUMBERS) == [(DAY_1, "R2", 2)]
    # Found again on a later day, the move has the number that its notice bore.
    write_csv(inbox(tmp_path, "household_register", f"{DAY_2}_changes.csv"), _entries((WANG, "H1")))
    kept_day(home, DAY_2)
    assert private(home, NUMBERS) == [(DAY_2, "R1", 1), (DAY_1, "R2", 2)]


def test_writing_notices_gives_no_day_new_work(tmp_path):
    home = _home(tmp_path, (WANG, "H1"))
    found = catalogue(home.site)
    assert pending_days(home, found) == []
    hand_out(home, DAY_1 + dt.timedelta(days=1))
    assert pending_days(home, found) == []
    hand_out(home, DAY_1 + dt.timedelta(days=1))
    assert len(list(home.issued_notices.iterdir())) == 1
