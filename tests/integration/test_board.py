"""The board of a published week: every figure on it is the published warehouse's, and nothing else is."""

import datetime as dt
import json
import re
import shutil
from urllib.parse import parse_qsl

import openpyxl
import polars as pl
import pytest
from lxml import html

from assets.board.figures import NothingPublishedError, read_board
from assets.board.files import TABLES
from assets.board.words import FORMATS
from assets.board.write import PAGE, WORKBOOK, board_folder, write_board
from tests.fairness.month import LAST_DAY, publish_days
from tests.integration.days import published
from warehouse.catalogue import catalogue
from warehouse.engines.duckdb_engine import connect
from warehouse.home import Home

# What may stand on the page in digits without being a figure: the day, the version, and numbers inside charts' scales.
_NOT_FIGURES = ("//time", "//footer//code[starts-with(text(), 'hedui')]", "//style", "//script", "//svg", "//title")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return publish_days(tmp_path_factory.mktemp("board") / "home", days=8, load=2.0)


@pytest.fixture(scope="module")
def page(home):
    return html.document_fromstring(write_board(home, catalogue(), LAST_DAY).page.read_bytes())


@pytest.fixture(scope="module")
def warehouse(home):
    with connect(home.published_database, read_only=True) as connection:
        yield lambda sql: connection.sql(sql).fetchall()


def ask(warehouse, ref: str, day: dt.date):
    """The published warehouse's answer to a reference, by SQL made of the reference alone."""
    table, rest = ref.split("?")
    keys, column = rest.rsplit("#", 1)
    dated = "as_of" in {name for name, *_ in warehouse(f"describe {table}")}
    conditions = [f"{name} = '{value}'" for name, value in parse_qsl(keys)]
    conditions += [f"as_of = '{day}'"] if dated else []
    selected = "count(*)" if column == "count" else f"{column}"
    answers = warehouse(f"select distinct {selected} from {table} where {' and '.join(conditions) or 'true'}")
    assert len(answers) == 1, f"{ref} has {len(answers)} answers"
    return answers[0][0]


def test_every_figure_is_the_published_warehouses(warehouse, page):
    figures = page.xpath("//data[@data-ref]")
    assert len(figures) > 300
    for figure in figures:
        answer = ask(warehouse, figure.get("data-ref"), LAST_DAY)
        assert json.loads(figure.get("value")) == json.loads(json.dumps(answer, default=str)), figure.get("data-ref")
        assert figure.text_content() == FORMATS[figure.get("data-form")](answer), figure.get("data-ref")


def test_nothing_else_on_the_page_is_a_figure(page):
    bare = html.fromstring(html.tostring(page))
    for path in ("//data", *_NOT_FIGURES):
        for element in bare.xpath(path):
            element.drop_tree()
    words = [text.strip() for text in bare.xpath("//body//text()") if re.search(r"\d", text)]
    assert words == []


def test_every_chart_draws_the_published_courses(warehouse, page):
    courses = page.xpath("//*[@data-series]")
    assert len(courses) > 51
    for course in courses:
        table, rest = course.get("data-series").split("?")
        keys, column = rest.rsplit("#", 1)
        conditions = " and ".join(f"{name} = '{value}'" for name, value in parse_qsl(keys))
        at = "round_end" if table == "public_figure" else "as_of"
        answer = warehouse(f"select distinct cast({at} as varchar), {column} from {table} where {conditions}")
        assert json.loads(course.get("data-values")) == dict(answer), course.get("data-series")


def test_the_interval_drawn_is_the_interval_written(page):
    """The bar's ends and the diamond, read from the drawing, are in the proportions of the places."""
    rows = [
        row for row in page.xpath("//table[contains(@class,'sortable')][1]//tr") if row.xpath(".//div[@class='bar']")
    ]
    places = []
    for row in rows:
        drawn = row.xpath(".//div[@class='bar']/svg//path/@d")
        bar, diamond = ([float(x) for x in re.findall(r"[ML] ([\d.]+)", path)] for path in drawn)
        low, high = (int(data.get("value")) for data in row.xpath(".//div[@class='bar']//data"))
        rank = int(row.xpath(".//td[1]/data")[0].get("value"))
        places += [(low, min(bar)), (high, max(bar)), (rank, (min(diamond) + max(diamond)) / 2)]
        if "village" not in row.xpath(".//td[1]/data/@data-ref")[0]:
            break
    villages = places[: 3 * 51]
    (first, left), (last, right) = min(villages), max(villages)
    for place, x in villages:
        assert x == pytest.approx(left + (right - left) * (place - first) / (last - first), abs=0.2)


def test_the_page_is_small_whole_and_says_what_it_is(home, page):
    written = (board_folder(home, LAST_DAY) / PAGE).read_text(encoding="utf-8")
    assert len(written.encode()) < 1_000_000
    assert not re.search(r"""(src|href)\s*=\s*["'](?!#)""", written), "nothing is loaded"
    assert "default-src &#39;none&#39;" in written
    assert "模拟数据" in page.xpath("//*[contains(@class,'banner')]")[0].text_content()
    assert page.xpath("//html/@lang") == ["zh-CN"]
    for zh in page.xpath("//main//span[@lang='zh-CN']"):
        pair = zh.getnext()
        assert pair is not None and pair.get("lang") == "en", zh.text_content()


@pytest.mark.usefixtures("page")
def test_files_hold_the_same_tables(home):
    folder = board_folder(home, LAST_DAY)
    workbook = openpyxl.load_workbook(folder / WORKBOOK)
    assert workbook.sheetnames == list(TABLES)
    for table in TABLES:
        rows = published(home, f"select count(*) from {table} where as_of = '{LAST_DAY}'")[0][0]
        assert len(pl.read_csv(folder / f"{table}.csv")) == rows
        assert workbook[table].max_row == rows + 1


@pytest.mark.usefixtures("page")
def test_writing_again_gives_the_same_bytes(home):
    folder = board_folder(home, LAST_DAY)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    write_board(home, catalogue(), LAST_DAY)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.usefixtures("page")
def test_current_is_the_newest_day_whatever_is_written_last(home):
    write_board(home, catalogue(), LAST_DAY - dt.timedelta(days=1))
    assert (home.board / "current").resolve() == board_folder(home, LAST_DAY)


def test_the_banner_says_real_where_data_are_real(home, tmp_path):
    real = Home(tmp_path / "real")
    real.prepare()
    shutil.copytree(home.published, real.published, symlinks=True, dirs_exist_ok=True)
    written = write_board(real, catalogue(), LAST_DAY).page.read_text(encoding="utf-8")
    assert "真实数据" in written and "模拟数据" not in written


def test_a_day_that_is_not_published_has_no_board(home):
    with pytest.raises(NothingPublishedError):
        read_board(home.published_database, LAST_DAY + dt.timedelta(days=1))
