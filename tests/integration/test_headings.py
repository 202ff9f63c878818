"""Headings that are worded otherwise than declared: recognised where that is sure, told where it is not."""

import datetime as dt

import pytest

from tests.integration.extracts import HEALTH, LI, WANG, inbox, write_csv, write_dbf, write_xlsx
from tests.integration.landed import conserve, land, only, rows_of, stored_copies
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


HOUSEHOLD = ["户号", "姓名", "性别", "出生日期", "公民身份号码", "户籍地村码"]
FLOATING = ["登记编号", "姓名", "性别", "公民身份号码", "现居住地区划"]
SPELLINGS = [
    ("household_register", HOUSEHOLD, "公民身份号码", "身份证号码", "id_number"),
    ("household_register", HOUSEHOLD, "公民身份号码", "证件号码", "id_number"),
    ("household_register", HOUSEHOLD, "户籍地村码", "户籍地村代码", "registered_village_code"),
    ("household_register", HOUSEHOLD, "户籍地村码", "村居代码", "registered_village_code"),
    ("floating_population", FLOATING, "公民身份号码", "身份证号码", "id_number"),
    ("floating_population", FLOATING, "公民身份号码", "居民身份证号码", "id_number"),
    ("floating_population", FLOATING, "现居住地区划", "现居住地村码", "residence_village_code"),
    ("floating_population", FLOATING, "现居住地区划", "流入地区划代码", "residence_village_code"),
    ("health_registry", HEALTH, "公民身份号码", "身份证件号码", "id_number"),
    ("health_registry", HEALTH, "性别", "性别代码", "sex"),
    ("health_registry", [*HEALTH, "配偶身份号码"], "配偶身份号码", "配偶居民身份证号码", "spouse_id"),
    ("health_registry", [*HEALTH, "母亲身份号码"], "母亲身份号码", "母亲公民身份证号码", "mother_id"),
]


def row_of(headings):
    words = dict(zip(HEALTH, WANG, strict=True))
    words |= {"户号": "H1", "登记编号": "F1", "现居住地区划": words["户籍地村码"]}
    words |= dict.fromkeys(["配偶身份号码", "母亲身份号码"], LI[4])
    return [words[heading] for heading in headings]


@pytest.mark.parametrize(("registry", "headings", "usual", "spelling", "column"), SPELLINGS)
def test_common_spellings_of_a_heading_are_known(home, registry, headings, usual, spelling, column):
    row = row_of(headings)
    spelt = [spelling if heading == usual else heading for heading in headings]
    write_csv(inbox(home.path, registry, "2026-11-01.csv"), [spelt, row])
    manifest = only(land(home))
    assert manifest.ignored_headings == ()
    assert rows_of(home, manifest)[column].to_list() == [row[headings.index(usual)].replace("女", "2")]


@pytest.mark.parametrize(("write", "name"), [(write_csv, "csv"), (write_dbf, "dbf")])
@pytest.mark.parametrize("outcome", ["死产", " 死胎 "])
def test_a_delivery_of_no_living_child_is_no_record(home, write, name, outcome):
    """The register is of live births; nothing is kept of any other, nor asked of the family."""
    headings = ["分娩登记号", "产妇姓名", "分娩时间", "新生儿结局"]
    rows = [["F1", "王芳", "2026-10-01", "活产"], ["F2", "李梅", "2026-10-02", outcome]]
    path = inbox(home.path, "hospital_delivery", f"2026-11-01.{name}")
    if write is write_dbf:
        write_dbf(path, headings, rows)
    else:
        write_csv(path, [headings, *rows])
    manifest = only(land(home))
    conserve(manifest)
    assert (manifest.rows_accepted, manifest.rows_skipped, manifest.ignored_headings) == (1, 1, ())
    assert rows_of(home, manifest)["delivery_no"].to_list() == ["F1"]
    assert not any(stored_copies(home, words) for words in ("F2", "李梅", outcome.strip(), "新生儿结局"))


@pytest.mark.parametrize("other", ["证件号码", "证件号码(18位)", "母亲身份证号码", "户主身份证号码"])
def test_a_heading_that_is_sure_goes_before_a_vague_one(home, other):
    """A passport's number beside the id number, or the number of somebody else."""
    write_csv(
        inbox(home.path, "household_register", "2026-11-01.csv"), [[other, *HOUSEHOLD], ["E1", *row_of(HOUSEHOLD)]]
    )
    manifest = only(land(home))
    assert len(manifest.ignored_headings) == 1
    assert rows_of(home, manifest)["id_number"].to_list() == [WANG[4]]


def test_of_two_vague_headings_the_one_declared_first_counts(home):
    headings = ["证件号码", *HOUSEHOLD[:4], "身份证件号码", HOUSEHOLD[5]]
    write_csv(inbox(home.path, "household_register", "2026-11-01.csv"), [headings, ["E1", *row_of(HOUSEHOLD)]])
    assert rows_of(home, only(land(home)))["id_number"].to_list() == [WANG[4]]


def test_two_columns_that_are_both_the_id_number_are_refused(home):
    write_csv(
        inbox(home.path, "household_register", "2026-11-01.csv"),
        [["身份证号码", *HOUSEHOLD], [LI[4], *row_of(HOUSEHOLD)]],
    )
    manifest = only(land(home))
    assert (manifest.status, manifest.reason, manifest.column) == ("quarantined", "AMBIGUOUS_COLUMN", "公民身份号码")
