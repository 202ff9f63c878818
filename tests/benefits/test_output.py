"""What leaves the house: posting lists, text messages, the disclosure, and the words of an explanation."""

import datetime as dt
import json
import stat

import polars as pl
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from assets.benefits.messages import write_messages
from assets.benefits.posting import write_postings
from assets.fees.disclosure import write_disclosure
from assets.workbooks import write_tables
from expectations.posting import lint_file
from expectations.suites import read_suites
from pipelines.cli import app
from tests.benefits.office import application, child, line, payment
from tests.benefits.test_fees import CATALOGUE
from tests.posting.lists import HOSTILE, ID, LEGITIMATE
from warehouse.catalogue import catalogue
from warehouse.engines.duckdb_engine import connect
from warehouse.parameters import rulebook
from warehouse.publish import publish

BORN = dt.date(2025, 3, 10)


def filled(office):
    """A child that was paid, one whose payment failed, and a list on posting."""
    kids = [child(1, BORN), child(2, BORN), child(3, BORN)]
    asked = [application(n, kid, dt.date(2026, 6, 25)) for n, kid in enumerate(kids)]
    lines = [line(n, kid, "Y1", "3600") for n, kid in enumerate(kids)]
    for n, item in enumerate(lines):
        item["application_no"] = f"A{n}"
    posted = [
        {**item, "list_stage": "公示", "posted_from": "2026-06-25", "posted_to": "2026-07-02", "confirmed_date": None}
        for item in lines
    ]
    office.deliver("household_register", "2026-06-26", kids)
    office.deliver("benefit_application", "2026-06-26", asked)
    office.deliver("benefit_list", "2026-06-26", lines + posted)
    paid = [payment(0, lines[0], paid_date="2026-06-28")]
    failed = payment(1, lines[1], paid_date="2026-06-28", payment_status="失败", failure_reason="户名不符")
    office.deliver("benefit_payment", "2026-06-28", [*paid, failed])
    return kids, lines


@pytest.fixture
def paid(office):
    kids, lines = filled(office)
    office.run_whole("2026-06-30")
    return office, kids, lines


def test_a_posting_list_is_masked_and_passes_the_linter(paid):
    office, kids, _ = paid
    [posting] = write_postings(office.home, office.connection)
    assert (posting.lines, posting.findings) == (3, ())
    assert lint_file(posting.path) == []
    cells = [cell for row in load_workbook(posting.path).active.iter_rows(values_only=True) for cell in row if cell]
    for kid in kids:
        assert kid["name"][0] + "*" + kid["name"][-1] in cells
        assert kid["name"] not in cells
        assert not any(kid["id_number"] in str(cell) for cell in cells)
    assert any("12345" in str(cell) for cell in cells)


def test_a_posting_that_ends_before_it_begins_is_told(paid):
    """It is never posted, and nobody would know why."""
    office, _, _ = paid
    (check,) = (entry for entry in read_suites()["stg_benefit_list"] if entry.name == "postings_end_after_they_begin")
    assert office.rows(check.unexpected.format(batch="stg_benefit_list")) == []
    turned_round = "posted_to = posted_from - 1 where posted_to is not null and record_id = 'L0'"
    office.rows(f"update stg_benefit_list set {turned_round}")
    assert office.rows(check.unexpected.format(batch="stg_benefit_list")) == [(1,)]


def test_a_posting_list_is_made_to_be_hung_up(paid):
    """On paper: A4 upright, as wide as the page, title and headings on every page, and the pages numbered."""
    office, _, _ = paid
    [posting] = write_postings(office.home, office.connection)
    sheet = load_workbook(posting.path).active
    assert sheet["A1"].value == "惠民补贴名单公示"
    assert [cell.value for cell in sheet[2]] == ["序号", "村", "姓名", "待遇", "所属期", "金额（元）"]
    assert {sheet.cell(row, 5).value for row in (3, 4, 5)} <= {"第1年", "第2年", "第3年", "2025年", "2026年"}
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (int(sheet.PAPERSIZE_A4), "portrait")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.page_setup.fitToWidth in (None, 1)  # 1 where it is not said
    assert sheet.print_title_rows == "$1:$2"
    assert {"&P", "&N"} <= set(sheet.oddFooter.center.text.split())


