"""One placeholder on several people, from the extract to the village: everybody's case stays his or her own."""

import datetime as dt

import duckdb
import pytest
from typer.testing import CliRunner

from assets.cases.handover import read_handovers
from assets.identity.day import model_in_force
from assets.identity.explain import explain
from assets.tracing import trace
from pipelines.cli import app
from tests.integration.days import DAY_1, HOUSEHOLD
from tests.integration.extracts import inbox, write_csv
from tests.integration.returned_lists import HEADINGS, hand_out, rows_of
from tests.integration.whole_day import kept_day
from warehouse.catalogue import catalogue
from warehouse.home import Home

PLACEHOLDER = "111111111111111111"
PEOPLE = {
    "370481105200": ["H1", "王芳", "女", "1980-01-01", PLACEHOLDER, "370481105200"],
    "370481105201": ["H2", "李伟", "男", "1990-02-03", PLACEHOLDER, "370481105201"],
    "370481105202": ["H3", "陈强", "男", "1988-08-15", PLACEHOLDER, "370481105202"],
}
LATER = dt.date(2026, 11, 20)
ROWS = {village: place for place, village in enumerate(PEOPLE, start=2)}


@pytest.fixture(scope="module")
def lists(tmp_path_factory):
    """The home, and the lists of its first day."""
    home = Home(tmp_path_factory.mktemp("placeholder"))
    write_csv(inbox(home.path, "household_register", f"{DAY_1}_full.csv"), [HOUSEHOLD, *PEOPLE.values()], "gb18030")
    kept_day(home, DAY_1)
    return home, hand_out(home)


def test_every_village_hears_of_its_own_person_and_of_nobody_else(lists):
    _, written = lists
    named = {found.village_code: {row[HEADINGS["name"]] for row in rows_of(found.path)} for found in written}
    assert named == {village: {entry[1]} for village, entry in PEOPLE.items()}


def test_a_case_is_explained_beside_its_own_person(lists):
    home, _ = lists
    with duckdb.connect(str(home.private_database), read_only=True) as connection:
        found = explain(connection, model_in_force(None), PLACEHOLDER)
    assert [sorted(case.rule_code for case in link.cases) for link in found] == 3 * [["ID_FORMAT", "PERSON_OMITTED"]]
    assert len({case.case_id for link in found for case in link.cases}) == 6


def test_a_case_is_traced_to_the_row_of_its_own_person(lists):
    home, _ = lists
    kept_day(home, LATER)
    [part] = trace(home, catalogue(None), "open_case_not_old", "all", LATER).indicators
    assert {(case.village_code, case.rows[0].row_number) for case in part.cases} == set(ROWS.items())
    assert {len(case.rows) for case in part.cases} == {1}
    shown = CliRunner().invoke(app, ["--home", str(home.path), "trace", "open_case_not_old", "all", str(LATER)])
    [number, *_] = sorted(handover.number for handover in read_handovers(home) if handover.kind == "worklist")
    assert f"下发 handed_over {number} 行 row 1" in shown.output, "the list by the number that is printed on it"
    assert f"公安户籍 household_register {DAY_1}_full" in shown.output, "the file by its name"
