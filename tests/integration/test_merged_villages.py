"""Two villages become one between two days: 西田 (239) and 西宗庄 (241) are 宗田 (251) from the second day on."""

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from tests.integration.days import DAY_1, DAY_2, HOUSEHOLD, household, private, published
from tests.integration.extracts import HEALTH, LI, WANG, inbox, write_csv
from tests.integration.returned_lists import WORDS, bring_back, fill, hand_out, rows_of
from tests.integration.whole_day import kept_day
from warehouse.home import Home
from warehouse.parameters.dated import FOLDER

OLD, OTHER_OLD, NEW = "370481105239", "370481105241", "370481105251"


def living_in(record: list[str | None], village: str) -> list[str | None]:
    """A health record with another village."""
    return [*record[:-1], village]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Each registry changes to the new code in its own time; a list of the old village comes back after the merger."""
    path = tmp_path_factory.mktemp("merged")
    home = Home(path)
    home.site.mkdir()
    place = (FOLDER / "place.yaml").read_text(encoding="utf-8")
    place += f'  - {{valid_from: {DAY_2}, edition: 2023, source: "town notice"}}\n'
    (home.site / "place.yaml").write_text(place, encoding="utf-8")
    wang, li = living_in(WANG, OLD), living_in(LI, OTHER_OLD)
    write_csv(inbox(path, "health_registry", f"{DAY_1}_full.csv"), [HEALTH, wang, li], "gb18030")
    entries = [household(wang, "H1", 姓名="王芬"), household(li, "H2")]
    write_csv(inbox(path, "household_register", f"{DAY_1}_full.csv"), [HOUSEHOLD, *entries], "gb18030")
    kept_day(home, DAY_1)
    [written] = [found for found in hand_out(home) if found.kind == "worklist"]
    assert len(rows_of(written.path)) == 1

    write_csv(inbox(path, "health_registry", f"{DAY_2}_changes.csv"), [HEALTH, living_in(LI, NEW)], "utf-8-sig")
    answer = {1: {"reply": WORDS["health_wrong"], "corrected": "王芬", "answered_on": str(DAY_2)}}
    bring_back(home, fill(written.path, path / "filled" / written.path.name, answer))
    kept_day(home, DAY_2)
    return home


def test_who_lives_in_the_new_village_did_not_move(home):
    assert private(home, "select rule_code, village_code from work.discrepancy where status = 'open'") == [
        ("NAME_DIFFERS", NEW)
    ]
    assert private(home, "select distinct village_code from work.person_village") == [(NEW,)]


def test_the_new_village_is_ranked_and_the_old_ones_no_more(home):
    ranked = published(home, f"select unit_code from village_ranking where as_of = date '{DAY_2}'")
    assert len(ranked) == 50
    assert (NEW,) in ranked and (OLD,) not in ranked


def test_the_list_of_the_old_village_is_the_new_ones(home):
    """It was handed over when it was, and what came back counts."""
    found = private(home, "select village_code, handed_over_on, stage from work.case_standing")
    assert found == [(NEW, DAY_1, "correction_pending")]


def test_a_day_before_the_merger_is_replayed_as_it_was(home):
    ran = CliRunner().invoke(app, ["--home", str(home.path), "replay", "--date", str(DAY_1)])
    assert ran.exit_code == 0, ran.output
    ranked = published(home, f"select unit_code from village_ranking where as_of = date '{DAY_1}'")
    assert len(ranked) == 51


def test_a_village_that_is_no_more_has_its_name_where_days_are_compared(home):
    ran = CliRunner().invoke(app, ["--home", str(home.path), "diff", str(DAY_1), str(DAY_2)])
    assert ran.exit_code == 0, ran.output
    assert f"西田村 {OLD}" in ran.output and f"宗田村 {NEW}" in ran.output
