"""Landing real files of every format: nothing lost, nothing refused stored, nothing landed twice."""

import csv
import datetime as dt
import io
import json
from dataclasses import asdict
from functools import partial

import polars as pl
import pytest

from assets.registries import landing
from assets.registries.manifest import read_manifests
from assets.registries.recognition import in_force
from assets.registries.rejections import described, of_one_name
from assets.registries.sheet import read_in_parts
from tests.integration.extracts import (
    HEALTH,
    LI,
    WANG,
    inbox,
    write_csv,
    write_dbf,
    write_html,
    write_xls,
    write_xlsx,
)
from tests.integration.landed import conserve, land, only, rows_of, stored_copies
from warehouse.home import Home


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home")


WRITERS = {
    "gb18030.csv": lambda path, rows: write_csv(path, rows, "gb18030"),
    "utf8.csv": lambda path, rows: write_csv(path, rows, "utf-8"),
    "bom.csv": lambda path, rows: write_csv(path, rows, "utf-8-sig"),
    "utf16.csv": lambda path, rows: write_csv(path, rows, "utf-16"),
    "tab.csv": lambda path, rows: write_csv(path, rows, "gb18030", "\t"),
    "sheet.xlsx": write_xlsx,
    "biff.xls": write_xls,
    "html.xls": write_html,
    "html_gbk.xls": lambda path, rows: write_html(path, rows, encoding="gb18030"),
    "html_utf16.xls": lambda path, rows: write_html(path, rows, encoding="utf-16"),
}


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_gives_the_same_rows(home, name):
    title = ["级索镇全员人口信息", *[""] * (len(HEALTH) - 1)]
    total = ["合计", "2", *[""] * (len(HEALTH) - 2)]
    WRITERS[name](inbox(home.path, "health_registry", f"2026-11-01_full_{name}"), [title, HEALTH, WANG, LI, total])
    manifest = only(land(home))
    conserve(manifest)
    assert (manifest.status, manifest.rows_read, manifest.rows_accepted) == ("accepted", 2, 2)
    rows = rows_of(home, manifest)
    assert rows["row_number"].to_list() == [3, 4]
    assert rows["name"].to_list() == ["王芳", "李伟"]
    assert rows["sex"].to_list() == ["2", "1"]
    assert rows["birth_date"].to_list() == [dt.date(1980, 1, 1), dt.date(1990, 2, 3)]
    assert rows["id_number_is_valid"].to_list() == [True, True]
    assert rows["sex_original"].to_list() == ["女", "男"]


def test_a_dbf_file_with_cut_headings(home):
    headings = [
        "分娩登记号",
        "机构名称",
        "母亲姓名",
        "母亲证件号",
        "分娩时间",
        "新生儿性别",
        "胎次序",
        "产次",
        "现住址村码",
    ]
    row = ["F1", "市中心医院", "王芳", "370481198001011028", "20200501", "1", "1", "2", "370481105200"]
    write_dbf(inbox(home.path, "hospital_delivery", "2026-11-01.dbf"), headings, [row])
    manifest = only(land(home))
    conserve(manifest)
    assert manifest.mode == "full"
    assert manifest.refused_headings == ("产次",)
    rows = rows_of(home, manifest)
    assert rows.select("delivery_no", "mother_name", "birth_order", "residence_village_code").row(0) == (
        "F1",
        "王芳",
        1,
        "370481105200",
    )


def test_rare_characters_outside_gbk_survive(home):
    rare = ["R3", "\U00020b9f娟", *WANG[2:]]
    write_csv(inbox(home.path, "health_registry", "2026-11-01.csv"), [HEALTH, rare], "gb18030")
    assert rows_of(home, only(land(home)))["name"].to_list() == ["\U00020b9f娟"]


def test_a_bad_row_is_rejected_with_row_column_and_reason_and_the_rest_lands(home):
    rows = [
        HEALTH,
        WANG,
        ["R2", "李伟", "男", "1990-02-03", "3.70E+17", "370481105201"],
        ["", "无编码", "男", "1990-02-03", "", "370481105201"],
        ["R4", "赵敏", "女", "1990-02-31", "370481199002031017", "370481105201"],
        ["R5", "孙丽", "女", "1990-02-03", "370481199002031017", "370481105201", "多出", "的格"],
    ]
    write_csv(inbox(home.path, "health_registry", "2026-11-01.csv"), rows)
    manifest = only(land(home))
    conserve(manifest)
    assert (manifest.rows_read, manifest.rows_accepted, manifest.rows_rejected) == (5, 2, 3)
    rejected = rows_of(home, manifest, "rejected")
    assert rejected.select("row_number", "reason_code", "column_name").rows() == [
        (3, "LOSSY_ID", "公民身份号码"),
        (4, "MISSING_VALUE", "人口编码"),
        (6, "TOO_MANY_CELLS", ""),
    ]
    assert rejected["file_id"].unique().to_list() == [manifest.file_id]
    # An optional date that cannot be read is left blank, kept as written, and noted: the person is not lost.
    accepted = rows_of(home, manifest).filter(pl.col("person_code") == "R4")
    assert accepted.select("birth_date", "birth_date_original").row(0) == (None, "1990-02-31")
    assert ("BAD_DATE", "出生日期") in rows_of(home, manifest, "notices").select("reason_code", "column_name").rows()


