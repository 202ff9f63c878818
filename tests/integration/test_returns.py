"""Lists that come back: every shape in which they really come, nothing lost, nothing twice, every refusal explained."""

import datetime as dt
import io
import shutil
import subprocess
import zipfile
from contextlib import suppress
from pathlib import Path
from shutil import which

import openpyxl
import polars as pl
import pytest
from typer.testing import CliRunner

from assets.cases import return_landing
from assets.cases.answer_notes import answers_that_count, with_notes
from assets.cases.handover import read_handovers
from assets.cases.return_landing import read_return_manifests, reply_path, returned_rows
from assets.cases.returned import unlocked
from assets.cases.workbook import encrypted
from pipelines.cli import app
from tests.integration.days import DAY_1, DAY_2, HOUSEHOLD, copy_of, household
from tests.integration.extracts import HEALTH, LI, WANG, inbox, write_csv
from tests.integration.returned_lists import HEADINGS, WORDS, bring_back, fill, hand_out, rows_of
from tests.integration.whole_day import built_day, kept_day
from warehouse.forms import read_form
from warehouse.home import Home

VILLAGE = "370481105201"
RIGHT, WRONG = "花好月圆9", "花好月圆8"
ANSWER = {
    "reply": WORDS["health_wrong"],
    "corrected": "1990年3月2日",
    "source_seen": "户口簿",
    "answered_on": "2026-11-02",
    "remark": "已见本人",
}


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory):
    """A home after one day whose lists were handed over, and the list of the village with two cases."""
    home = Home(tmp_path_factory.mktemp("handed_out"))
    write_csv(inbox(home.path, "health_registry", f"{DAY_1}_full.csv"), [HEALTH, WANG, LI])
    entries = [household(WANG, "H1", 姓名="王芬"), household(LI, "H2", 出生日期="1990-03-02")]
    write_csv(inbox(home.path, "household_register", f"{DAY_1}_full.csv"), [HOUSEHOLD, *entries])
    kept_day(home, DAY_1)
    [own] = [written.path for written in hand_out(home) if written.village_code == VILLAGE]
    return home, own


@pytest.fixture
def handed(handed_out):
    """The home again, with nothing returned yet, and the list."""
    home, own = handed_out
    for path in (*home.returned.glob("*"), *home.replies.glob("*")):
        path.unlink()
    return home, own


def landed(home, kind="rows"):
    files = [returned_rows(home, m.file_id, kind) for m in read_return_manifests(home) if m.status == "accepted"]
    return pl.read_parquet(files) if files else pl.DataFrame()


def conserve(report):
    for manifest in report.new:
        assert manifest.rows_read == manifest.rows_accepted + manifest.rows_rejected


def test_a_filled_in_list_is_read_whole(handed, tmp_path):
    home, own = handed
    report = bring_back(home, fill(own, tmp_path / "a.xlsx", {1: ANSWER}))
    conserve(report)
    assert [(m.status, m.rows_accepted, m.rows_skipped) for m in report.new] == [("accepted", 1, 1)]
    [row] = landed(home).to_dicts()
    assert row["reply"] == "health_wrong"
    assert row["corrected_value"] == "1990-03-02"
    assert row["answered_on"] == DAY_2
    assert (row["source_seen"], row["remark"], row["village_code"]) == ("户口簿", "已见本人", VILLAGE)


def test_the_same_workbook_again_changes_nothing(handed, tmp_path):
    home, own = handed
    path = fill(own, tmp_path / "a.xlsx", {1: ANSWER})
    bring_back(home, path)
    before = {file: file.stat().st_mtime_ns for file in home.returned.iterdir()}
    renamed = path.rename(tmp_path / "王会计交回.xlsx")
    again = bring_back(home, renamed)
    assert (again.new, again.recognised) == ((), 1)
    assert {file: file.stat().st_mtime_ns for file in home.returned.iterdir()} == before


def resaved(path, change):
    workbook = openpyxl.load_workbook(path)
    change(workbook)
    workbook.save(path)
    return path


