"""Corrections kept by hand: read with care, input like any other, warned of once the source is repaired."""

import datetime as dt

import openpyxl
import polars as pl
import pytest
from typer.testing import CliRunner

from assets.cases.corrections import folder
from assets.replay import replay
from expectations.bridge import Validator
from pipelines.cli import app
from tests.integration.days import DAY_1, DAY_2, private, small_home
from tests.integration.extracts import LI, WANG
from tests.integration.whole_day import kept_day
from tests.synthetic.ids import with_check_character
from warehouse.catalogue import catalogue
from warehouse.clock import today
from warehouse.engines.changes import Changes
from warehouse.engines.duckdb_engine import connect

HEADINGS = ["更正编号", "登记库", "登记库内编号", "字段", "正确值", "理由"]
NAME = ["GZ-2026-001", "全员人口信息", WANG[0], "姓名", "王芬", "户口簿"]
BIRTH = ["gz-2026-002", "公安户籍", LI[4], "出生日期", LI[3], "出生医学证明"]
PROBLEMS = {
    "没有这个登记库": [NAME[0], "图书馆", *NAME[2:]],
    "没有可更正的这个字段": [*NAME[:3], "住址", *NAME[4:]],
    "有空白单元格": [*NAME[:5], ""],
    "更正编号应如": ["一号", *NAME[1:]],
    "不是有效日期": ["GZ-2026-003", *BIRTH[1:4], "去年", BIRTH[5]],
    "不是有效身份号码": [*NAME[:3], "公民身份号码", "370481198001011029", NAME[5]],
    "不得登记": [*NAME[:5], "已采取避孕措施"],
    "不是这一字段的写法": [*NAME[:3], "性别", "女的", NAME[5]],
    "不是本镇的村名": [*NAME[:3], "户籍地村码", "王家庄", NAME[5]],
    "已被电子表格损坏": [NAME[0], "公安户籍", 3.70481198001011e17, *NAME[3:]],
}


def write(path, *rows):
    book = openpyxl.Workbook()
    for row in (HEADINGS, *rows):
        book.active.append(row)
    book.save(path)
    return path


def run(home, *words):
    return CliRunner().invoke(app, ["--home", str(home.path), *map(str, words)])


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    found = small_home(tmp_path_factory.mktemp("corrections"))
    kept_day(found, DAY_1)
    return found


@pytest.mark.parametrize("problem", PROBLEMS)
def test_a_line_that_cannot_be_used_is_told_by_its_row_and_without_its_value(home, tmp_path, problem):
    outcome = run(home, "corrections", write(tmp_path / "list.xlsx", BIRTH, PROBLEMS[problem]))
    assert outcome.exit_code == 2
    assert problem in outcome.output
    assert outcome.output.count("行 / row") == 1
    assert "第 3 行" in outcome.output
    assert not {WANG[4], LI[4], "王芬"} & set(outcome.output.split())
    assert not folder(home).exists()


@pytest.mark.parametrize(("field", "problem"), [("公民身份号码", "不是有效身份号码"), ("出生日期", "不是有效日期")])
def test_what_is_corrected_does_not_lie_in_the_future(home, tmp_path, field, problem):
    """Nobody who has a number is born tomorrow."""

    def told(day):
        born = f"370481{day:%Y%m%d}002"
        value = with_check_character(pl.Series([born]))[0] if field == "公民身份号码" else str(day)
        lines = [["GZ-2026-003", *NAME[1:3], field, value, NAME[5]], PROBLEMS["不得登记"]]
        return run(home, "corrections", write(tmp_path / "list.xlsx", *lines)).output

    assert problem in told(today() + dt.timedelta(days=1))
    assert problem not in told(today())


def test_a_correction_is_pending_until_its_source_is_repaired(home, tmp_path):
    """The health registry's name is repaired on the second day, the police's birth date never."""
    before = private(home, "select * from village_ranking order by all")
    assert run(home, "corrections", write(tmp_path / "list.xlsx", NAME, BIRTH)).exit_code == 0
    kept_day(home, DAY_1)
    states = "select correction_no, registry, repaired from correction order by 1"
    assert private(home, states) == [
        ("GZ-2026-001", "health_registry", False),
        ("GZ-2026-002", "household_register", False),
    ]
    assert private(home, "select * from village_ranking order by all") == before, "no figure includes it"
    kept_day(home, DAY_2)
    assert [repaired for *_, repaired in private(home, states)] == [True, False]
    with connect(home.private_database) as connection:
        [guard] = [
            result
            for result in Validator(catalogue(None), Changes()).validate(["correction"], connection)
            if result.name == "the_source_still_differs"
        ]
    assert (guard.severity, guard.success, guard.unexpected_count) == ("warning", False, 1)
    listed = run(home, "corrections").output
    assert [line.split()[0] for line in listed.splitlines() if "撤下" in line] == ["GZ-2026-001"]


def test_a_list_loaded_later_leaves_the_published_day_as_it_was(home, tmp_path):
    """After the test above: the newest list drops what is repaired; the day before still has both."""
    assert run(home, "corrections", write(tmp_path / "list.xlsx", BIRTH)).exit_code == 0
    kept_day(home, DAY_2)
    kept_day(home, DAY_2 + dt.timedelta(days=1))
    assert private(home, "select correction_no from correction") == [("GZ-2026-002",)]
    found = replay(home, catalogue(None), DAY_1)
    assert found.identical, [table.table for table in found.tables if not table.identical]
    again = run(home, "corrections", write(tmp_path / "again.xlsx", BIRTH))
    assert "没有变化" in again.output