def test_what_was_rejected_is_told_by_file_row_column_and_reason_and_never_by_value(home):
    lossy = [[f"R{number}", "赵敏", "女", "1990-02-03", "3.70E+17", "370481105201"] for number in range(7)]
    write_csv(inbox(home.path, "health_registry", "2026-11-01_full_02.csv"), [HEALTH, WANG, *lossy])
    write_csv(inbox(home.path, "health_registry", "2026-11-01_full_张三.csv"), [HEALTH[1:], WANG[1:]])
    write_csv(inbox(home.path, "health_registry", "李四重报11月.csv"), [HEALTH, WANG])
    told = dict(described(home, land(home).new))
    assert told.keys() == {
        "health_registry/2026-11-01_full_02",
        "health_registry/2026-11-01_full_…",
        "health_registry/李…",
    }
    [row] = told["health_registry/2026-11-01_full_02"]
    assert row.startswith("7 行 / rows（第 3、4、5、6、7… 行） 公民身份号码：身份号码已被电子表格损坏")
    assert "人口编码" in told["health_registry/2026-11-01_full_…"][0]
    assert "2026-11-24_full.csv" in told["health_registry/李…"][0]
    assert not any(word in str(told) for word in ("赵敏", "张三", "李四"))


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16"])
def test_a_quote_that_is_never_closed_costs_one_row_and_not_the_rest_of_the_file(home, encoding):
    path = inbox(home.path, "health_registry", "2026-11-01.csv")
    lines = [",".join(row) for row in (HEALTH, WANG, ["R2", '"李伟', *LI[2:]], *[["R3", *LI[1:]]] * 3)]
    path.write_bytes("\r\n".join(lines).encode(encoding))
    manifest = only(land(home))
    conserve(manifest)
    assert (manifest.status, manifest.rows_read, manifest.rows_accepted) == ("accepted", 5, 4)
    rejected = rows_of(home, manifest, "rejected")
    assert rejected.select("row_number", "reason_code", "village_code").rows() == [(3, "OPEN_QUOTE", LI[-1])]


PEOPLE = [[f"R{number}", *WANG[1:]] for number in range(300)]


def half_cut(text, encoding):
    """One character of one name has lost its last byte."""
    return text.encode(encoding).replace("李伟".encode(encoding), "李伟".encode(encoding)[:-1], 1)


@pytest.mark.parametrize("mark", ["\ufeff", ""])
@pytest.mark.parametrize("part_bytes", [1 << 20, 4096])
def test_half_a_character_in_utf_8_costs_its_row(home, monkeypatch, mark, part_bytes):
    monkeypatch.setattr(landing, "read_in_parts", partial(read_in_parts, part_bytes=part_bytes))
    text = mark + "\n".join(",".join(row) for row in [HEALTH, *PEOPLE[:100], LI, *PEOPLE[100:]])
    inbox(home.path, "health_registry", "2026-11-01.csv").write_bytes(half_cut(text, "utf-8"))
    manifest = only(land(home))
    conserve(manifest)
    assert (manifest.status, manifest.rows_accepted, manifest.rows_rejected) == ("accepted", 300, 1)
    rejected = rows_of(home, manifest, "rejected")
    assert rejected.select("row_number", "reason_code", "column_name").rows() == [(102, "ENCODING", "姓名")]


def test_half_a_character_in_gb18030_is_still_gb18030(home):
    text = "\n".join(",".join(row) for row in [HEALTH, *PEOPLE[:10], LI])
    inbox(home.path, "health_registry", "2026-11-01.csv").write_bytes(half_cut(text, "gb18030"))
    manifest = only(land(home))
    assert (manifest.rows_accepted, manifest.rows_rejected) == (10, 1)


def test_an_id_that_a_spreadsheet_keeps_as_a_number_is_rejected_not_rounded(home):
    rows = [HEALTH, WANG, ["R2", "李伟", "男", "1990-02-03", 370481199002031011, "370481105201"]]
    write_xlsx(inbox(home.path, "health_registry", "2026-11-01.xlsx"), rows)
    manifest = only(land(home))
    assert rows_of(home, manifest, "rejected").select("row_number", "reason_code").rows() == [(3, "LOSSY_ID")]


