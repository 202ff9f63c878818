"""The specification's notation: what it reads, what it refuses, and that a wrong table is always found."""

import datetime as dt
from functools import partial
from pathlib import Path

import pytest

from tests.spec.page import render
from tests.spec.reader import DEFAULT_DAY, SpecError, Table, drawn, read_text, tidied, width
from tests.spec.runner import UnmetError, run
from warehouse.engines.duckdb_engine import DuckDBEngine, connect
from warehouse.home import Home

PATH = Path("ranking/village_ranking.spec")
HEAD = "# 村排名 / Ranking\n\n为什么\n\nWhy.\n"
RANKING = """
## 例 / Example
given village
| village_code |
| 370481105200 |
| 370481105201 |
given unit_score
| unit_type | unit_code    | score | cases | status |
| village   | 370481105200 | 90.00 | 20    | ranked |
| village   | 370481105201 | 95.00 | 20    | ranked |
"""


def read(text):
    return read_text(text, PATH)


def run_ranking(expectation, tmp_path):
    [example] = read(HEAD + RANKING + expectation).examples
    with connect(":memory:") as connection:
        run(example, partial(DuckDBEngine, connection), Home(tmp_path))


def test_everything_of_a_file_is_read():
    spec = read(
        HEAD
        + """
## 甲 / One
一段话
两行

received health_registry
| 人口编码 | 姓名 |
| R1 | 王芳 |
expect nothing in name_differs

## 乙 / Two
on 2026-11-01
received health_registry/2026-10-30_changes
| 人口编码 | 姓名 |
on 2026-11-02
expect warning where level = watch and unit_type = village
| unit_code | since |
| V1 | |
"""
    )
    assert (spec.zh, spec.en, spec.prose) == ("村排名", "Ranking", ["为什么", "Why."])
    assert (spec.layer, spec.subject) == ("ranking", "village_ranking")
    one, two = spec.examples
    assert (one.zh, one.en, one.prose) == ("甲", "One", ["一段话\n两行"])
    assert [day.day for day in one.days] == [DEFAULT_DAY]
    assert one.days[0].received[0].file_name == f"{DEFAULT_DAY}_full"
    assert one.days[0].received[0].table == Table(("人口编码", "姓名"), (("R1", "王芳"),))
    assert one.days[0].expected[0].table.rows == ()
    assert [day.day for day in two.days] == [dt.date(2026, 11, 1), dt.date(2026, 11, 2)]
    assert two.days[0].received[0].file_name == "2026-10-30_changes"
    assert two.days[1].expected[0].where == {"level": "watch", "unit_type": "village"}
    assert two.days[1].expected[0].table.rows == (("V1", ""),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        ("para", "a file begins with"),
        ("# 只有中文", "a title reads"),
        ("# 甲 / A", "without an example"),
        (HEAD + "## 例 / Example\non 2026-11-01\n", "can never fail"),
        (HEAD + "## 例 / Example\nexpect warning\n", "a table is missing"),
        (HEAD + "## 例 / Example\nexpect warning\n| a | b |\n| 1 |\n", "1 cells under 2 headings"),
        (HEAD + "## 例 / Example\nexpect warning\n| a | a |\n", "a heading is blank or stands twice"),
        (HEAD + "## 例 / Example\nexpect warning where level\n| a |\n", "a condition reads"),
        (HEAD + "## 例 / Example\non 2026-13-01\n", "is no day"),
        (HEAD + "## 例 / Example\non 2026-11-02\non 2026-11-01\n", "days go forward"),
        (HEAD + "## 例 / Example\ngiven Some Table\n| a |\n", "cannot read"),
        (HEAD + "## 例 / Example\n| a |\n", "where none belongs"),
    ],
)
def test_what_is_not_in_the_notation_is_refused_with_its_line(text, message):
    with pytest.raises(SpecError, match=rf"^village_ranking\.spec:\d+: .*{message}"):
        read(text)


def test_tables_are_aligned_by_what_a_terminal_shows():
    assert width("王芳R1") == 6
    assert drawn([("姓名", "id"), ("王", "R12")]) == ["| 姓名 | id  |", "| 王   | R12 |"]
    assert tidied("a\n|x|王芳|\n| longer ||\n\nb\n\n\n") == "a\n| x      | 王芳 |\n| longer |      |\n\nb\n"


def test_a_right_expectation_is_met_in_any_order_of_rows(tmp_path):
    run_ranking("expect village_ranking\n| unit_code | rank |\n| 370481105201 | 1 |\n| 370481105200 | 2 |\n", tmp_path)


@pytest.mark.parametrize(
    "expectation",
    [
        "expect village_ranking\n| unit_code | rank |\n| 370481105201 | 1 |\n| 370481105200 | 3 |\n",
        "expect village_ranking\n| unit_code | rank |\n| 370481105201 | 1 |\n",
        "expect village_ranking\n| rank |\n| 1 |\n| 2 |\n| 3 |\n",
        "expect village_ranking\n| rank | movement |\n| 1 | 0 |\n| 2 | 0 |\n",
        "expect village_ranking\n| score |\n| 95.01 |\n| 90.00 |\n",
        "expect nothing in village_ranking\n",
        "expect village_ranking where rank = 1\n| unit_code |\n| 370481105200 |\n",
        "expect village_ranking\n| no_such_column |\n| 1 |\n",
    ],
)
def test_a_wrong_expectation_fails(expectation, tmp_path):
    with pytest.raises(UnmetError):
        run_ranking(expectation, tmp_path)


@pytest.mark.parametrize(("keys", "met"), [(("甲", "甲"), True), (("甲", "乙"), False), (("", "甲"), False)])
def test_a_word_stands_for_one_pseudonym_throughout(keys, met, tmp_path):
    text = f"""
## 例 / Example
received health_registry
| 人口编码 | 姓名 | 公民身份号码 |
| R1 | 王芳 | 370481198001011028 |
received household_register
| 户号 | 姓名 | 公民身份号码 |
| H1 | 王芳 | 370481198001011028 |
expect person_record
| person_key | registry |
| {keys[0]} | health_registry |
| {keys[1]} | household_register |
expect person
| person_key |
| {keys[1]} |
"""
    [example] = read(HEAD + text).examples
    with connect(":memory:") as connection:
        engine = partial(DuckDBEngine, connection)
        if met:
            run(example, engine, Home(tmp_path))
        else:
            with pytest.raises(UnmetError):
                run(example, engine, Home(tmp_path))


def test_the_page_shows_every_table():
    page = render([read(HEAD + RANKING + "expect nothing in warning\n")])
    assert "### 村排名 / Ranking" in page
    assert "| village   | 370481105200 | 90.00 | 20    | ranked |" in page
    assert "`warning`: 无 / nothing" in page
