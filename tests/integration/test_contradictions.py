"""Two full extracts of one registry and day that contradict each other: told of, in counts, and never a value."""

import pytest

from assets.registries.contradictions import contradictions, described, repeated
from assets.registries.manifest import read_manifests
from pipelines.terminal import run_and_show
from tests.integration.days import DAY_1, DAY_2, HOUSEHOLD, household
from tests.integration.extracts import HEALTH, LI, WANG, inbox, write_csv
from tests.integration.landed import land
from warehouse.catalogue import catalogue
from warehouse.home import Home

LAYOUTS = catalogue().layouts
RENAMED = [WANG[0], "王芬", *WANG[2:]]


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home")


def extract(home, part, *rows, day=DAY_1, mode="full", registry="health_registry", headings=HEALTH):
    write_csv(inbox(home.path, registry, f"{day}_{mode}{part}.csv"), [headings, *rows])


def found(home):
    """How many records of each part."""
    manifests = land(home).new
    told = contradictions(home, LAYOUTS, manifests, read_manifests(home))
    return {manifest.part: records for manifest, records in told}


def test_records_that_differ_are_counted_of_each_extract(home):
    extract(home, "_1", WANG, LI)
    extract(home, "_2", RENAMED, LI)
    assert found(home) == {"1": 1, "2": 1}


def test_one_that_comes_later_is_held_against_those_that_are_there(home):
    extract(home, "_1", WANG, LI)
    assert found(home) == {}
    extract(home, "_2", RENAMED)
    assert found(home) == {"1": 1, "2": 1}


def test_parts_of_one_extract_and_copies_of_rows_agree(home):
    extract(home, "_1", WANG, WANG, [*LI[:4], "", LI[5]])
    extract(home, "_2", WANG, ["R3", *LI[1:]])
    extract(home, "_3", ["R4", *LI[1:]])
    assert found(home) == {}


def test_another_day_and_changes_contradict_nothing(home):
    extract(home, "_1", WANG)
    extract(home, "_1", RENAMED, day=DAY_2)
    extract(home, "_1", RENAMED, mode="changes")
    assert found(home) == {}


def test_what_takes_the_place_of_another_contradicts_nothing(home):
    extract(home, "_1", WANG)
    land(home)
    extract(home, "_1", RENAMED)
    assert found(home) == {}


def test_when_a_record_was_touched_is_no_fact_of_it(home):
    for part, day in (("_1", "2026-10-01"), ("_2", "2026-10-02")):
        extract(home, part, [*WANG, day], headings=[*HEALTH, "更新时间"])
    assert found(home) == {}


def test_a_blank_contradicts_a_value(home):
    extract(home, "_1", WANG)
    extract(home, "_2", [*WANG[:3], "", *WANG[4:]])
    assert found(home) == {"1": 1, "2": 1}


def test_records_that_share_a_key_are_compared_together(home):
    """Two people with one number in a household: the same two in both extracts."""
    both = [household(WANG, "H1"), household(WANG, "H1", 姓名="王芬")]
    extract(home, "_1", *both, registry="household_register", headings=HOUSEHOLD)
    extract(home, "_2", *reversed(both), registry="household_register", headings=HOUSEHOLD)
    assert found(home) == {}
    extract(home, "_3", both[0], registry="household_register", headings=HOUSEHOLD)
    assert found(home) == {"1": 1, "2": 1}


def test_it_is_told_without_values(home, capsys):
    extract(home, "_1", WANG, LI)
    extract(home, "_2", RENAMED, LI)
    assert run_and_show(home, None, as_json=False) == 0
    told = capsys.readouterr().out.replace("\n", "").replace("    ", "")
    both = f"! health_registry/{DAY_1}_full_2、health_registry/{DAY_1}_full_11 条记录与同一天的另一份全量提取不同"
    assert told.count(both) == 1
    assert not any(name in told for name in ("王芳", "王芬", WANG[0], WANG[4]))
    assert len(list(described(home, LAYOUTS, read_manifests(home), read_manifests(home)))) == 2


def found_again(home):
    """How many numbers of each part stand on rows that differ."""
    manifests = land(home).new
    told = repeated(home, LAYOUTS, manifests, read_manifests(home))
    return {manifest.part: records for manifest, records in told}


def test_a_number_on_rows_that_differ_is_told_of_a_full_extract(home):
    extract(home, "_1", WANG, RENAMED, LI, [LI[0], "张丽", *LI[2:]])
    extract(home, "_2", ["R8", *WANG[1:]], ["R8", *WANG[1:]], ["R9", *LI[1:]])
    extract(home, "_3", WANG, RENAMED, mode="changes")
    assert found_again(home) == {"1": 2}
    assert found_again(home) == {}, "once, when it comes"


def test_two_people_with_one_id_in_a_household_are_two_records(home):
    rows = [household(WANG, "H1"), household([*WANG[:1], "王芬", *WANG[2:]], "H1")]
    extract(home, "", *rows, registry="household_register", headings=HOUSEHOLD)
    assert found_again(home) == {}


def test_what_is_told_of_numbers_names_no_number(home):
    extract(home, "", WANG, RENAMED)
    manifests = land(home).new
    [(file, words)] = described(home, LAYOUTS, manifests, read_manifests(home))
    assert file == f"health_registry/{DAY_1}_full"
    assert words.startswith("1 个编号")
    assert WANG[0] not in words