def test_an_old_15_digit_id_kept_as_a_number_is_whole(home):
    rows = [HEALTH, ["R2", "李伟", "男", "1980-01-01", 370421800101101, "370481105201"]]
    write_xlsx(inbox(home.path, "health_registry", "2026-11-01.xlsx"), rows)
    landed = rows_of(home, only(land(home)))
    assert landed.select("id_number", "id_number_original").row(0) == ("370421198001011013", "370421800101101")


def test_a_record_number_that_a_spreadsheet_keeps_as_a_number_is_rejected_not_shared(home):
    rows = [HEALTH, *([3704811052000012340 + place, *WANG[1:]] for place in range(2)), LI]
    write_xlsx(inbox(home.path, "health_registry", "2026-11-01.xlsx"), rows)
    manifest = only(land(home))
    conserve(manifest)
    assert rows_of(home, manifest)["person_code"].to_list() == ["R2"]
    assert rows_of(home, manifest, "rejected").select("row_number", "reason_code", "column_name").rows() == [
        (2, "LOSSY_NUMBER", "人口编码"),
        (3, "LOSSY_NUMBER", "人口编码"),
    ]


def test_an_amount_that_a_formula_gave_is_what_the_spreadsheet_shows(home):
    """What it keeps of 3 x 8.2 is 24.599999999999998; somebody who typed a third decimal is told of it all the same."""
    headings = ["代发流水号", "代发批次", "待遇名称", "金额", "代发状态"]
    amounts = [3 * 8.2, 600.1 + 0.2, 1.1 * 3600, 300 * 1.15, 1.005]
    rows = [[f"P{place}", "B1", "育儿补贴", amount, "成功"] for place, amount in enumerate(amounts)]
    write_xls(inbox(home.path, "benefit_payment", "2026-11-01.xls"), [headings, *rows])
    manifest = only(land(home))
    conserve(manifest)
    assert [str(amount) for amount in rows_of(home, manifest)["amount"]] == ["24.60", "600.30", "3960.00", "345.00"]
    assert rows_of(home, manifest, "rejected").select("row_number", "reason_code").rows() == [(6, "BAD_MONEY")]


@pytest.mark.parametrize(
    ("quantity", "refund", "rejected"),
    [
        ("2份", "", []),
        ("2 人次", "", []),
        ("", "无", []),
        ("两份", "", [("BAD_NUMBER", "数量")]),
        ("2万", "", [("BAD_NUMBER", "数量")]),
        ("2", "已退", [("BAD_MONEY", "退费金额")]),
    ],
)
def test_a_charge_of_nobody_knows_how_much_is_not_taken_for_one(home, quantity, refund, rejected):
    """Left blank, an unreadable quantity would be one and a refund nothing: money would be asked back for nothing."""
    headings = ["收费编号", "收费项目", "收费主体", "收费对象", "数量", "收费金额", "收费日期", "退费金额"]
    row = ["C1", "证照工本费", "镇便民服务中心", "申请人", quantity, "20.00", "2026-10-08", refund]
    write_csv(inbox(home.path, "fee_charge", "2026-11-01.csv"), [headings, row])
    manifest = only(land(home))
    conserve(manifest)
    assert manifest.rows_read == 1
    assert rows_of(home, manifest, "rejected").select("reason_code", "column_name").rows() == rejected
    if quantity and not rejected:
        assert rows_of(home, manifest)["quantity"].to_list() == [2]


def test_headings_on_every_page_and_numbered_columns_are_no_people(home):
    numbered = ["甲", "乙", "1", "2", "3", "4"]
    write_csv(inbox(home.path, "health_registry", "2026-11-01.csv"), [HEALTH, numbered, WANG, HEALTH, LI])
    manifest = only(land(home))
    conserve(manifest)
    assert (manifest.rows_read, manifest.rows_skipped) == (2, 2)
    assert rows_of(home, manifest)["person_code"].to_list() == ["R1", "R2"]


@pytest.mark.parametrize("blank", ["NULL", "N/A", "无", "/", "-", "—", "\\N"])
def test_words_for_a_blank_cell_are_blanks(home, blank):
    write_csv(inbox(home.path, "health_registry", "2026-11-01.csv"), [HEALTH, [*WANG[:3], blank, blank, WANG[5]]])
    manifest = only(land(home))
    row = rows_of(home, manifest).row(0, named=True)
    assert (row["birth_date"], row["id_number"], row["id_number_original"]) == (None, None, blank)
    assert manifest.notices == 0


@pytest.mark.parametrize("blank", ["NULL", "无", "/", "-", "——", "未提供"])
@pytest.mark.parametrize("place", [0, 1])
def test_a_word_for_a_blank_is_no_number_and_no_name(home, blank, place):
    row = [blank if column == place else cell for column, cell in enumerate(WANG)]
    write_csv(inbox(home.path, "health_registry", "2026-11-01.csv"), [HEALTH, row, LI])
    manifest = only(land(home))
    conserve(manifest)
    assert rows_of(home, manifest)["person_code"].to_list() == ["R2"]
    rejected = rows_of(home, manifest, "rejected").select("row_number", "reason_code", "column_name").rows()
    assert rejected == [(2, "MISSING_VALUE", HEALTH[place])]