def test_a_list_that_would_show_an_id_is_withheld(paid):
    office, kids, _ = paid
    number = kids[0]["id_number"]
    office.connection.execute(f"update main.benefit_posting set masked_name = '{number}' where line = 1")
    [posting] = write_postings(office.home, office.connection)
    assert {finding.kind for finding in posting.findings} == {"id_number"}
    assert list(posting.path.parent.iterdir()) == []
    assert number not in posting.findings[0].words()


def test_nobody_is_told_today_of_a_payment_that_is_to_be_made(office):
    kid = child(1, BORN)
    item = line(1, kid, "Y1", "3600", application_no="A1")
    office.deliver("household_register", "2026-06-29", [kid])
    office.deliver("benefit_application", "2026-06-29", [application(1, kid, dt.date(2026, 1, 20))])
    office.deliver("benefit_list", "2026-06-29", [item])
    office.deliver("benefit_payment", "2026-06-29", [payment(1, item, paid_date="2026-07-02")])
    told = []
    for day in ("2026-06-30", "2026-07-01", "2026-07-02"):
        office.run(day, "outgoing_message")
        told.append(office.rows("select event from outgoing_message"))
    assert told == [[], [], [("payment_made",)]]


def test_one_message_per_event_without_anything_sensitive(paid):
    office, kids, lines = paid
    first = write_messages(office.home, office.connection)
    assert stat.S_IMODE(first.path.stat().st_mode) == 0o600
    rows = [row.split("\t") for row in first.path.read_text(encoding="utf-8").splitlines()]
    assert rows[0] == ["message_id", "telephone", "text"]
    assert first.messages == len(rows) - 1 == 5  # three decisions, one payment, one failure
    text = "".join(body for _, _, body in rows[1:])
    for word in (
        *(kid["name"] for kid in kids),
        "3600",
        "育儿",
        "户名不符",
        "李梅",
        lines[0]["account_no"],
        "L0",
        "A0",
    ):
        assert word not in text
    # The same day again, and the next day: nobody is told twice.
    office.run_whole("2026-06-30")
    assert write_messages(office.home, office.connection).messages == 0
    office.run_whole("2026-07-01")
    assert write_messages(office.home, office.connection).messages == 0
    # The failed payment is repeated: one new event, one new message.
    office.deliver("benefit_payment", "2026-07-02", [payment(7, lines[1], batch_no="B2", paid_date="2026-07-02")])
    office.run_whole("2026-07-02")
    assert write_messages(office.home, office.connection).messages == 1


def test_old_events_are_no_news(office):
    kid = child(1, BORN)
    office.deliver("household_register", "2026-06-26", [kid])
    office.deliver("benefit_application", "2026-06-26", [application(1, kid, dt.date(2025, 9, 1))])
    office.run_whole("2026-06-30")
    assert write_messages(office.home, office.connection).messages == 0


