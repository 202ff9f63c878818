"""Landing files of several sheets or tables: every row of the registry's, and no other."""

import datetime as dt

import pytest

from assets.registries import rejections
from assets.registries.received import received_rows
from tests.integration.extracts import HEALTH, LI, WANG, inbox, write_html, write_xls, write_xlsx
from tests.integration.landed import conserve, land, only, rows_of, stored_copies
from warehouse.home import Home

WRITERS = {"a.xlsx": write_xlsx, "a.xls": write_xls, "html.xls": write_html}
CODES = [["村码", "村名"], *([f"3704811052{number:02}", f"{number}村"] for number in range(50))]


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home")


def land_sheets(home, *sheets, name="a.xlsx"):
    WRITERS[name](inbox(home.path, "health_registry", f"2026-11-01_full_{name}"), *sheets)
    return only(land(home))


def people(*codes):
    return [[code, *WANG[1:]] for code in codes]


@pytest.mark.parametrize("name", WRITERS)
def test_every_sheet_with_the_heading_is_read_and_row_numbers_go_on(home, name):
    title = ["级索镇全员人口信息"]
    manifest = land_sheets(
        home,
        [title, HEALTH, *people("A1", "A2"), ["A3", "缺村码", "女", "1980-01-01", "3.70E+17", ""]],
        CODES,
        [HEALTH, *people("B1"), ["", *LI[1:]], *people("B2", "B3", "B4", "B5", "B6")],
        name=name,
    )
    conserve(manifest)
    assert (manifest.status, manifest.rows_read, manifest.rows_rejected) == ("accepted", 10, 2)
    rows = rows_of(home, manifest)
    assert rows.select("row_number", "person_code").rows() == [
        (3, "A1"), (4, "A2"), (7, "B1"), (9, "B2"), (10, "B3"), (11, "B4"), (12, "B5"), (13, "B6"),
    ]  # fmt: skip
    rejected = rows_of(home, manifest, "rejected")
    assert rejected.select("row_number", "reason_code").rows() == [(5, "LOSSY_ID"), (8, "MISSING_VALUE")]


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("codes_first", [True, False])
def test_a_code_list_beside_the_extract_changes_nothing(home, name, codes_first):
    extract = [HEALTH, WANG, LI]
    manifest = land_sheets(home, *([CODES, extract] if codes_first else [extract, CODES]), name=name)
    conserve(manifest)
    assert rows_of(home, manifest)["row_number"].to_list() == [2, 3]
    assert stored_copies(home, "49村") == []


def test_a_column_may_stand_elsewhere_in_another_sheet(home):
    manifest = land_sheets(home, [HEALTH, WANG], [[*HEALTH[::-1], "孕情"], [*LI[::-1], "秘密"]])
    assert rows_of(home, manifest).select("person_code", "birth_date").rows() == [
        ("R1", dt.date(1980, 1, 1)),
        ("R2", dt.date(1990, 2, 3)),
    ]
    assert manifest.refused_headings == ("孕情",)
    assert stored_copies(home, "秘密") == []


@pytest.mark.parametrize(
    ("sheets", "reason"),
    [
        ([[HEALTH, WANG], [HEALTH[:-1], LI[:-1]]], "SHEETS_DIFFER"),
        ([[HEALTH[1:], WANG[1:]], [HEALTH, LI]], "SHEETS_DIFFER"),
        ([[HEALTH, WANG], [LI, ["R3", *WANG[1:]]]], "SHEET_WITHOUT_HEADER"),
        ([[HEALTH], [WANG, LI]], "SHEET_WITHOUT_HEADER"),
        ([CODES, [["填表说明"], ["一个村一行"]]], "NO_HEADER"),
        ([[HEALTH[1:], WANG[1:]], [HEALTH[1:], LI[1:]]], "MISSING_COLUMN"),
    ],
)
def test_sheets_that_do_not_belong_together_go_to_quarantine(home, sheets, reason):
    manifest = land_sheets(home, *sheets)
    assert (manifest.status, manifest.reason) == ("quarantined", reason)
    assert list(home.landed.rglob("*.parquet*")) == []