def test_a_resident_without_an_id_number_is_a_resident_all_the_same(home):
    entry = ["H1", "王芳", "1980-01-01", "无", WANG[5]]
    write_csv(
        inbox(home.path, "household_register", "2026-11-01.csv"),
        [["户号", "姓名", "出生日期", "公民身份号码", "户籍地村码"], entry, [*entry[:3], "", WANG[5]]],
    )
    manifest = only(land(home))
    conserve(manifest)
    assert rows_of(home, manifest)["id_number"].to_list() == ["无"]


@pytest.mark.parametrize(
    "footer",
    [
        ["制表人：王芳", "电话 13800000000"],
        ["填表人:王芳", "审核人：李伟", "", "2026-11-01"],
        ["", "制表单位：级索镇", "", "", "", WANG[5]],
        ["联系电话：13800000000", "王芳"],
    ],
)
def test_whoever_signs_a_table_is_nobody_in_it(home, footer):
    write_csv(
        inbox(home.path, "health_registry", "2026-11-01.csv"), [HEALTH, WANG, LI, [*footer, *[""] * (6 - len(footer))]]
    )
    manifest = only(land(home))
    conserve(manifest)
    assert (manifest.rows_read, manifest.rows_skipped) == (2, 1)
    assert rows_of(home, manifest)["person_code"].to_list() == ["R1", "R2"]


def test_what_a_record_says_closes_no_table(home):
    """A remark stands in a column that may be blank, or in none that is declared."""
    rows = [["备注", *HEALTH], ["备注：已核", *WANG], ["说明：待查", *LI]]
    write_csv(inbox(home.path, "health_registry", "2026-11-01.csv"), rows)
    assert only(land(home)).rows_accepted == 2


@pytest.mark.parametrize("wrapped", ["'{}", "`{}", "’{}", '="{}"', "\t'{} "])
def test_marks_that_make_a_cell_text_are_no_part_of_it(home, wrapped):
    row = [*WANG[:3], *(wrapped.format(cell) for cell in WANG[3:])]
    write_csv(inbox(home.path, "health_registry", "2026-11-01.csv"), [HEALTH, row])
    manifest = only(land(home))
    assert manifest.notices == 0
    read = rows_of(home, manifest).row(0, named=True)
    assert (str(read["birth_date"]), read["id_number"], read["registered_village_code"]) == tuple(WANG[3:])


def land_page(home, rows):
    path = inbox(home.path, "household_register", "2026-11-01.xls")
    path.write_text(f"<html><table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table></html>", encoding="utf-8")
    return only(land(home))


def test_a_cell_drawn_over_the_rows_of_a_household_belongs_to_each(home):
    manifest = land_page(
        home,
        [
            "<td colspan=3>级索镇户籍人口</td>",
            "<td>户号</td><td>姓名</td><td>公民身份号码</td>",
            f"<td rowspan=2>H1</td><td>王芳</td><td>{WANG[4]}</td>",
            f"<td>李伟</td><td>{LI[4]}</td>",
        ],
    )
    conserve(manifest)
    landed = rows_of(home, manifest).select("row_number", "household_no", "name", "id_number").rows()
    assert landed == [(3, "H1", "王芳", WANG[4]), (4, "H1", "李伟", LI[4])]


HOUSEHOLD = [
    ["级索镇户籍人口"],
    ["户号", "姓名", "性别", "公民身份号码"],
    ["H1", *WANG[1:3], WANG[4]],
    [None, *LI[1:3], LI[4]],
]


def merged_xlsx(path, rows, merged):
    from openpyxl import load_workbook

    write_xlsx(path, rows)
    workbook = load_workbook(path)
    for top, left, bottom, right in merged:
        workbook.active.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)
    workbook.save(path)


def merged_xls(path, rows, merged):
    import xlwt

    workbook = xlwt.Workbook(encoding="utf-8")
    sheet = workbook.add_sheet("Sheet1")
    for place, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is not None:
                sheet.write(place, column, value)
    for top, left, bottom, right in merged:
        sheet.merge(top, bottom, left, right)
    workbook.save(str(path))


MERGING = {"a.xlsx": merged_xlsx, "a.xls": merged_xls}


@pytest.mark.parametrize("name", MERGING)
def test_a_cell_merged_over_the_rows_of_a_household_belongs_to_each(home, name):
    path = inbox(home.path, "household_register", f"2026-11-01_{name}")
    MERGING[name](path, [*HOUSEHOLD, ["H2", *WANG[1:3], WANG[4]]], [(0, 0, 0, 3), (2, 0, 3, 0)])
    manifest = only(land(home))
    conserve(manifest)
    landed = rows_of(home, manifest).select("row_number", "household_no", "name").rows()
    assert landed == [(3, "H1", "王芳"), (4, "H1", "李伟"), (5, "H2", "王芳")]


