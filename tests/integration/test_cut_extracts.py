"""A full extract that is cut makes nobody vanish: the day is not published until the file is whole."""

import datetime as dt

import duckdb
import pytest
import yaml

from expectations.suites import read_suites
from tests.integration.days import DAY_1, DAY_2, published, run
from tests.integration.extracts import HEALTH, inbox, write_csv
from warehouse.document import read_yaml
from warehouse.home import Home
from warehouse.parameters.dated import FOLDER

PERSONS = 200
DAY_3 = DAY_2 + dt.timedelta(days=1)
CHECK = "full_extract_is_whole"


def _extract(home, day, persons):
    rows = [[f"R{number}", "王芳", "女", "1980-01-01", "", "370481105200"] for number in range(persons)]
    write_csv(inbox(home.path, "health_registry", f"{day}_full.csv"), [HEALTH, *rows])


def _failed(outcome):
    return [result.name for day in outcome.days for result in day.checks if not result.success]


@pytest.mark.slow
def test_a_cut_extract_stops_its_day_until_the_whole_one_is_there(tmp_path):
    home = Home(tmp_path)
    _extract(home, DAY_1, PERSONS)
    assert run(home).success
    _extract(home, DAY_2, PERSONS // 2)
    outcome = run(home)
    assert not outcome.success
    assert CHECK in _failed(outcome)
    assert published(home, "select max(as_of) from day_run") == [(DAY_1,)]
    _extract(home, DAY_3, PERSONS // 2)
    outcome = run(home, only=DAY_3)
    assert CHECK in _failed(outcome), "a second cut extract is no whole one"
    assert published(home, "select max(as_of) from day_run") == [(DAY_1,)]
    _extract(home, DAY_2, PERSONS - 1)
    _extract(home, DAY_3, PERSONS - 2)
    outcome = run(home)
    assert outcome.success
    assert CHECK not in _failed(outcome)
    assert published(home, "select max(as_of) from day_run") == [(DAY_3,)]


@pytest.mark.slow
def test_a_register_that_really_shrank_is_declared(tmp_path):
    home = Home(tmp_path)
    home.site.mkdir()
    terms = read_yaml(FOLDER / "terms.yaml")
    [share] = [term for term in terms if term["name"] == "least_extract_share"]
    share["versions"].append({"valid_from": DAY_2, "value": 0.4, "source": "撤村并居文件 / merger of villages"})
    (home.site / "terms.yaml").write_text(yaml.safe_dump(terms), encoding="utf-8")
    _extract(home, DAY_1, PERSONS)
    _extract(home, DAY_2, PERSONS // 2)
    assert run(home).success
    assert published(home, "select max(as_of) from day_run") == [(DAY_2,)]


def stops(published, *files, share=0.8, least=150):
    """Whether the check stops the day. published: how many of the files the last published day knew.

    files: extract date, rows, and what else is not as usual, in the order in which they were received.
    """
    [check] = [check for check in read_suites()["received_file"] if check.name == CHECK]
    with duckdb.connect() as connection:
        connection.execute(
            f"create table this_day as select {share} as least_extract_share, {least} as least_extract_rows"
        )
        connection.execute("create table day_input_history (as_of date, input_id text)")
        connection.execute(
            "create table file (file_id text, extract_date date, rows_read int, registry text, mode text, part text,"
            " status text, reason text, received_at timestamp)"
        )
        for number, (day, rows, *other) in enumerate(files):
            usual = {"registry": "a", "mode": "full", "part": "", "status": "accepted", "reason": None}
            values = (usual | (other[0] if other else {})).values()
            connection.execute(
                "insert into file values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [f"f{number}", f"2026-11-{day:02}", rows, *values, f"2026-12-01 12:{number:02}:00"],
            )
            if number < published:
                connection.execute("insert into day_input_history values ('2026-11-20', ?)", [f"f{number}"])
        return bool(connection.sql(check.unexpected.replace("{batch}", "file")).fetchall())


REPLACED = {"status": "superseded"}


@pytest.mark.parametrize(
    ("published", "files", "expected"),
    [
        pytest.param(1, [(1, 200), (2, 100)], True, id="cut"),
        pytest.param(1, [(1, 200), (2, 100), (3, 100)], True, id="cut again"),
        pytest.param(1, [(1, 200), (2, 100), (3, 100), (4, 100)], True, id="and again"),
        pytest.param(1, [(1, 200), (2, 100), (3, 199)], False, id="whole after a cut one"),
        pytest.param(2, [(1, 200), (2, 100)], False, id="published as declared, and nothing new"),
        pytest.param(2, [(1, 200), (2, 150), (3, 130)], False, id="smaller than long ago"),
        pytest.param(1, [(1, 200), (2, 400), (3, 210)], True, id="cut after one that was whole and larger"),
        pytest.param(0, [(1, 200), (2, 100), (3, 100)], True, id="nothing published yet"),
        pytest.param(0, [(1, 100)], False, id="the first"),
        pytest.param(1, [(1, 200, REPLACED), (1, 100)], True, id="what was known is replaced by less"),
        pytest.param(2, [(1, 300, REPLACED), (1, 200), (2, 199)], False, id="replaced before it was published"),
        pytest.param(2, [(1, 100, {"part": "1"}), (1, 100, {"part": "2"}), (2, 100)], True, id="one part of two"),
        pytest.param(1, [(1, 200), (2, 10, {"mode": "changes"})], False, id="changes"),
        pytest.param(1, [(1, 200), (2, 10, {"registry": "b"})], False, id="another registry"),
        pytest.param(1, [(1, 140), (2, 10)], False, id="a small register"),
    ],
)
def test_which_extracts_stop_a_day(published, files, expected):
    assert stops(published, *files) is expected


def test_the_share_is_declared():
    assert not stops(1, (1, 200), (2, 100), (3, 90), share=0.4)
    assert stops(1, (1, 200), (2, 100), (3, 70), share=0.4)
