"""Cells that hold an error, or a formula that nobody has calculated: blank, and told."""

import struct

import pytest

from assets.registries.sheet import read
from tests.integration.extracts import HEALTH, LI, WANG, inbox, write_csv
from tests.integration.landed import conserve, land, only, rows_of
from warehouse.home import Home

BIRTH_DATE, CODE = HEALTH.index("出生日期"), HEALTH.index("人口编码")


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home")


def openpyxl_error(path, rows, place, error):
    """An error as a value, with nothing that says how it came about."""
    from openpyxl import Workbook

    workbook = Workbook()
    workbook.active.title = "说明"
    sheet = workbook.create_sheet()
    for row in rows:
        sheet.append(row)
    cell = sheet.cell(2, place + 1, error)
    cell.data_type = "e"
    workbook.save(path)


def xlsxwriter_error(path, rows, place, error):
    import xlsxwriter

    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        sheet.write_formula(1, place, "=VLOOKUP(A1,Z:Z,1)", None, error)


def xls_cell(record):
    """A writer of an .xls one cell of which is a record that its library does not write."""

    def write(path, rows, place, error):
        import xlwt

        class Cell:
            rowx, colx = 1, place

            def get_biff_data(self):
                return record(1, place, {"#REF!": 0x17, "#N/A": 0x2A}[error])

        workbook = xlwt.Workbook(encoding="utf-8")
        sheet = workbook.add_sheet("Sheet1")
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if (number, column) != (1, place):
                    sheet.write(number, column, value)
        sheet.row(1).insert_cell(place, Cell())
        workbook.save(str(path))

    return write


def error_record(row, column, code):
    return struct.pack("<HHHHHBB", 0x0205, 8, row, column, 0, code, 1)


def formula_record(row, column, code):
    """A formula that gave an error, and says so again: [MS-XLS] 2.4.127."""
    value = struct.pack("<BBBBHH", 2, 0, code, 0, 0, 0xFFFF)
    return struct.pack("<HHHHH8sHIHBB", 0x0006, 24, row, column, 0, value, 0, 0, 2, 0x1C, code)


def csv_error(path, rows, place, error):
    write_csv(path, [rows[0], [error if column == place else cell for column, cell in enumerate(rows[1])], *rows[2:]])


WRITERS = {
    "a.xlsx": openpyxl_error,
    "b.xlsx": xlsxwriter_error,
    "c.xls": xls_cell(error_record),
    "d.xls": xls_cell(formula_record),
    "e.csv": csv_error,
}


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("error", ["#REF!", "#N/A"])
def test_an_error_is_left_blank_kept_as_written_and_noted(home, name, error):
    WRITERS[name](inbox(home.path, "health_registry", f"2026-11-01_full_{name}"), [HEALTH, WANG, LI], BIRTH_DATE, error)
    manifest = only(land(home))
    conserve(manifest)
    assert (manifest.rows_accepted, manifest.notices) == (2, 1)
    assert rows_of(home, manifest).select("birth_date", "birth_date_original").row(0) == (None, error)
    assert rows_of(home, manifest, "notices").select("row_number", "reason_code", "column_name").rows() == [
        (2, "CELL_ERROR", "出生日期")
    ]


@pytest.mark.parametrize("name", WRITERS)
def test_an_error_where_a_value_is_required_costs_the_row(home, name):
    WRITERS[name](inbox(home.path, "health_registry", f"2026-11-01_full_{name}"), [HEALTH, WANG, LI], CODE, "#REF!")
    manifest = only(land(home))
    conserve(manifest)
    assert rows_of(home, manifest)["person_code"].to_list() == ["R2"]
    rejected = rows_of(home, manifest, "rejected").select("row_number", "reason_code", "column_name").rows()
    assert rejected == [(2, "CELL_ERROR", "人口编码")]


@pytest.mark.parametrize("name", WRITERS)
def test_an_error_is_no_value_by_which_tables_are_linked(tmp_path, name):
    path = tmp_path / name
    WRITERS[name](path, [HEALTH, WANG, LI], CODE, "#REF!")
    assert read(path).cells["c0"].to_list() == ["人口编码", None, "R2"]


def test_a_formula_that_nobody_calculated(home):
    from openpyxl import Workbook

    workbook = Workbook()
    for row in [HEALTH, WANG, LI]:
        workbook.active.append(row)
    workbook.active.cell(2, BIRTH_DATE + 1, "=DATE(1980,1,1)")
    workbook.save(inbox(home.path, "health_registry", "2026-11-01.xlsx"))
    manifest = only(land(home))
    assert (manifest.rows_accepted, manifest.notices) == (2, 1)
    assert rows_of(home, manifest, "notices")["reason_code"].to_list() == ["CELL_ERROR"]


@pytest.mark.parametrize(("value", "birth_date"), [("", None), ("1980-01-01", "1980-01-01")])
def test_a_formula_that_gives_text_or_none_is_no_error(home, value, birth_date):
    import xlsxwriter

    path = inbox(home.path, "health_registry", "2026-11-01.xlsx")
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet()
        for number, row in enumerate([HEALTH, WANG]):
            sheet.write_row(number, 0, row)
        sheet.write_formula(1, BIRTH_DATE, '=IF(A1="","",B1)', None, value or "x")
    if not value:  # as Excel writes it, not xlsxwriter
        rewrite(path, b"<v>x</v>", b"<v></v>")
    manifest = only(land(home))
    assert manifest.notices == 0
    assert str(rows_of(home, manifest)["birth_date"][0]) == str(birth_date)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b' r="D2"', b""),  # where a cell stands need not be said
        (b"</sheetData>", b"</sheetData><x>&unknown;</x>"),  # the library reads no further than the cells
    ],
)
def test_what_is_not_said_of_an_error_costs_no_file(home, old, new):
    path = inbox(home.path, "health_registry", "2026-11-01.xlsx")
    openpyxl_error(path, [HEALTH, WANG, LI], BIRTH_DATE, "#REF!")
    rewrite(path, old, new)
    manifest = only(land(home))
    assert (manifest.status, manifest.rows_accepted) == ("accepted", 2)


def rewrite(path, old, new):
    import zipfile

    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(path, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content.replace(old, new))