@pytest.mark.parametrize("name", MERGING)
def test_a_cell_merged_over_rows_and_columns_stands_in_the_first_column(home, name):
    path = inbox(home.path, "household_register", f"2026-11-01_{name}")
    rows = [["户号", "曾用名", "姓名", "公民身份号码"], ["H1", None, "王芳", WANG[4]], [None, None, "李伟", LI[4]]]
    MERGING[name](path, rows, [(1, 0, 2, 1)])
    landed = rows_of(home, only(land(home))).select("household_no", "former_name", "name").rows()
    assert landed == [("H1", None, "王芳"), ("H1", None, "李伟")]


@pytest.mark.parametrize("name", MERGING)
def test_cells_merged_beside_and_below_the_table_are_nothing(home, name):
    path = inbox(home.path, "household_register", f"2026-11-01_{name}")
    MERGING[name](path, HOUSEHOLD[1:3], [(0, 8, 1, 9), (5, 0, 9, 3), (1, 0, 4, 0)])
    manifest = only(land(home))
    assert (manifest.rows_read, manifest.rows_accepted) == (1, 1)


@pytest.mark.parametrize("name", MERGING)
def test_merged_headings_in_two_rows_are_no_record(home, name):
    path = inbox(home.path, "household_register", f"2026-11-01_{name}")
    rows = [["户号", "姓名", "其他", None], [None, None, "性别", "公民身份号码"], ["H1", *WANG[1:3], WANG[4]]]
    MERGING[name](path, rows, [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3)])
    assert rows_of(home, only(land(home))).select("row_number", "household_no", "sex").rows() == [(3, "H1", "2")]


def test_headings_in_two_rows_are_no_record(home):
    manifest = land_page(
        home,
        [
            "<td rowspan=2>户号</td><td rowspan=2>姓名</td><td rowspan=2>公民身份号码</td><td colspan=2>其他</td>",
            "<td>备用一</td><td>备用二</td>",
            f"<td>H1</td><td>王芳</td><td>{WANG[4]}</td><td>a</td><td>b</td>",
        ],
    )
    assert rows_of(home, manifest).select("row_number", "household_no").rows() == [(3, "H1")]


def test_an_unknown_area_is_a_notice(home):
    write_csv(
        inbox(home.path, "health_registry", "2026-11-01.csv"),
        [HEALTH, ["R1", "王芳", "女", "", "999999198001011028", ""]],
    )
    manifest = only(land(home))
    assert manifest.rows_rejected == 0
    reasons = rows_of(home, manifest, "notices")["reason_code"].to_list()
    assert reasons in (["UNKNOWN_AREA"], ["ID_INVALID"])


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("2026-11-01.csv", b"", "EMPTY"),
        ("2026-11-01.xlsx", b"PK\x03\x04 broken", "UNREADABLE"),
        ("2026-11-01.xls", b"\xd0\xcf\x11\xe0 broken", "UNREADABLE"),
        ("2026-11-01.dbf", b"\x03 broken", "UNREADABLE"),
        ("2026-11-01.csv", b"\x00\x01\x02\x03" * 50, "UNREADABLE"),
        ("2026-11-01.xls", b"<html><p>session expired</p></html>", "UNREADABLE"),
        ("2026-11-01.csv", "一,二\n1,2\n".encode(), "NO_HEADER"),
        ("2026-11-01.csv", "姓名,性别,出生日期\n王芳,女,1980-01-01\n".encode(), "MISSING_COLUMN"),
        ("2026-11-01.csv", "人口编码,姓名,姓名\nR1,王芳,李伟\n".encode(), "AMBIGUOUS_COLUMN"),
        ("no date.csv", "人口编码,姓名\nR1,王芳\n".encode(), "BAD_NAME"),
        ("2026-02-31.csv", "人口编码,姓名\nR1,王芳\n".encode(), "BAD_NAME"),
    ],
)
def test_a_file_that_is_no_extract_goes_to_quarantine_and_the_rest_goes_on(home, name, content, reason):
    inbox(home.path, "health_registry", name).write_bytes(content)
    write_csv(inbox(home.path, "health_registry", "2026-11-02.csv"), [HEALTH, WANG])
    report = land(home)
    assert report.something_rejected
    statuses = {manifest.status: manifest for manifest in report.new}
    assert statuses["accepted"].rows_accepted == 1
    assert statuses["quarantined"].reason == reason
    note = json.loads(next(home.quarantine.rglob("*.json")).read_text(encoding="utf-8"))
    assert note["file_name"] == name