def test_what_can_be_read_of_every_sheet_is_kept_where_a_column_is_missing(home):
    land_sheets(home, [HEALTH[1:], WANG[1:]], [HEALTH[:0:-1], LI[:0:-1]])
    kept = next(home.quarantine.rglob("*.csv")).read_text(encoding="utf-8-sig").splitlines()
    assert kept[1:] == [f"2,{','.join(WANG[1:])}", f"4,{','.join(LI[1:])}"]


def test_a_chart_is_no_sheet(home):
    import xlsxwriter

    with xlsxwriter.Workbook(inbox(home.path, "health_registry", "2026-11-01.xlsx")) as workbook:
        chart = workbook.add_chart({"type": "column"})
        chart.add_series({"values": "=Sheet1!$A$1:$A$2"})
        workbook.add_chartsheet().set_chart(chart)
        sheet = workbook.add_worksheet("Sheet1")
        for place, row in enumerate([HEALTH, WANG]):
            sheet.write_row(place, 0, row)
    assert only(land(home)).rows_accepted == 1


# -- hidden sheets -----------------------------------------------------------------------------------------------------


def write_hidden_xlsx(path, hidden, *sheets):
    from openpyxl import load_workbook

    write_xlsx(path, *sheets)
    workbook = load_workbook(path)
    for place, state in hidden.items():
        workbook.worksheets[place].sheet_state = state
    workbook.save(path)


def write_hidden_xls(path, hidden, *sheets):
    import xlwt

    workbook = xlwt.Workbook(encoding="utf-8")
    for number, rows in enumerate(sheets):
        sheet = workbook.add_sheet(f"Sheet{number}")
        sheet.visibility = {"hidden": 1, "veryHidden": 2}.get(hidden.get(number), 0)
        for place, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(place, column, value)
    workbook.save(str(path))


HIDING = {"a.xlsx": write_hidden_xlsx, "a.xls": write_hidden_xls}
OLD = [[WANG[0], "旧名", *WANG[2:]], ["R9", "旧人", *LI[2:]]]


@pytest.mark.parametrize("name", HIDING)
@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
@pytest.mark.parametrize("hidden", [0, 1])
def test_a_hidden_sheet_is_not_read_and_told(home, name, state, hidden):
    sheets = [[HEALTH, WANG, LI], [HEALTH, *OLD]]
    path = inbox(home.path, "health_registry", f"2026-11-01_full_{name}")
    HIDING[name](path, {hidden: state}, *(sheets if hidden else sheets[::-1]))
    manifest = only(land(home))
    conserve(manifest)
    assert (manifest.status, manifest.rows_read, manifest.hidden_sheets) == ("accepted", 2, 1)
    assert rows_of(home, manifest)["name"].to_list() == ["王芳", "李伟"]
    assert stored_copies(home, "旧人") == []
    [(_, words)] = rejections.hidden([manifest])
    assert words == "1 个隐藏的工作表没有读取 / hidden worksheets not read: 1"
    assert received_rows([manifest])[0]["hidden_sheets"] == 1


@pytest.mark.parametrize("name", HIDING)
def test_a_hidden_sheet_without_cells_is_nothing(home, name):
    HIDING[name](inbox(home.path, "health_registry", f"2026-11-01_full_{name}"), {1: "hidden"}, [HEALTH, WANG], [])
    manifest = only(land(home))
    assert (manifest.rows_read, manifest.hidden_sheets) == (1, 0)


def test_a_hidden_sheet_with_other_headings_quarantines_nothing(home):
    write_hidden_xlsx(
        inbox(home.path, "health_registry", "2026-11-01.xlsx"), {1: "hidden"}, [HEALTH, WANG], [HEALTH[:-1], LI[:-1]]
    )
    assert only(land(home)).rows_accepted == 1


def test_only_hidden_sheets_with_cells(home):
    write_hidden_xlsx(inbox(home.path, "health_registry", "2026-11-01.xlsx"), {0: "hidden"}, [HEALTH, WANG], [])
    manifest = only(land(home))
    assert (manifest.status, manifest.reason) == ("quarantined", "HIDDEN")