def test_a_template_cannot_ask_for_a_name(tmp_path):
    (tmp_path / "messages.yaml").write_text("- {event: payment_made, zh: '{name}您好'}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="only"):
        rulebook.message_templates(tmp_path)


def test_an_explanation_cites_clause_sum_and_records(paid):
    office, _, _ = paid
    home = office.home.path
    office.close()
    shown = CliRunner().invoke(app, ["--home", str(home), "explain-benefit", "A0"])
    assert shown.exit_code == 0
    for word in ("应发已发", "3600.00", "12 个月", "每孩每年3600元", "育儿补贴制度实施方案", "A0", "L0", "B1/P0"):
        assert word in shown.output, word
    found = json.loads(CliRunner().invoke(app, ["--home", str(home), "explain-benefit", "L1", "--json"]).output)
    first = next(decision for decision in found if decision["period"] == "Y1")
    assert (first["outcome"], first["reason"], first["failed"]) == ("missed", "payment_failed", "3600.00")
    missed = CliRunner().invoke(app, ["--home", str(home), "explain-benefit", "L1"]).output
    for word in ("育儿补贴", "漏发 missed", "发放失败 payment_failed"):
        assert word in missed, word
    assert first["items"][0]["payments"][0]["payment_status"] == "failed"
    assert CliRunner().invoke(app, ["--home", str(home), "explain-benefit", "nobody"]).exit_code == 1


def test_the_disclosure_names_item_standard_basis_and_the_hotline_in_use(office):
    office.deliver("fee_catalogue", "2026-06-01", CATALOGUE, mode="full")
    benchmark = {
        "benchmark_no": "B1",
        "violation": "未按规定公示",
        "legal_basis": "示例条例第三条",
        "circumstance": "轻微",
        "conditions": "<b>初次</b>",
        "amount_low": "0",
        "amount_high": "200",
        "valid_from": "2024-01-01",
    }
    office.deliver("discretion_benchmark", "2026-06-01", [benchmark])
    office.run_whole("2026-06-30")
    publish(office.connection, office.catalogue, office.home)
    published = connect(office.home.published_database, read_only=True)
    disclosed = write_disclosure(office.home, published)
    published.close()
    assert disclosed.findings == ()
    text = disclosed.page.read_text(encoding="utf-8")
    for word in ("证照工本费", "5.00", "鲁价费〔2026〕2号", "12315", "未按规定公示", "轻微", "&lt;b&gt;初次"):
        assert word in text, word
    for word in ("12358", "社会抚养费", "旧检验费", "<b>初次", "://"):
        assert word not in text, word
    sheets = load_workbook(disclosed.workbook)
    assert sheets.sheetnames == ["收费公示", "裁量基准", "投诉举报"]
    assert sheets["收费公示"]["D2"].value == 5
    for sheet in sheets:
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
        assert sheet.print_title_rows == "$1:$1"


def test_a_column_is_as_wide_as_its_chinese_text(tmp_path):
    path = tmp_path / "table.xlsx"
    text = "疑点按期办结率"
    write_tables(path, {"表": pl.DataFrame({"指标": [text], "code": ["case_resolved_in_term"]})}, dt.date(2026, 11, 24))
    widths = load_workbook(path).active.column_dimensions
    assert widths["A"].width >= 2 * len(text)
    assert widths["B"].width < 2 * len("case_resolved_in_term")


@pytest.mark.parametrize(("lists", "name", "code"), [(HOSTILE, "id called remark", 1), (LEGITIMATE, "usual list", 0)])
def test_the_command_says_whether_a_file_may_be_posted(tmp_path, lists, name, code):
    path = lists[name](tmp_path)
    shown = CliRunner().invoke(app, ["lint-posting", str(path)])
    assert shown.exit_code == code
    assert ("不能公示" in shown.output) == bool(code)


def test_the_command_names_rows_in_both_languages_and_in_the_order_of_the_file(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("\n".join(["序号,说明", *[f"{place},{ID}" for place in range(1, 12)]]), encoding="utf-8")
    shown = CliRunner().invoke(app, ["lint-posting", str(path)]).output.splitlines()[1:]
    assert shown == [f"    第{line}行：身份号码 / line {line}: an id number" for line in range(2, 13)]


def test_a_doubt_has_one_wording_wherever_it_is_told():
    def words(table, column):
        return next(each.codes for each in catalogue().contract(table).columns if each.name == column)

    doubts = words("benefit_due", "doubt")
    assert doubts.items() <= words("benefit_decision", "reason").items()