def test_an_unknown_registry_is_said_so(home):
    write_csv(inbox(home.path, "tax_register", "2026-11-01.csv"), [HEALTH, WANG])
    assert only(land(home)).reason == "UNKNOWN_REGISTRY"


def test_the_same_file_again_changes_nothing(home):
    path = inbox(home.path, "health_registry", "2026-11-01_full.csv")
    write_csv(path, [HEALTH, WANG])
    land(home)
    before = {file: file.stat().st_mtime_ns for file in home.landed.rglob("*") if file.is_file()}
    again = land(home)
    assert (again.new, again.recognised) == ((), 1)
    assert {file: file.stat().st_mtime_ns for file in home.landed.rglob("*") if file.is_file()} == before


@pytest.mark.parametrize("content", ["rows", "no headings"])
def test_the_same_file_under_other_names_changes_nothing(home, content):
    path = inbox(home.path, "health_registry", "2026-11-01_full.csv")
    write_csv(path, [HEALTH, WANG] if content == "rows" else [WANG])
    copy = path.with_name("2026-11-01_full - 副本.csv")
    copy.write_bytes(path.read_bytes())
    first = land(home)
    assert (only(first).rows_read, first.recognised) == (1 if content == "rows" else 0, 1)
    path.rename(path.with_name("2026-11-01_full (1).csv"))
    again = land(home)
    assert (again.new, again.recognised) == ((), 2)


@pytest.mark.parametrize(
    ("registry", "name"),
    [
        ("health_registry", "2026-11-01_changes.csv"),
        ("health_registry", "2026-11-02_full.csv"),
        ("floating_population", "2026-11-01_full.csv"),
    ],
)
def test_the_same_content_for_another_registry_day_or_kind_is_another_delivery(home, registry, name):
    for path in (inbox(home.path, "health_registry", "2026-11-01_full.csv"), inbox(home.path, registry, name)):
        write_csv(path, [HEALTH, WANG])
    assert len(land(home).new) == 2


def test_a_name_without_a_day_is_told_of_each_file_that_bears_one(home):
    path = inbox(home.path, "health_registry", "全员人口.csv")
    write_csv(path, [HEALTH, WANG])
    assert only(land(home)).reason == "BAD_NAME"
    path = path.rename(path.with_name("全员人口1.csv"))
    assert only(land(home)).reason == "BAD_NAME"
    path.rename(path.with_name("2026-11-01.csv"))
    assert only(land(home)).status == "accepted"


def test_another_content_under_another_part_is_another_part(home):
    for part, row in (("01", WANG), ("02", LI)):
        write_csv(inbox(home.path, "health_registry", f"2026-11-01_full_{part}.csv"), [HEALTH, row])
    report = land(home)
    assert len(in_force(report.new)) == 2


def test_a_crash_before_the_manifest_is_mended_by_running_again(home):
    write_csv(inbox(home.path, "health_registry", "2026-11-01.csv"), [HEALTH, WANG])
    manifest = only(land(home))
    (home.landed / "health_registry" / f"{manifest.file_id}.json").unlink()
    assert only(land(home)).file_id == manifest.file_id
    assert len(read_manifests(home)) == 1


def test_a_file_sent_again_under_its_name_replaces_the_first(home):
    from assets.registries.received import received_rows

    path = inbox(home.path, "health_registry", "2026-11-01_full.csv")
    write_csv(path, [HEALTH, WANG])
    land(home)
    write_csv(path, [HEALTH, LI])
    land(home)
    statuses = sorted(row["status"] for row in received_rows(read_manifests(home)))
    assert statuses == ["accepted", "superseded"]


def counting(home):
    """The ids of the people of whom the files that count tell."""
    return sorted(
        code for manifest in in_force(read_manifests(home)) for code in rows_of(home, manifest)["person_code"].to_list()
    )


def test_a_file_that_was_replaced_counts_again_once_it_lies_there_again(home):
    """Whoever overwrote a file by mistake puts the right one back: nothing else would ever count it again."""
    path = inbox(home.path, "health_registry", "2026-11-01_full.csv")
    for row in (WANG, LI, WANG, LI):
        write_csv(path, [HEALTH, row])
        assert len(land(home).new) == 1
        assert counting(home) == [row[0]]
        again = land(home)
        assert (again.new, again.recognised) == ((), 1)
    assert len(read_manifests(home)) == 4, "days that were published know each as it came"


def test_another_part_that_is_overwritten_with_a_known_one_counts_no_more(home):
    for part, row in (("01", WANG), ("02", LI)):
        write_csv(inbox(home.path, "health_registry", f"2026-11-01_full_{part}.csv"), [HEALTH, row])
    land(home)
    write_csv(inbox(home.path, "health_registry", "2026-11-01_full_02.csv"), [HEALTH, WANG])
    land(home)
    assert counting(home) == [WANG[0]], "and the one that lies there twice counts once"
    assert land(home).new == ()