def reverse_rows(workbook):
    sheet = workbook["疑点"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    for number, row in enumerate(reversed(rows), start=2):
        for column, value in enumerate(row, start=1):
            sheet.cell(number, column).value = value


def rename_and_add(workbook):
    workbook["疑点"].title = "Sheet9"
    workbook.create_sheet("随手记", 0)["A1"] = "备忘"


def move_columns(workbook):
    sheet = workbook["疑点"]
    sheet.insert_rows(1, 2)
    sheet["A1"] = "前杨岗村 交回"
    sheet.insert_cols(1)


def drop_unneeded(workbook):
    sheet = workbook["疑点"]
    places = {cell.value: cell.column for cell in sheet[1]}
    for heading in ("怎样核实", "可能原因", "登记内容乙", "登记内容甲"):
        sheet.delete_cols(places[heading])


def hide_rows(workbook):
    workbook["疑点"].row_dimensions[2].hidden = True


def respace(workbook):
    sheet = workbook["疑点"]
    for row in sheet.iter_rows(min_row=2):
        row[-1].value = f" {row[-1].value.replace('-', '－').lower()} "
    for cell in sheet[1]:
        cell.value = f"{cell.value} ".replace("核实结果", "核实 结果")


@pytest.mark.parametrize("change", [reverse_rows, rename_and_add, move_columns, drop_unneeded, hide_rows, respace])
def test_a_changed_workbook_says_the_same(handed, tmp_path, change):
    home, own = handed
    both = {1: ANSWER, 2: {"reply": WORDS["unverifiable"], "remark": "人在外地"}}
    bring_back(home, fill(own, tmp_path / "plain.xlsx", both))
    columns = ["case_id", "reply", "corrected_value", "remark"]
    plain = landed(home).select(columns).sort(columns)
    for path in home.returned.glob("*"):
        path.unlink()
    report = bring_back(home, resaved(fill(own, tmp_path / "changed.xlsx", both), change))
    conserve(report)
    assert landed(home).select(columns).sort(columns).equals(plain)


BOTH = {1: ANSWER, 2: {"reply": WORDS["unverifiable"], "remark": "人在外地"}}


def sort_headings(place):
    """Sorts a sheet with its headings among its rows, so that they are the row of this index."""

    def change(workbook):
        sheet = workbook["疑点"]
        headings, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        rows.insert(place, headings)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                sheet.cell(number, column).value = value

    return change


@pytest.mark.parametrize("place", [1, 2])
def test_headings_that_were_sorted_with_the_rows_are_still_the_headings(handed, tmp_path, place):
    home, own = handed
    report = bring_back(home, resaved(fill(own, tmp_path / "a.xlsx", BOTH), sort_headings(place)))
    conserve(report)
    assert [(m.rows_accepted, m.rows_rejected) for m in report.new] == [(2, 0)]
    rows = landed(home)
    assert sorted(rows["reply"]) == ["health_wrong", "unverifiable"]
    assert rows.filter(pl.col("reply") == "health_wrong")["corrected_value"].to_list() == ["1990-03-02"]


def move_to_a_bare_sheet(workbook):
    sheet, other = workbook["疑点"], workbook.create_sheet("王会计")
    other.append([cell.value for cell in sheet[3]])
    sheet.delete_rows(3)


def move_above_the_headings_askew(workbook):
    sheet = workbook["疑点"]
    row = [cell.value for cell in sheet[3]]
    sheet.delete_rows(3)
    sheet.insert_rows(1)
    for column, value in enumerate(reversed(row), start=1):
        sheet.cell(1, column).value = value


def shift_an_unanswered_row(workbook):
    """The number stands one column beside its own, and nothing below the headings that are filled in."""
    sheet = workbook["疑点"]
    row = [cell.value for cell in sheet[3]]
    for column, heading in enumerate([cell.value for cell in sheet[1]], start=1):
        if heading in {HEADINGS[name] for name in ("reply", "remark")}:
            sheet.cell(3, column).value = None
    sheet.cell(3, len(row)).value = None
    sheet.cell(3, len(row) + 1).value = row[-1]


@pytest.mark.parametrize("change", [move_to_a_bare_sheet, move_above_the_headings_askew, shift_an_unanswered_row])
def test_a_row_with_a_case_number_that_cannot_be_read_is_said_so(handed, tmp_path, change):
    home, own = handed
    report = bring_back(home, resaved(fill(own, tmp_path / "a.xlsx", BOTH), change))
    conserve(report)
    assert [(m.rows_read, m.rows_accepted, m.rows_skipped) for m in report.new] == [(2, 1, 0)]
    assert landed(home, "rejected")["reason_code"].to_list() == ["NOT_UNDER_HEADINGS"]
    reply = list(openpyxl.load_workbook(reply_path(home, report.new[0].file_id)).active.values)[4:]
    [left] = [row for row in reply if row[4] == "未采纳"]
    numbers = [row["疑点编号"] for row in rows_of(own)]
    assert left[2] == numbers[1]
    assert "不在表头之下" in left[5]


def test_notes_without_a_case_number_are_no_rows(handed, tmp_path):
    home, own = handed

    def add_notes(workbook):
        workbook.create_sheet("说明二").append(["K 组 370481199002031017", "3704-8110-5201"])

    report = bring_back(home, resaved(fill(own, tmp_path / "a.xlsx", BOTH), add_notes))
    assert [(m.rows_read, m.rows_rejected) for m in report.new] == [(2, 0)]


def merge_down(*columns):
    """Merges the cells of both cases in these columns, as a spreadsheet does: what the lower ones said is gone."""

    def change(workbook):
        sheet = workbook["疑点"]
        places = {cell.value: cell.column for cell in sheet[1]}
        for heading in columns or places:
            sheet.merge_cells(start_row=2, end_row=3, start_column=places[heading], end_column=places[heading])

    return change


def as_page(path):
    """The list as a page whose case number goes on over both rows."""
    headings, first, second = openpyxl.load_workbook(path)["疑点"].iter_rows(values_only=True)
    cells = ["".join(f"<td>{text or ''}</td>" for text in row[:-1]) for row in (headings, first, second)]
    rows = (f"{cells[0]}<td>{headings[-1]}</td>", f"{cells[1]}<td rowspan=2>{first[-1]}</td>", cells[2])
    page = path.with_suffix(".xls")
    page.write_text(f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>", encoding="utf-8")
    return page


@pytest.mark.parametrize("form", ["workbook", "page"])
def test_a_merged_case_number_is_that_of_its_first_row_alone(handed, tmp_path, form):
    """The answer to the case below would have been taken for one to the case above."""
    home, own = handed
    path = fill(own, tmp_path / "a.xlsx", BOTH)
    path = as_page(path) if form == "page" else resaved(path, merge_down("疑点编号"))
    report = bring_back(home, path)
    conserve(report)
    assert landed(home)["reply"].to_list() == ["health_wrong"]
    assert landed(home, "rejected").select("row_number", "reason_code").rows() == [(3, "MERGED_CASE_NUMBER")]
    reply = list(openpyxl.load_workbook(reply_path(home, report.new[0].file_id)).active.values)[4:]
    first, second = reply
    assert first[2] == rows_of(own)[0]["疑点编号"]
    assert (second[2] or "", second[4]) == ("", "未采纳")
    assert "合并" in second[5]


def test_an_answer_merged_over_two_cases_is_the_answer_to_both(handed, tmp_path):
    home, own = handed
    path = fill(own, tmp_path / "a.xlsx", {1: BOTH[2]})
    bring_back(home, resaved(path, merge_down(HEADINGS["reply"], HEADINGS["remark"])))
    rows = landed(home)
    assert rows["reply"].to_list() == ["unverifiable"] * 2
    assert rows["case_id"].n_unique() == 2


def test_a_row_merged_with_the_one_above_in_every_column_is_no_row(handed, tmp_path):
    home, own = handed
    report = bring_back(home, resaved(fill(own, tmp_path / "a.xlsx", {1: ANSWER}), merge_down()))
    assert [(m.rows_read, m.rows_accepted, m.rows_skipped) for m in report.new] == [(1, 1, 0)]


def test_two_peoples_copies_in_one_workbook_one_below_the_other(handed, tmp_path):
    home, own = handed
    path = fill(own, tmp_path / "a.xlsx", {1: ANSWER})

    def append_second_copy(workbook):
        sheet = workbook["疑点"]
        other = openpyxl.load_workbook(fill(own, tmp_path / "b.xlsx", {2: {"reply": WORDS["both_right"]}}))["疑点"]
        for row in other.iter_rows(values_only=True):
            sheet.append(row)

    report = bring_back(home, resaved(path, append_second_copy))
    conserve(report)
    assert sorted(landed(home)["reply"]) == ["both_right", "health_wrong"]


def test_xls_and_csv_and_html_come_back_too(handed, tmp_path):
    from tests.integration.extracts import write_html, write_xls

    home, own = handed
    filled = fill(own, tmp_path / "a.xlsx", {1: ANSWER})
    rows = [list(row) for row in openpyxl.load_workbook(filled)["疑点"].iter_rows(values_only=True)]
    text = [["" if cell is None else str(cell) for cell in row] for row in rows]
    for name, write in (("a.xls", write_xls), ("b.csv", write_csv), ("c.xls", write_html)):
        write(tmp_path / name, [[cell.replace("\n", " ") for cell in row] for row in text])
        report = bring_back(home, tmp_path / name)
        assert [(m.status, m.rows_accepted) for m in report.new] == [("accepted", 1)], name
    assert landed(home)["corrected_value"].unique().to_list() == ["1990-03-02"]


def test_every_bad_row_says_what_is_wrong_and_the_good_ones_land(handed, tmp_path):
    home, own = handed
    path = fill(own, tmp_path / "a.xlsx", {1: ANSWER})

    def add_rows(workbook):
        sheet = workbook["疑点"]
        places = {cell.value: cell.column for cell in sheet[1]}
        for cells in (
            {"reply": WORDS["both_right"]},
            {"case": "K-0000-0000-0000-0000", "reply": WORDS["both_right"]},
            {"case": sheet.cell(3, places["疑点编号"]).value, "remark": "没填结果"},
            {"case": sheet.cell(3, places["疑点编号"]).value, "reply": "大概没问题"},
            {"case": sheet.cell(3, places["疑点编号"]).value, "reply": WORDS["waive"], "remark": "村里自己裁定"},
            {"case": sheet.cell(3, places["疑点编号"]).value, "reply": WORDS["other_wrong"], "corrected": "3.70E+17"},
        ):
            row = sheet.max_row + 1
            for column, text in cells.items():
                sheet.cell(row, places[HEADINGS[column]]).value = text

    report = bring_back(home, resaved(path, add_rows))
    conserve(report)
    assert landed(home)["reply"].to_list() == ["health_wrong"]
    assert landed(home, "rejected").sort("row_number")["reason_code"].to_list() == [
        "NO_CASE_NUMBER",
        "UNKNOWN_CASE",
        "NO_REPLY",
        "UNKNOWN_REPLY",
        "UNKNOWN_REPLY",
        "LOSSY_VALUE",
    ]
    reply = list(openpyxl.load_workbook(reply_path(home, report.new[0].file_id)).active.values)[4:]
    assert [row[4] for row in reply].count("未采纳") == 6
    assert [row[2] for row in reply if row[4] == "已采纳"] == [rows_of(own)[0]["疑点编号"]]
    assert all(row[5] for row in reply if row[4] == "未采纳")
    told = [row[5] for row in reply if "答复之一" in row[5]]
    assert told == [f"核实结果不是可选的答复之一，请照原文填写：{'、'.join(read_form().reply_words('worklist'))}"] * 2


@pytest.fixture(scope="module")
def handed_number(tmp_path_factory):
    """A home whose list asks for the right id number of a person."""
    home = Home(tmp_path_factory.mktemp("handed_number"))
    wrong = [*WANG[:4], "370481198001011029", *WANG[5:]]
    write_csv(inbox(home.path, "health_registry", f"{DAY_1}_full.csv"), [HEALTH, wrong])
    write_csv(inbox(home.path, "household_register", f"{DAY_1}_full.csv"), [HOUSEHOLD, household(WANG, "H1")])
    kept_day(home, DAY_1)
    [own] = [written.path for written in hand_out(home) if written.village_code]
    return home, own


@pytest.mark.parametrize(
    ("words", "reasons"),
    [
        ("370481198001011029", ["NO_ID"]),
        ("37048120260101", ["NO_ID"]),
        ("370481209901011014", ["NO_ID"]),
        ("护照 E12345678", ["NO_ID"]),
        ("３７０４８１ １９８００１０１１０２８", []),
        ("", []),
    ],
)
def test_a_value_that_is_no_id_number_comes_back_where_one_is_asked_for(handed_number, tmp_path, words, reasons):
    home, own = handed_number
    for path in home.returned.glob("*"):
        path.unlink()
    [place] = [n for n, row in enumerate(rows_of(own), start=1) if "身份" in row["核对事项"]]
    report = bring_back(home, fill(own, tmp_path / "a.xlsx", {place: ANSWER | {"corrected": words}}))
    conserve(report)
    assert landed(home, "rejected")["reason_code"].to_list() == reasons


@pytest.mark.parametrize("words", ["农历二月初六", "同上", "1990-13-02"])
def test_a_value_that_is_no_date_comes_back_where_a_date_is_asked_for(handed, tmp_path, words):
    """It would stand against the registry's date for ever, and a blind re-check would count it as an error."""
    home, own = handed
    place = next(n for n, row in enumerate(rows_of(own), start=1) if "出生日期" in row["核对事项"])
    report = bring_back(home, fill(own, tmp_path / "a.xlsx", {place: ANSWER | {"corrected": words}}))
    conserve(report)
    assert landed(home, "rejected")["reason_code"].to_list() == ["NO_DATE"]
    unsure = {"reply": WORDS["unverifiable"], "corrected": words, "remark": "本人外出"}
    report = bring_back(home, fill(own, tmp_path / "b.xlsx", {place: unsure}))
    assert [(m.rows_accepted, m.rows_rejected) for m in report.new] == [(1, 0)]


def test_the_reply_is_printed_on_pages_as_wide_as_its_table(handed, tmp_path):
    home, own = handed
    [manifest] = bring_back(home, fill(own, tmp_path / "a.xlsx", {1: ANSWER})).new
    sheet = openpyxl.load_workbook(reply_path(home, manifest.file_id)).active
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$4:$4"


def test_the_command_says_in_both_languages_what_it_took(handed, tmp_path):
    home, own = handed
    returned = fill(own, tmp_path / "a.xlsx", {1: ANSWER})
    shown = CliRunner().invoke(app, ["--home", str(home.path), "returns", str(returned)])
    told = " ".join(shown.output.split())
    assert "✓ a.xlsx：采纳 1 行，未采纳 0 行，未填 1 行 / 1 rows taken, 0 not, 1 left blank" in told
    assert "/replies/" in told


def test_a_list_cannot_come_back_before_its_day(handed, tmp_path):
    """An answer older than its case would belong to no spell: taken, and never seen again."""
    home, own = handed
    returned = fill(own, tmp_path / "a.xlsx", {1: ANSWER})
    command = ["--home", str(home.path), "returns", str(returned), "--date"]
    shown = CliRunner().invoke(app, [*command, "2025-11-02"])
    told = " ".join(shown.output.split())
    assert shown.exit_code == 3
    assert "a.xlsx：交回日期 2025-11-02 早于清单的下发日期 2026-11-01" in told
    assert "收下 0 份，退回 1 份" in told
    assert read_return_manifests(home) == [], "it can be handed in again under the right day"
    assert CliRunner().invoke(app, [*command, "2026-11-01"]).exit_code == 0
    assert landed(home)["received_on"].to_list() == [DAY_1]


def test_a_list_cannot_come_back_before_it_was_handed_over(handed_out, tmp_path):
    """A re-check that was older than its draw was taken, and judged on no day."""
    home = copy_of(handed_out[0], tmp_path / "home")
    for path in home.handed_over.iterdir():
        path.unlink()
    [own] = [written.path for written in hand_out(home, DAY_2) if written.village_code == VILLAGE]
    returned = fill(own, tmp_path / "a.xlsx", {1: ANSWER})
    early = bring_back(home, returned, on=DAY_1)
    assert (early.new, early.early) == ((), (("a.xlsx", DAY_2),))
    assert len(bring_back(home, returned, on=DAY_2).new) == 1


def test_what_was_refused_before_is_not_called_handed_in(handed, tmp_path):
    home, _ = handed
    returned = tmp_path / "a.xlsx"
    returned.write_bytes(b"PK\x03\x04 cut")
    command = ["--home", str(home.path), "returns"]
    first, again = (CliRunner().invoke(app, [*command, str(returned)]) for _ in range(2))
    assert (first.exit_code, again.exit_code) == (3, 3)
    for shown in (first, again):
        assert "a.xlsx：文件打不开或已损坏" in shown.output
    assert "以前交过 1 份（其中 1 份当时退回）" in "".join(again.output.split("\n"))
    (home.returns / "a.xlsx").write_bytes(returned.read_bytes())
    waiting = CliRunner().invoke(app, command)
    (home.returns / "a.xlsx").unlink()
    assert waiting.exit_code == 0, "returns/ keeps what was refused: that is told once"


def test_conflicting_answers_are_both_kept_and_said_so(handed, tmp_path):
    home, own = handed
    bring_back(home, fill(own, tmp_path / "a.xlsx", {1: ANSWER}))
    different = {"reply": WORDS["other_wrong"], "corrected": "1990-02-03"}
    other = bring_back(home, fill(own, tmp_path / "b.xlsx", {1: different}))
    assert landed(home)["reply"].sort().to_list() == ["health_wrong", "other_wrong"]
    assert "待裁定" in list(openpyxl.load_workbook(reply_path(home, other.new[0].file_id)).active.values)[4][5]


def test_a_date_without_a_year_and_one_that_cannot_be(handed, tmp_path):
    home, own = handed
    answers = {1: ANSWER | {"answered_on": "11月2日"}, 2: ANSWER | {"answered_on": "2027-01-01"}}
    report = bring_back(home, fill(own, tmp_path / "a.xlsx", answers))
    assert landed(home).sort("row_number")["answered_on"].to_list() == [dt.date(2026, 11, 2), None]
    reply = list(openpyxl.load_workbook(reply_path(home, report.new[0].file_id)).active.values)
    assert "核实日期" in reply[5][5]


@pytest.mark.parametrize(
    ("written", "returned_on", "meant"),
    [
        ("12-28", dt.date(2027, 1, 4), dt.date(2026, 12, 28)),
        ("12月28日", dt.date(2027, 1, 4), dt.date(2026, 12, 28)),
        ("1-4", dt.date(2027, 1, 4), dt.date(2027, 1, 4)),
        ("2-29", dt.date(2028, 1, 4), None),
        ("2027-01-05", dt.date(2027, 1, 4), None),
    ],
)
def test_a_day_without_a_year_is_the_last_such_day(handed, tmp_path, written, returned_on, meant):
    home, own = handed
    bring_back(home, fill(own, tmp_path / "a.xlsx", {1: ANSWER | {"answered_on": written}}), on=returned_on)
    [row] = landed(home).to_dicts()
    assert (row["answered_on"], row["note"]) == (meant, None if meant else "BAD_DATE")


@pytest.mark.parametrize("text", ["孕情未知", "已上环"])
def test_what_is_never_stored_is_not_stored_from_a_remark(handed, tmp_path, text):
    home, own = handed
    bring_back(home, fill(own, tmp_path / "a.xlsx", {1: ANSWER | {"remark": text}}))
    assert landed(home)["remark"].to_list() == [None]
    assert not any(text.encode() in path.read_bytes() for path in (*home.returned.iterdir(), *home.replies.iterdir()))


def zipped(*names):
    """An archive of files with these names."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.xlsx", b"", "EMPTY"),
        ("a.xlsx", b"PK\x03\x04 broken", "UNREADABLE"),
        ("a.xls", b"\xd0\xcf\x11\xe0 broken", "UNREADABLE"),
        ("a.csv", "姓名,年龄\n王芳,40\n".encode(), "NOT_A_WORKLIST"),
        ("a.zip", zipped("list.xlsx"), "ARCHIVE"),
        ("a.xlsx", zipped("list.xlsx"), "ARCHIVE"),
        ("a.docx", zipped("[Content_Types].xml", "word/document.xml"), "LETTER"),
        ("a.rar", b"Rar!\x1a\x07\x01\x00" + bytes(99), "ARCHIVE"),
        ("a.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(99), "PICTURE"),
        ("a.heic", b"\x00\x00\x00\x18ftypheic" + bytes(99), "PICTURE"),
        ("a.pdf", b"%PDF-1.4\n1 0 obj\n" * 9, "PICTURE"),
        ("a.xlsx", b"%PDF-1.4\n1 0 obj\n" * 9, "PICTURE"),
    ],
)
def test_what_is_no_list_is_said_so_and_the_rest_goes_on(handed, tmp_path, name, content, reason):
    home, own = handed
    (tmp_path / name).write_bytes(content)
    report = bring_back(home, tmp_path / name, fill(own, tmp_path / "good.xlsx", {1: ANSWER}))
    assert [(m.status, m.reason) for m in report.new] == [("quarantined", reason), ("accepted", None)]


@pytest.mark.parametrize("kept", [0.02, 0.3, 0.7, 0.98])
@pytest.mark.parametrize("locked", [False, True])
def test_a_workbook_cut_short_is_said_so_and_the_rest_goes_on(handed, tmp_path, kept, locked):
    from assets.cases.workbook import encrypted
    from tests.integration.extracts import write_xls

    home, own = handed
    write_xls(tmp_path / "whole.xls", [list(map(str, row.values())) for row in rows_of(own)] * 40)
    content = encrypted(own.read_bytes(), RIGHT) if locked else (tmp_path / "whole.xls").read_bytes()
    cut = tmp_path / "cut.xls"
    cut.write_bytes(content[: int(len(content) * kept)])
    good = fill(own, tmp_path / "good.xlsx", {1: ANSWER})
    report = bring_back(home, cut, good, password=RIGHT)
    assert [(m.status, m.reason) for m in report.new] == [("quarantined", "UNREADABLE"), ("accepted", None)]


def test_breaking_off_is_no_damage(handed, tmp_path, monkeypatch):
    home, own = handed

    def broken_off(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(return_landing, "read_all", broken_off)
    with pytest.raises(KeyboardInterrupt):
        bring_back(home, fill(own, tmp_path / "a.xlsx", {1: ANSWER}))
    assert read_return_manifests(home) == []


def test_a_password_opens_what_it_locked(handed_out):
    home, _ = handed_out
    [own] = [w.path for w in hand_out(home, password=RIGHT) if w.village_code == VILLAGE]
    assert own.read_bytes().startswith(b"\xd0\xcf\x11\xe0")
    locked = bring_back(home, own)
    assert [(m.status, m.reason) for m in locked.new] == [("quarantined", "ENCRYPTED")]
    assert bring_back(home, own, password=WRONG).recognised == 1
    opened = bring_back(home, own, password=RIGHT)
    assert [(m.status, m.rows_skipped) for m in opened.new] == [("accepted", 2)]
    hand_out(home)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_a_list_is_locked_with_what_is_typed_and_not_with_a_mark_of_the_encoding(handed_out, tmp_path, encoding):
    """Whoever saved the password with a Windows editor handed out lists that nobody could open."""
    home, _ = handed_out
    kept = tmp_path / "password.txt"
    kept.write_text(f"{RIGHT}\r\n", encoding=encoding)
    command = ["--home", str(home.path), "worklists", "--village", VILLAGE, "--password-file", str(kept)]
    assert CliRunner().invoke(app, command).exit_code == 0
    [own] = home.worklists.rglob(f"{VILLAGE}.xlsx")
    assert unlocked(own.read_bytes(), RIGHT).startswith(b"PK")
    hand_out(home)


def test_a_cell_that_looks_like_a_formula_is_text(tmp_path):
    home = Home(tmp_path / "home")
    evil = '=HYPERLINK("http://x","王")'
    named = [WANG[0], evil, *WANG[2:]]
    write_csv(inbox(home.path, "health_registry", f"{DAY_1}_full.csv"), [HEALTH, named], delimiter="\t")
    entries = [HOUSEHOLD, household(WANG, "H1")]
    write_csv(inbox(home.path, "household_register", f"{DAY_1}_full.csv"), entries, delimiter="\t")
    kept_day(home, DAY_1)
    paths = [written.path for written in hand_out(home)]
    cells = [c for p in paths for s in openpyxl.load_workbook(p) for row in s.iter_rows() for c in row]
    assert any("HYPERLINK" in str(cell.value).upper() for cell in cells)
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert all(cell.hyperlink is None for cell in cells)


def test_only_the_id_that_is_the_case_is_shown_whole(handed):
    _, own = handed
    assert rows_of(own)
    for row in rows_of(own):
        assert "*" in row["身份号码"]
        assert LI[4] not in "".join(row.values())


@pytest.mark.parametrize(
    ("handed_on", "due"),
    [
        (dt.date(2026, 11, 6), dt.date(2026, 11, 13)),
        (dt.date(2027, 4, 9), dt.date(2027, 4, 16)),
        (dt.date(2027, 10, 29), dt.date(2027, 11, 5)),
    ],
)
def test_a_term_runs_from_the_hand_over_however_old_the_newest_day_is(handed_out, tmp_path, handed_on, due):
    """A list handed over months after its day was due before it was handed over. All three are Fridays."""
    home = copy_of(handed_out[0], tmp_path / "home")
    for path in home.handed_over.iterdir():
        path.unlink()
    [own] = [written.path for written in hand_out(home, handed_on) if written.village_code == VILLAGE]
    shown = (
        f"{due:%m-%d}" if due.year == DAY_1.year else f"{due.year}\n{due:%m-%d}"
    )  # else who reads it takes this year's
    assert {row["期限"] for row in rows_of(own)} == {shown}
    recorded = pl.read_parquet(list(home.handed_over.glob("*.parquet"))).filter(pl.col("kind") == "worklist")
    assert recorded["due_on"].unique().to_list() == [due]


class KilledError(BaseException):
    """The process ends here."""


def end_after(monkeypatch, moves):
    """The process ends as soon as so many files were moved into place; says whether it did."""
    left, move = [moves], Path.replace

    def counted(self, target):
        if not left[0]:
            raise KilledError
        left[0] -= 1
        return move(self, target)

    monkeypatch.setattr(Path, "replace", counted)


def test_whenever_handing_out_is_killed_what_was_written_can_come_back(handed, tmp_path, monkeypatch):
    """A list without its record came back as UNKNOWN_CASE, and for good; a record without its list held its village."""
    home, _ = handed
    whole = {handover.handover_id for handover in read_handovers(home)}
    assert len(whole) > 1
    for moves in range(100):
        shutil.rmtree(home.handed_over)
        shutil.rmtree(home.worklists)
        with monkeypatch.context() as patched, suppress(KilledError):
            end_after(patched, moves)
            hand_out(home)
            break
        written = sorted(home.worklists.rglob("*.xlsx"))
        assert len(read_handovers(home)) <= len(written)
        back = [fill(path, tmp_path / f"{moves}_{path.name}", {1: ANSWER}) for path in written]
        report = bring_back(home, *back)
        assert [(m.rows_accepted, m.rows_rejected) for m in report.new] == [(1, 0)] * len(written)
        assert len(read_handovers(home)) == len(written), "who answers a list has it"
        hand_out(home)
        assert {handover.handover_id for handover in read_handovers(home)} == whole
        assert list(home.handed_over.glob("*.begun")) == []
        for path in home.returned.glob("*"):
            path.unlink()
    assert moves > len(whole)


@pytest.mark.parametrize("days_later", [0, 5])
def test_a_list_handed_over_again_is_the_same_list(handed, days_later):
    """Written again for a village that lost it: it told a later due day than the one that counts."""
    home, own = handed
    before = {path.name: path.read_bytes() for path in (own, *home.handed_over.iterdir())}
    hand_out(home, DAY_1 + dt.timedelta(days=days_later))
    assert {path.name: path.read_bytes() for path in (own, *home.handed_over.iterdir())} == before


@pytest.mark.slow
@pytest.mark.skipif(which("soffice") is None, reason="needs LibreOffice (apt-get install libreoffice-calc)")
@pytest.mark.parametrize("form", ["xlsx", "xls", "ods"])
def test_a_list_resaved_by_libreoffice_comes_back_complete(handed, tmp_path, form):
    home, own = handed
    filled = fill(own, tmp_path / "in" / "a.xlsx", {1: ANSWER, 2: {"reply": WORDS["unverifiable"]}})
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", form, "--outdir", str(tmp_path / "out"), str(filled)]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    report = bring_back(home, tmp_path / "out" / f"a.{form}")
    conserve(report)
    assert [(m.status, m.rows_accepted) for m in report.new] == [("accepted", 2)]
    rows = landed(home).sort("row_number")
    assert rows["reply"].to_list() == ["health_wrong", "unverifiable"]
    assert rows["corrected_value"].to_list() == ["1990-03-02", None]


def test_answers_in_the_same_row_of_two_sheets_are_two_events(handed, tmp_path):
    """Whoever keeps a copy of the sheet in the workbook and fills in both differently does not stop the day."""
    home, own = handed
    path = fill(own, tmp_path / "a.xlsx", {1: ANSWER})
    workbook = openpyxl.load_workbook(path)
    copied = workbook.copy_worksheet(workbook["疑点"])
    places = {cell.value: cell.column for cell in copied[1]}
    copied.cell(2, places[HEADINGS["corrected"]]).value = "1990年3月4日"
    workbook.save(path)
    bring_back(home, path)
    with built_day(home, DAY_2) as engine:
        answers = engine.connection.execute("select reply, corrected_value from case_answer order by all").fetchall()
        events = (
            "select kind, count(*), count(distinct event_id) from case_event where kind not in ('opened', 'resolved')"
        )
        counted = engine.connection.execute(f"{events} group by kind order by kind").fetchall()
    assert answers == [("health_wrong", "1990-03-02"), ("health_wrong", "1990-03-04")]
    assert [row for row in counted if row[0] != "handed_over"] == [("answered", 2, 2), ("correction_pending", 2, 2)]


def retitle(old, new):
    """Types a heading anew, in other words."""

    def change(workbook):
        sheet = workbook["疑点"]
        [cell] = [cell for cell in sheet[1] if cell.value == HEADINGS[old]]
        cell.value = new

    return change


def notes_of(home, report):
    """What the reply says of each row."""
    return [
        row[5] or "" for row in list(openpyxl.load_workbook(reply_path(home, report.new[0].file_id)).active.values)[4:]
    ]


@pytest.mark.parametrize("heading", ["正确的值", None])
def test_a_value_under_a_heading_that_was_typed_anew_is_not_lost_without_a_word(handed, tmp_path, heading):
    """All values of a list were lost, and every row of it was said to be taken."""
    home, own = handed
    report = bring_back(home, resaved(fill(own, tmp_path / "a.xlsx", BOTH), retitle("corrected", heading)))
    conserve(report)
    assert landed(home)["reply"].to_list() == ["unverifiable"], "whose value is not used"
    assert landed(home, "rejected")["reason_code"].to_list() == ["NO_VALUE_HEADING"]
    assert "正确值" in notes_of(home, report)[0]


def test_a_remark_under_a_heading_that_was_typed_anew_is_said_to_be_unread(handed, tmp_path):
    home, own = handed
    report = bring_back(home, resaved(fill(own, tmp_path / "a.xlsx", BOTH), retitle("remark", "情况说明")))
    conserve(report)
    assert landed(home)["note"].to_list() == ["UNREAD", "UNREAD"]
    assert all("备注" in note for note in notes_of(home, report))


@pytest.mark.parametrize("beside", [WORDS["both_right"], WORDS["health_wrong"], None])
def test_a_second_column_of_answers_is_not_passed_over(handed, tmp_path, beside):
    home, own = handed

    def add_column(workbook):
        sheet = workbook["疑点"]
        sheet.cell(1, sheet.max_column + 1).value = HEADINGS["reply"]
        sheet.cell(2, sheet.max_column).value = beside

    report = bring_back(home, resaved(fill(own, tmp_path / "a.xlsx", {1: ANSWER}), add_column))
    conserve(report)
    differs = beside == WORDS["both_right"]
    assert (report.new[0].rows_accepted, report.new[0].rows_rejected) == ((0, 1) if differs else (1, 0))
    if differs:
        assert landed(home, "rejected")["reason_code"].to_list() == ["TWO_COLUMNS"]


def said_of(home, path, on=DAY_2):
    """What the reply says of the first row of a workbook."""
    return notes_of(home, bring_back(home, path, on=on))[0]


def test_the_reply_says_what_becomes_of_an_answer_to_a_case_that_was_answered_before(handed, tmp_path):
    """All of these were said to be conflicting, or the same, and to wait for a decision."""
    home, own = handed
    unsure, bare = {"reply": WORDS["unverifiable"], "remark": "人在外地"}, ANSWER | {"corrected": None}
    for number, (answer, said) in enumerate(
        [(unsure, ""), (bare, ""), (ANSWER, ""), (unsure, "不重复计"), (ANSWER | {"corrected": "1990-03-04"}, "待裁定")]
    ):
        told = said_of(home, fill(own, tmp_path / f"{number}.xlsx", {1: answer | {"source_seen": str(number)}}))
        assert said in told if said else not told, (number, told)


def test_an_answer_after_a_case_was_sent_back_is_a_new_one(handed, tmp_path):
    home, own = handed
    assert said_of(home, fill(own, tmp_path / "a.xlsx", {1: ANSWER})) == ""
    rows = pl.DataFrame([{"case_id": "x", "kind": "decision", "reply": "send_back", "corrected_value": None}])
    [answered] = landed(home).to_dicts()
    later = rows.with_columns(
        pl.lit(answered["case_id"]).alias("case_id"),
        pl.lit(None, pl.String).alias("corrected_value"),
        pl.lit(answered["received_at"] + dt.timedelta(hours=1)).alias("received_at"),
    )
    later.write_parquet(tmp_path / "decision.parquet")
    files = [returned_rows(home, read_return_manifests(home)[0].file_id, "rows"), tmp_path / "decision.parquet"]
    assert answers_that_count(files[:1])["reply"].to_list() == ["health_wrong"]
    assert answers_that_count(files)["reply"].to_list() == ["send_back"], "only what came since then counts"


def test_of_two_re_checks_the_last_counts():
    cases = {"case_id": ["a"], "kind": ["recheck"], "reply": ["seen"], "corrected_value": ["1"]}
    earlier = pl.DataFrame(cases | {"corrected_value": ["2"]})
    accepted = pl.DataFrame(cases).with_columns(pl.lit(None, pl.String).alias("note"))
    assert with_notes(accepted, earlier)["note"].to_list() == ["LAST_COUNTS"]
    assert with_notes(accepted, earlier.with_columns(corrected_value=pl.lit("1")))["note"].to_list() == ["REPEATED"]


@pytest.mark.parametrize("password", [None, RIGHT])
def test_a_list_filled_in_where_it_was_written_is_not_written_over(handed_out, tmp_path, password):
    """The office fills in its lists of decisions where they lie; handing out again wiped the answers away."""
    home = copy_of(handed_out[0], tmp_path / "home")
    own = next(w.path for w in hand_out(home, password=password) if w.village_code == VILLAGE)
    blank = unlocked(own.read_bytes(), password)
    (tmp_path / "open.xlsx").write_bytes(blank)
    filled = fill(tmp_path / "open.xlsx", tmp_path / "filled.xlsx", {1: ANSWER | {"remark": "在原处填写"}}).read_bytes()
    own.write_bytes(encrypted(filled, password) if password else filled)
    again = {w.path: w.filled_in for w in hand_out(home, password=password)}
    assert unlocked(own.read_bytes(), password) == blank
    assert [kept for kept in again.values() if kept] == [own.with_name(f"{VILLAGE}_已填1.xlsx")]
    assert unlocked(again[own].read_bytes(), password) == filled
    assert not any(w.filled_in for w in hand_out(home, password=password)), "what is blank is written over"
    report = bring_back(home, again[own], password=password)
    assert [(m.rows_accepted, m.rows_skipped) for m in report.new] == [(1, 1)]


def test_handing_out_says_where_what_was_filled_in_is_kept(handed_out, tmp_path):
    home = copy_of(handed_out[0], tmp_path / "home")
    [own] = home.worklists.rglob(f"{VILLAGE}.xlsx")
    fill(own, own, {1: ANSWER})
    shown = CliRunner().invoke(app, ["--home", str(home.path), "worklists"])
    assert shown.exit_code == 0
    assert f"{VILLAGE}_已填1.xlsx" in shown.output
    assert "hedui returns" in shown.output
