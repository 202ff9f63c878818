"""The board of a published week: every figure on it is the published warehouse's, and nothing else is."""

import datetime as dt
import json
import re
import shutil
from dataclasses import replace
from urllib.parse import parse_qsl

import openpyxl
import polars as pl
import pytest
from lxml import html

from assets.board.figures import LEVELS, NothingPublishedError, board_of, read_board
from assets.board.files import TABLES
from assets.board.page import render
from assets.board.words import FORMATS
from assets.board.words import LEVELS as LEVEL_WORDS
from assets.board.write import PAGE, WORKBOOK, board_folder, write_board
from tests.fairness.month import LAST_DAY, NARROW, publish_days, publish_kept
from tests.fairness.towns import keep, lay_out, open_engine, put_facts, rank, release
from tests.integration.days import published
from warehouse.catalogue import catalogue
from warehouse.engines.duckdb_engine import KEPT, connect
from warehouse.home import Home
from warehouse.parameters import indicators_on, terms_on

# What may stand on the page in digits without being a figure: the day, the version, and numbers inside charts' scales.
_NOT_FIGURES = ("//time", "//footer//code[starts-with(text(), 'hedui')]", "//style", "//script", "//svg", "//title")


def page_of(home, day=LAST_DAY):
    """A day's page as it is written."""
    return html.document_fromstring(write_board(home, catalogue(), day).page.read_bytes())


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return publish_days(tmp_path_factory.mktemp("board") / "home", days=8, load=2.0)


@pytest.fixture(scope="module")
def page(home):
    return page_of(home)


@pytest.fixture(scope="module")
def warehouse(home):
    with connect(home.published_database, read_only=True) as connection:
        yield lambda sql: connection.sql(sql).fetchall()


@pytest.fixture(scope="module")
def crowded(tmp_path_factory):
    """The same days where the page lists fewer units than there are, as a province's page does."""
    return publish_days(tmp_path_factory.mktemp("crowded") / "home", days=8, load=2.0, **NARROW)


@pytest.fixture(scope="module")
def crowded_page(crowded):
    return page_of(crowded)


@pytest.fixture(scope="module")
def crowded_warehouse(crowded):
    with connect(crowded.published_database, read_only=True) as connection:
        yield lambda sql: connection.sql(sql).fetchall()


@pytest.fixture(params=["", "crowded_"], ids=["town", "crowded"])
def board(request):
    """A page with the warehouse behind it."""
    return tuple(request.getfixturevalue(request.param + name) for name in ("page", "warehouse"))


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


def test_every_figure_is_the_published_warehouses(board):
    page, warehouse = board
    figures = page.xpath("//data[@data-ref]")
    assert len(figures) > 300
    for figure in figures:
        answer = ask(warehouse, figure.get("data-ref"), LAST_DAY)
        assert json.loads(figure.get("value")) == json.loads(json.dumps(answer, default=str)), figure.get("data-ref")
        assert figure.text_content() == FORMATS[figure.get("data-form")](answer), figure.get("data-ref")


def test_nothing_else_on_the_page_is_a_figure(board):
    page, _ = board
    bare = html.fromstring(html.tostring(page))
    for path in ("//data", *_NOT_FIGURES):
        for element in bare.xpath(path):
            element.drop_tree()
    words = [text.strip() for text in bare.xpath("//body//text()") if re.search(r"\d", text)]
    assert words == []


def test_every_chart_draws_the_published_courses(board):
    page, warehouse = board
    courses = page.xpath("//*[@data-series]")
    listed = page.xpath("//table[contains(@class,'sortable')]/tbody/tr/td[@data-series]")
    assert len(courses) > len(listed) > 20
    for course in courses:
        table, rest = course.get("data-series").split("?")
        keys, column = rest.rsplit("#", 1)
        conditions = " and ".join(f"{name} = '{value}'" for name, value in parse_qsl(keys))
        at = "round_end" if table == "public_figure" else "as_of"
        answer = warehouse(f"select distinct cast({at} as varchar), {column} from {table} where {conditions}")
        assert json.loads(course.get("data-values")) == dict(answer), course.get("data-series")