def test_a_file_that_was_named_wrongly_counts_under_its_new_name_alone(home):
    """A day that its checks hold back because changes came as a full extract could be published by nothing else."""
    wrong = inbox(home.path, "health_registry", "2026-11-02.csv")
    write_csv(inbox(home.path, "health_registry", "2026-11-01_full.csv"), [HEALTH, LI])
    write_csv(wrong, [HEALTH, WANG])
    land(home)
    right = wrong.rename(wrong.with_name("2026-11-02_changes.csv"))
    manifest = only(land(home))
    assert [(counts.mode, counts.part) for counts in in_force(read_manifests(home))] == [
        ("full", ""),
        ("changes", ""),
    ]
    assert manifest.rows_accepted == 1
    assert land(home).new == ()
    right.rename(wrong)
    assert only(land(home)).mode == "full"
    assert [counts.mode for counts in in_force(read_manifests(home))] == ["full", "full"]
    assert land(home).new == ()


def test_a_copy_under_the_right_name_counts_alone_once_the_wrong_one_is_taken_away(home):
    wrong = inbox(home.path, "health_registry", "2026-11-02.csv")
    write_csv(wrong, [HEALTH, WANG])
    land(home)
    wrong.with_name("2026-11-02_changes.csv").write_bytes(wrong.read_bytes())
    land(home)
    assert counting(home) == [WANG[0], WANG[0]], "both lie there, and may be meant"
    wrong.unlink()
    land(home)
    assert [manifest.mode for manifest in in_force(read_manifests(home))] == ["changes"]
    assert land(home).new == ()


def test_of_two_files_of_one_name_one_counts_and_both_once_they_are_named_as_parts(home):
    for suffix, row in (("csv", WANG), ("txt", LI)):
        write_csv(inbox(home.path, "health_registry", f"2026-11-01_full.{suffix}"), [HEALTH, row])
    report = land(home)
    before = counting(home)
    assert len(before) == 1
    [(file, words)] = of_one_name(report.new, read_manifests(home))
    assert file in ("health_registry/2026-11-01_full.csv", "health_registry/2026-11-01_full.txt")
    assert "没有计入" in words
    for _ in range(2):  # they take no turns
        again = land(home)
        assert (again.new, again.recognised, counting(home)) == ((), 2, before)
    assert list(of_one_name(again.new, read_manifests(home))) == [], "once"
    [counts] = in_force(read_manifests(home))
    kept = home.inbox / "health_registry" / counts.file_name
    content = kept.read_bytes()
    kept.unlink()  # what was received may be taken away
    assert (land(home).new, in_force(read_manifests(home))) == ((), [counts])
    kept.write_bytes(content)
    for place, path in enumerate(sorted(home.inbox.rglob("2026-11-01_full.*")), 1):
        path.rename(path.with_stem(f"{path.stem}_{place}"))
    land(home)
    assert counting(home) == sorted([WANG[0], LI[0]])
    every = read_manifests(home)
    assert list(of_one_name(every, every)) == []
    again = land(home)
    assert (again.new, again.recognised) == ((), 2)


def test_files_of_one_name_in_folders_of_villages_are_parts(home):
    for village, row in (("东村", WANG), ("西村", LI)):
        write_csv(inbox(home.path, f"health_registry/{village}", "2026-11-01_full.csv"), [HEALTH, row])
    report = land(home)
    assert counting(home) == sorted([WANG[0], LI[0]])
    assert list(of_one_name(report.new, read_manifests(home))) == []
    write_csv(inbox(home.path, "health_registry/东村", "2026-11-01_full.csv"), [HEALTH, LI, WANG])
    land(home)
    assert counting(home) == sorted([WANG[0], LI[0], LI[0]])


def test_a_backup_that_lies_beside_does_not_count_again(home):
    path = inbox(home.path, "health_registry", "2026-11-01_full.csv")
    write_csv(path, [HEALTH, WANG])
    path.with_name("2026-11-01_full - 副本.csv").write_bytes(path.read_bytes())
    land(home)
    write_csv(path, [HEALTH, LI])
    land(home)
    assert counting(home) == [LI[0]]
    assert land(home).new == ()


MARKER = "秘密内容甲乙丙"
REFUSED = [
    "避孕措施",
    "孕情",
    "末次月经",
    "孕次",
    "产次",
    "胎次政策属性",
    "节育手术",
    "妇检结果",
    "避孕 措施",
    "现有子女数",
    "胎次",
]


