"""Headings that are worded otherwise than declared: recognised where that is sure, told where it is not."""

import datetime as dt

import pytest

from tests.integration.extracts import HEALTH, WANG, inbox, write_csv, write_dbf, write_xlsx
from tests.integration.landed import conserve, land, only, rows_of
from warehouse.home import Home

REMARKED = [
    "人口编码(必填)",
    "姓名【必填】",
    "性别(男/女)",
    "出生日期(公历)",
    "公民身份号码（18位）",
    "户籍地村码(12位)",
]


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home")


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_a_remark_on_how_values_are_written_changes_no_heading(home, write):
    write(inbox(home.path, "health_registry", "2026-11-01.csv"), [REMARKED, WANG])
    manifest = only(land(home))
    conserve(manifest)
    assert manifest.ignored_headings == ()
    columns = ["person_code", "name", "sex", "birth_date", "id_number", "registered_village_code"]
    assert rows_of(home, manifest).select(columns).row(0) == ("R1", "王芳", "2", dt.date(1980, 1, 1), *WANG[4:])


def test_a_remark_that_a_dbf_heading_cuts(home):
    headings = ["人口编码", "姓名", "性别(男/女)", "公民身份号码（18位）"]
    write_dbf(inbox(home.path, "health_registry", "2026-11-01.dbf"), headings, [[*WANG[:3], WANG[4]]])
    assert rows_of(home, only(land(home)))["sex"].to_list() == ["2"]


def test_another_calendar_is_another_column(home):
    headings = [*HEALTH[:3], "出生日期（农历）", *HEALTH[4:]]
    write_csv(inbox(home.path, "health_registry", "2026-11-01.csv"), [headings, WANG])
    manifest = only(land(home))
    assert manifest.ignored_headings == ("出生日期农历",)
    assert rows_of(home, manifest)["birth_date"].to_list() == [None]


@pytest.mark.parametrize("first", [True, False])
def test_a_heading_without_a_remark_goes_before_one_with(home, first):
    both = ["出生日期", "出生日期(公历)"] if first else ["出生日期(公历)", "出生日期"]
    days = [WANG[3], "1981-01-01"] if first else ["1981-01-01", WANG[3]]
    rows = [[*HEALTH[:3], *both, *HEALTH[4:]], [*WANG[:3], *days, *WANG[4:]]]
    write_csv(inbox(home.path, "health_registry", "2026-11-01.csv"), rows)
    manifest = only(land(home))
    assert manifest.ignored_headings == ("出生日期公历",)
    assert rows_of(home, manifest)["birth_date"].to_list() == [dt.date(1980, 1, 1)]


def test_two_remarks_on_one_column_are_not_told_apart(home):
    headings = [*HEALTH[:3], "出生日期(公历)", "出生日期(8位)", *HEALTH[4:]]
    write_csv(inbox(home.path, "health_registry", "2026-11-01.csv"), [headings, [*WANG[:4], *WANG[3:]]])
    manifest = only(land(home))
    assert (manifest.status, manifest.reason, manifest.column) == ("quarantined", "AMBIGUOUS_COLUMN", "出生日期")


@pytest.mark.parametrize("heading", ["孕情(有/无)", "姓名(孕情)", "末次月经（公历）"])
def test_a_remark_hides_no_refused_column(home, heading):
    write_csv(inbox(home.path, "health_registry", "2026-11-01.csv"), [[*HEALTH, heading], [*WANG, "秘密"]])
    assert len(only(land(home)).refused_headings) == 1