def test_the_interval_drawn_is_the_interval_written(board):
    """The bar's ends and the diamond, read from the drawing, are in the proportions of the places."""
    page, warehouse = board
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
    listed = page.xpath("count(//table[contains(@class,'sortable')][1]//tr[td[3]/div[@class='bar']])")
    villages = places[: 3 * int(listed)]
    ((ranked,),) = warehouse(
        "select count(*) from public_ranking where unit_type = 'village' and status = 'ranked'"
        f" and as_of = '{LAST_DAY}'"
    )
    (first, left), (last, right) = min(villages), max(villages)
    assert (first, last) == (1, ranked), "the scale reaches over all, whether they are listed or not"
    for place, x in villages:
        assert x == pytest.approx(left + (right - left) * (place - first) / (last - first), abs=0.2)


@pytest.mark.parametrize("days", [1, 8])
def test_round_scores_have_a_column_where_any_is_published(tmp_path, days):
    home = publish_days(tmp_path / "home", days=days, load=2.0)
    page = page_of(home)
    counted = f"select count(round_score) from public_ranking where as_of = '{LAST_DAY}' and unit_type = "
    for kind, place in (("village", "villages"), ("branch", "branches")):
        [(scores,)] = published(home, f"{counted}'{kind}'")
        assert bool(scores) == (days == 8), "no round is closed on the first day"
        [table] = page.xpath(f"//*[@aria-labelledby='{place}']//table")
        assert len(table.xpath(".//th[contains(., '本轮得分')]")) == bool(scores)
        assert ("故无得分" in table.xpath("caption")[0].text_content()) == (not scores)
        assert len({len(row.xpath("td|th")) for row in table.xpath(".//tr")}) == 1, "as many cells as headings"


def test_where_all_round_scores_are_withheld_the_page_says_why(tmp_path):
    home = publish_days(tmp_path / "home", days=8, load=0.2)
    page = page_of(home)
    assert published(home, f"select count(round_score) from public_ranking where as_of = '{LAST_DAY}'") == [(0,)]
    captions = [found.text_content() for found in page.xpath("//caption") if "本轮得分" in found.text_content()]
    assert len(captions) == 2 and all("故都不公布" in caption for caption in captions)


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
    sheets = {table: catalogue().contract(table).zh for table in TABLES}
    assert workbook.sheetnames == list(sheets.values())
    for table in TABLES:
        rows = published(home, f"select count(*) from {table} where as_of = '{LAST_DAY}'")[0][0]
        assert len(pl.read_csv(folder / f"{table}.csv")) == rows
        assert workbook[sheets[table]].max_row == rows + 1


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


# -- more units than a page lists --------------------------------------------------------------------------------------


def listed(page, kind: str) -> list[str]:
    """The units of a ranking table, in its order."""
    refs = page.xpath("//td[@data-series]/@data-series")
    return [dict(parse_qsl(ref.split("?")[1].split("#")[0]))["unit_code"] for ref in refs if f"={kind}&" in ref]