@pytest.mark.parametrize("heading", REFUSED)
@pytest.mark.parametrize("form", ["csv", "xlsx", "html"])
def test_refused_columns_are_stored_nowhere(home, heading, form, caplog):
    """Invariant 2: values of refused columns never reach the disk; the refusal is reported."""
    rows = [[*HEALTH, heading], [*WANG, MARKER], ["", *WANG[1:], MARKER]]
    path = inbox(home.path, "health_registry", f"2026-11-01.{form.replace('html', 'xls')}")
    {"csv": write_csv, "xlsx": write_xlsx, "html": write_html}[form](path, rows)
    manifest = only(land(home))
    assert manifest.rows_accepted == 1
    assert manifest.rows_rejected == 1
    assert len(manifest.refused_headings) == 1
    assert stored_copies(home, MARKER) == []
    assert MARKER not in caplog.text


@pytest.mark.parametrize("said", ["王芳孕情", "落实 节 育 措施", "补做体检"])
@pytest.mark.parametrize("is_whole", [True, False])
def test_what_is_never_stored_is_not_stored_as_a_remark_either(home, said, is_whole):
    headings = ["会议记录编号", "会议日期", "会议类型", "单位代码", "指标代码", "承诺事项"]
    rows = [[f"M{n}", "2026-11-01", "调度会", "370481105200", "certificate_in_time", text] for n, text in enumerate(
        ["按期签发", f"{said}{MARKER}", None]
    )]  # fmt: skip
    rows = [headings, *rows] if is_whole else [row[1:] for row in [headings, *rows]]
    write_xlsx(inbox(home.path, "meeting_register", "2026-11-01.xlsx"), rows)
    manifest = only(land(home))
    assert stored_copies(home, MARKER) == []
    if is_whole:
        assert rows_of(home, manifest)["promise"].to_list() == ["按期签发", None, None]
        assert rows_of(home, manifest, "notices").select("row_number", "reason_code", "column_name").rows() == [
            (3, "REMARK_REFUSED", "承诺事项")
        ]
    else:
        assert manifest.reason == "MISSING_COLUMN"


def test_quarantine_keeps_only_declared_columns(home):
    rows = [["姓名", "性别", "出生日期", "避孕措施", "备用一"], ["王芳", "女", "1980-01-01", MARKER, MARKER]]
    write_csv(inbox(home.path, "health_registry", "2026-11-01.csv"), rows)
    assert only(land(home)).reason == "MISSING_COLUMN"
    assert stored_copies(home, MARKER) == []
    kept = next(home.quarantine.rglob("*.csv")).read_text(encoding="utf-8-sig")
    assert kept.splitlines()[1].endswith("王芳,女,1980-01-01")


def test_stored_copies_can_fail(home):
    write_csv(inbox(home.path, "health_registry", "2026-11-01.csv"), [HEALTH, ["R1", MARKER, *WANG[2:]]])
    land(home)
    assert len(stored_copies(home, MARKER)) == 1


# -- long files: in parts ----------------------------------------------------------------------------------------------


def long_extract(home, encoding):
    """A text extract with title, heading, total and all kinds of rows; unknown columns hold line ends inside quotes."""
    path = inbox(home.path, "health_registry", "2026-11-01_full.csv")
    lines = [["级索镇全员人口信息"], [*HEALTH, "备忘"]]
    for number in range(200):
        line = [*(WANG if number % 2 else LI), f"第{number}号，\n“后院”" if number % 7 == 0 else ""]
        if number % 31 == 0:
            line.append("多出的一格")
        if number % 43 == 0:
            line[HEALTH.index("姓名")] = ""
        lines.append(line)
    text = io.StringIO()
    csv.writer(text).writerows([*lines, ["合计", "200"]])
    path.write_bytes(text.getvalue().encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("part_bytes", [700, 2500])
def test_a_long_file_in_parts_lands_as_the_same_rows(home, tmp_path, monkeypatch, encoding, part_bytes):
    path = long_extract(home, encoding)
    whole = only(land(home))
    conserve(whole)
    assert whole.rows_rejected and whole.rows_read == 200

    in_parts = Home(tmp_path / "in_parts")
    long_extract(in_parts, encoding)
    assert len(list(read_in_parts(path, part_bytes))) > 3
    monkeypatch.setattr(landing, "read_in_parts", partial(read_in_parts, part_bytes=part_bytes))
    parted = only(land(in_parts))
    assert asdict(parted) | {"received_at": ""} == asdict(whole) | {"received_at": ""}
    for kind in ("rows", "rejected", "notices"):
        assert rows_of(in_parts, parted, kind).equals(rows_of(home, whole, kind)), kind


def test_a_long_file_that_breaks_off_in_a_later_part_leaves_nothing_behind(home, monkeypatch):
    path = long_extract(home, "utf-16")
    path.write_bytes(path.read_bytes()[:-1] + b"\xd8\x00\xd8")
    monkeypatch.setattr(landing, "read_in_parts", partial(read_in_parts, part_bytes=4096))
    manifest = only(land(home))
    assert (manifest.status, manifest.reason) == ("quarantined", "UNREADABLE")
    assert list(home.landed.rglob("*.parquet*")) == []