@pytest.mark.parametrize("kind", ["village", "branch"])
def test_of_many_units_those_that_need_attention_are_listed(crowded_page, crowded_warehouse, kind):
    """All that are warned, the gravest first; of the others as many last as first ones. Asked of the warehouse anew."""
    levels = f"list_position({list(LEVELS)}, level)"
    limit = NARROW["board_villages" if kind == "village" else "board_branches"]
    warned = [code for code, *_ in crowded_warehouse(
        f"""select warning.unit_code, min({levels}) as level, any_value(rank) as rank
            from public_warning as warning join public_ranking as ranking using (as_of, unit_type, unit_code)
            where as_of = '{LAST_DAY}' and unit_type = '{kind}' group by all order by level, rank desc"""
    )]  # fmt: skip
    ranked = [code for (code,) in crowded_warehouse(
        f"""select unit_code from public_ranking where as_of = '{LAST_DAY}' and unit_type = '{kind}'
            and status = 'ranked' order by rank, unit_code"""
    )]  # fmt: skip
    others = [code for code in ranked if code not in warned]
    room = limit - len(warned)
    assert 0 < room < len(others)
    expected = {*warned, *others[: room // 2], *others[len(others) - (room - room // 2) :]}
    assert listed(crowded_page, kind) == [code for code in ranked if code in expected]


def test_where_more_are_warned_than_listed_the_gravest_are(tmp_path):
    narrow = publish_days(tmp_path / "home", days=8, load=2.0, **{**NARROW, "board_villages": 3, "board_branches": 1})
    page = page_of(narrow)
    worst = published(
        narrow,
        f"""select unit_code from public_warning join public_ranking using (as_of, unit_type, unit_code)
            where as_of = '{LAST_DAY}' and unit_type = 'village' and level = 'warning'
            group by unit_code, rank order by rank desc limit 3""",
    )
    assert set(listed(page, "village")) == {code for (code,) in worst}
    carded = f"select unit_code from public_warning where as_of = '{LAST_DAY}' and level = 'yellow_card'"
    assert [(code,) for code in listed(page, "branch")] == published(narrow, carded), "the gravest of all levels here"


def test_what_is_not_listed_is_counted_and_found_beside_the_page(crowded, crowded_page):
    """In both languages: how many of how many, and links to files that hold every row."""
    lines = {
        line.xpath("string(.//a)"): [json.loads(value) for value in line.xpath(".//data/@value")]
        for line in crowded_page.xpath("//p[@class='cut']")
    }
    counted = {
        table: published(crowded, f"select count(*) from {table} where as_of = '{LAST_DAY}'")[0][0]
        for table in ("public_ranking", "public_warning", "public_figure")
    }
    assert lines["public_warning.csv"] == [NARROW["board_warnings"], counted["public_warning"]]
    assert len(crowded_page.xpath("//p[@class='cut']")) == 4
    assert (
        len(crowded_page.xpath("//h2[@id='warnings']/following-sibling::div[1]//tbody/tr"))
        == lines["public_warning.csv"][0]
    )
    folder = board_folder(crowded, LAST_DAY)
    for link in set(crowded_page.xpath("//a/@href")):
        assert (folder / link).is_file()
        if link.endswith(".csv"):
            assert len(pl.read_csv(folder / link)) == counted[link.removesuffix(".csv")]
    for line in crowded_page.xpath("//p[@class='cut']"):
        assert line.xpath("string(span[@lang='zh-CN'][1])") == "列出 " and line.xpath("string(span[@lang='en'][1])")


def test_under_each_indicator_are_the_branches_of_the_ranking(crowded_page):
    branches = set(listed(crowded_page, "branch"))
    for section in crowded_page.xpath("//div[@class='multiples']/section"):
        refs = section.xpath(".//tbody//data/@data-ref")
        shown = {dict(parse_qsl(ref.split("?")[1].split("#")[0]))["unit_code"] for ref in refs} - {"all"}
        assert shown and shown <= branches
        assert len(section.xpath(".//tbody/tr")) == 1 + NARROW["board_branches"]


def changes_on(home, day) -> list[str]:
    """What a day's page lists as changed, in Chinese."""
    lines = page_of(home, day).xpath("//h2[@id='changes']/following-sibling::ul[1]/li")
    return ["".join(line.xpath("text() | span[@lang='zh-CN']/text()")).strip() for line in lines]


def new_on(home, day) -> list[tuple[str, str]]:
    """The warnings that the edition shows on a day and did not show the day before, by level and unit."""
    shown = "select level, unit_name, since from public_warning where as_of = date"
    new = f"{shown} '{day}' except {shown} '{day - dt.timedelta(days=1)}'"
    return published(home, f"select distinct level, unit_name from ({new}) order by all")


def test_a_warning_is_new_on_the_day_on_which_the_board_first_shows_it(home):
    """A round's warnings hold from its last day on and are public later."""
    levels = set()
    for back in range(7):
        day = LAST_DAY - dt.timedelta(days=back)
        new = new_on(home, day)
        told = [line for line in changes_on(home, day) if line.startswith("新增")]
        assert sorted(told) == sorted(f"新增 {LEVEL_WORDS[level][0]}：{name}" for level, name in new)
        levels |= {level for level, _ in new}
    assert {"watch", "warning"} <= levels


def test_a_day_on_which_nothing_moved_says_so(home):
    with connect(home.published_database, read_only=True) as edition:
        board = replace(board_of(edition, LAST_DAY), moved=[], warnings_new=[], warnings_ended=[])
    shown = html.document_fromstring(render(board, ("镇", "town"), catalogue(), synthetic=True))
    [said] = shown.xpath("//h2[@id='changes']/following-sibling::*[1]")
    assert (said.tag, said.xpath("string(span[@lang='zh-CN'])")) == ("p", "名次和预警都没有变动。")


def test_ages_of_open_cases_do_not_overlap(page):
    [table] = page.xpath("//table[contains(caption, '轮末未结疑点')]")
    fresh, aging, old = (
        "".join(cell.xpath(".//text()[not(parent::span[@lang='en'])]")).replace(" ", "")
        for cell in table.xpath("./thead/tr/th")[1:]
    )
    term, long = fresh.strip("≤天"), old.strip(">天")
    assert aging == f">{term}，≤{long}天"


def test_lists_of_names_say_that_there_are_more(crowded):
    """On a day on which the figures of a new round became public, and several warnings with them."""
    days = (LAST_DAY - dt.timedelta(days=back) for back in range(7))
    day = max(days, key=lambda day: len(new_on(crowded, day)))
    assert len(new_on(crowded, day)) > NARROW["board_names"]
    changes = changes_on(crowded, day)
    assert len([line for line in changes if line.startswith("新增 ")]) == NARROW["board_names"]
    assert [line for line in changes if line.startswith("新增的预警最多列")]


def test_an_edition_from_before_the_limits_lists_every_unit(crowded, tmp_path):
    """Its days are written again as they were written then."""
    edition = tmp_path / "hedui.duckdb"
    shutil.copyfile(crowded.published_database, edition)
    edition.chmod(0o600)
    with connect(edition) as connection:
        assert board_of(connection, LAST_DAY).is_cut
        for term in NARROW:
            connection.execute(f"alter table this_day drop column {term}")
        board = board_of(connection, LAST_DAY)
    assert not board.is_cut
    assert [len(board.villages), len(board.branches)] == [board.totals[kind].value for kind in ("villages", "branches")]


DIVISION = 370000000000  # codes as long as real ones


def province(path, villages: int, days: int) -> Home:
    """A published place of many units, its ranking the same on each of the last days."""
    home = Home(path)
    home.prepare()
    engine = open_engine()
    grouped = {f"{DIVISION + place}": f"{DIVISION + place // 3}D" for place in range(villages)}
    # The last day of a round, so that its figures and warnings are public on the day.
    for day in (LAST_DAY - dt.timedelta(days=3), LAST_DAY):
        lay_out(engine, day, grouped)
        engine.put_rows("day_run", [{"as_of": day, "fingerprint": "0" * 16}])
        put_facts(engine, {
            found.indicator: [
                {"village_code": village, "event_on": LAST_DAY - dt.timedelta(days=3 + found.counts_after_days + back),
                 "numerator": 20 + place * 7 % 80, "denominator": 100}
                for place, village in enumerate(grouped) for back in range(4)
            ]
            for found in indicators_on(LAST_DAY)
        })  # fmt: skip
        rank(engine)
        release(engine)
        keep(engine, day)
    engine.connection.execute(
        f"""delete from {KEPT}.public_ranking where as_of <> date '{LAST_DAY}';
            insert into {KEPT}.public_ranking
            select ranking.* replace (cast(as_of - cast(back as integer) as date) as as_of)
            from {KEPT}.public_ranking as ranking cross join range(1, {days}) as past(back)"""
    )
    publish_kept(engine, home)
    return home


def test_the_page_of_a_province_stays_under_a_megabyte(tmp_path):
    """With the declared limits all reached, and a month's course of every unit listed."""
    days = terms_on(LAST_DAY)["board_days"]
    home = province(tmp_path / "home", villages=330, days=days)
    written = write_board(home, catalogue(), LAST_DAY)
    board, terms = written.board, terms_on(LAST_DAY)
    lists = {"board_villages": board.villages, "board_branches": board.branches, "board_warnings": board.warnings}
    assert {name: len(rows) for name, rows in lists.items()} == {name: terms[name] for name in lists}
    assert {len(unit["course"].days) for unit in board.villages} == {days}
    assert {len(indicator["cells"]) for indicator in board.indicators} == {1 + terms["board_branches"]}
    assert 500_000 < written.page.stat().st_size < 1_000_000


def test_a_page_within_its_limits_says_nothing_of_them(page):
    assert page.xpath("//p[@class='cut']") == [] and page.xpath("//a") == []
