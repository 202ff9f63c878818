"""Invariant 7: names, id numbers, addresses, accounts and telephone numbers never appear in logs, run metadata, check
results, the board, the published warehouse or error messages.

A town in which everything that identifies a person carries a mark is run in every way a day can go: well, with rejected
rows and files, with a model that fails, a check that fails, a check that is broken. Afterwards no mark is found in what
was said at any level of logging, nor anywhere in the home but in the folders that are for the owner alone.
"""

import logging
import re
import sys

import duckdb
import pytest
import yaml

from expectations.suites import Expectation, read_suites
from pipelines.query import run_query
from pipelines.refusal import RefusedError
from pipelines.results import show_results
from pipelines.terminal import run_and_show
from tests.integration.days import private, published
from tests.integration.extracts import inbox, write_csv, write_xlsx
from tests.integration.listening import listening
from tests.integration.small_town import (
    DAY,
    HOME_VILLAGE,
    NAME_MARK,
    NUMBER_MARK,
    identifying_marks,
    small_town,
    write_town,
)
from tests.integration.traces import files_that, trace_pattern, traces
from tests.integration.whole_day import kept_day
from warehouse.catalogue import Catalogue
from warehouse.engines import duckdb_engine
from warehouse.engines.engine import ModelError
from warehouse.engines.functions import FUNCTIONS, NamedFunction
from warehouse.home import Home

REFUSED_MARK = "鼱鼱"
MARKS = identifying_marks(small_town())
PERSON = f"{NAME_MARK}某"


def for_the_owner_alone(home: Home) -> list:
    """Folders with identified data: mode 0700, or the owner's own deliveries and returns."""
    private_folders = [home.inbox, home.landed, home.quarantine, home.private_database.parent, home.truth]
    return [*private_folders, home.worklists, home.returns, home.replies, home.handed_over, home.returned]


def leaks(home: Home, heard: str = "") -> list[str]:
    """Where a mark is found that should not be there."""
    said = ["what was said"] if trace_pattern(MARKS).search(heard.encode()) else []
    return said + traces(home.path, MARKS, for_the_owner_alone(home))


def deliver_the_worst(home: Home) -> None:
    """The town, with refused and undeclared columns, rows that must be rejected and files that cannot be accepted."""
    undeclared = {"联系电话": f"{NUMBER_MARK}139", "银行账号": f"{NUMBER_MARK}6222", "避孕措施": REFUSED_MARK}
    undeclared[f"{PERSON}孕情"] = REFUSED_MARK
    write_town(home.path, small_town(), extra=undeclared)
    health = ["人口编码", "姓名", "性别", "出生日期", "公民身份号码", "户籍地村码"]
    bad_rows = [
        [f"{NUMBER_MARK}-1", PERSON, "女", "1985-03-07", "3.79E+17", HOME_VILLAGE],
        ["", PERSON, PERSON, PERSON, "379010198503071028", HOME_VILLAGE],
        [f"{NUMBER_MARK}-2", PERSON, PERSON, PERSON, PERSON, PERSON],
        [f"{NUMBER_MARK}-3", PERSON, "女", "", "379010198503071028", HOME_VILLAGE, PERSON, PERSON],
    ]
    write_csv(inbox(home.path, "health_registry", f"{DAY}_changes_{PERSON}名单.csv"), [health, *bad_rows])
    no_code = [["姓名", "性别", "出生日期", "避孕措施"], [PERSON, "女", "1985-03-07", REFUSED_MARK]]
    write_xlsx(inbox(home.path, "health_registry", f"{DAY}_changes_{PERSON}.xlsx"), no_code)
    write_csv(inbox(home.path, "household_register", f"{PERSON}.csv"), [["户号", PERSON], ["1", PERSON]])
    write_csv(inbox(home.path, f"{PERSON}登记", f"{DAY}.csv"), [health, *bad_rows])
    inbox(home.path, "birth_certificate", f"{DAY}_{PERSON}.xlsx").write_bytes(b"PK\x03\x04" + PERSON.encode())
    inbox(home.path, "birth_certificate", f"{DAY}_{PERSON}.xls").write_text(f"<html><p>{PERSON}", encoding="utf-8")


@pytest.fixture(scope="module")
def worst_day(tmp_path_factory):
    """The home after the worst day that still ends, its exit code, and all that was said."""
    home = Home(tmp_path_factory.mktemp("worst") / "home")
    deliver_the_worst(home)
    with listening() as heard:
        code = run_and_show(home, None, as_json=False)
        run_and_show(home, None, as_json=True)
        show_results(home)
        for table in ("warning", "village_ranking", "received_file", "rule"):
            run_query(home, f"select * from {table}", as_json=True)
        with pytest.raises(RefusedError) as refused:
            run_query(home, f"select '{NUMBER_MARK[:3]}' from person", as_json=False)
    return home, code, heard.getvalue() + str(refused.value)


def test_the_worst_day_is_as_bad_as_meant(worst_day):
    home, code, heard = worst_day
    assert code == 3
    assert "拒收" in heard
    assert len(published(home, "select 1 from received_file where status = 'quarantined'")) == 5
    assert published(home, "select sum(rows_rejected) from received_file")[0][0] >= 3
    assert "alembic" in heard, "no library was heard"
    assert "great_expectations" in heard and "sqlalchemy" in heard, "the process that runs checks was not heard"


def test_nothing_that_identifies_a_person_leaves_the_owners_folders(worst_day):
    home, _, heard = worst_day
    assert leaks(home, heard) == []


def test_the_marks_are_where_they_may_be(worst_day):
    """The search is not blind: it finds the marks in the inbox, in what landed and in the private warehouse."""
    home, _, _ = worst_day
    found = {name.split("/")[0] for name in traces(home.path, MARKS)}
    assert {"inbox", "landed", "private", "quarantine"} <= found


def test_what_stands_for_a_person_is_not_published_either(worst_day):
    home, _, heard = worst_day
    keys = [key for (key,) in private(home, "select person_key from person")]
    keys += [key for (key,) in private(home, "select case_id from discrepancy")]
    assert len(keys) > 100
    wanted = {key.removeprefix("P").encode() for key in keys}

    def names_one(content: bytes) -> bool:
        return not wanted.isdisjoint(re.findall(rb"(?=([0-9a-f]{16}))", content))

    assert files_that(names_one, home.path, for_the_owner_alone(home)) == []
    assert not names_one(heard.encode())
    assert files_that(names_one, home.private_database.parent) == [home.private_database.name]


def test_refused_values_are_nowhere_at_all(worst_day):
    """Invariant 2: not in what landed, not in quarantine, not in the private warehouse, not in logs."""
    home, _, heard = worst_day
    assert traces(home.path, [REFUSED_MARK], [home.inbox]) == []
    assert REFUSED_MARK not in heard
    refused = published(
        home, "select distinct refused_columns from received_file where status = 'accepted' and mode = 'full'"
    )
    assert refused == [(2,)]


def test_folders_for_the_owner_alone_are_closed_to_others(worst_day):
    home, _, _ = worst_day
    for folder in (home.landed, home.quarantine, home.private_database.parent):
        assert folder.stat().st_mode & 0o077 == 0


# -- days that fail --------------------------------------------------------------------------------------------------


def add_table(home: Home, sql: str, key: str = "label", **contract: object) -> None:
    """Gives a site a table of its own, computed by a model."""
    column = {"name": "label", "zh": "文字", "en": "text"}
    words = {"zh": "自建表", "en": "a table of this site", "grain_zh": "一行", "grain_en": "one row", "key": [key]}
    document = {"table": "site_table", "layer": "identity", "owner": "township office", "columns": [column]}
    for folder, name, text in (
        ("contracts", "site_table.yaml", yaml.safe_dump(document | words | contract, allow_unicode=True)),
        ("models/identity", "site_table.sql", sql),
    ):
        path = home.site / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.fixture
def home(tmp_path):
    home = Home(tmp_path / "home")
    write_town(home.path, small_town())
    return home


QUOTING = "select cast(cast(name as integer) as varchar) as label from stg_health_registry"


def test_a_failing_model_tells_its_name_and_no_value(home):
    add_table(home, QUOTING)
    with listening() as heard:
        assert run_and_show(home, None, as_json=False) == 1
    assert "site_table" in heard.getvalue()
    assert leaks(home, heard.getvalue()) == []


@pytest.mark.parametrize(
    "sql",
    [
        QUOTING,
        "select quoting(name) as label from stg_health_registry",
        "select cast(cast(id_number as date) as varchar) as label from stg_health_registry",
        "select error(name) as label from stg_health_registry",
        "select nothing as label from stg_health_registry",
    ],
    ids=["a cast", "a named function", "a date", "an error raised", "no such column"],
)
def test_whatever_fails_in_a_model_is_named_by_its_table(home, sql, monkeypatch):
    def quote(names):
        raise ValueError(names.to_pylist())

    quoting = NamedFunction("quoting", ("VARCHAR",), "VARCHAR", quote)
    monkeypatch.setattr(duckdb_engine, "FUNCTIONS", (*FUNCTIONS, quoting))
    add_table(home, sql)
    with pytest.raises(ModelError) as raised:
        kept_day(home, DAY, Catalogue(home.site))
    assert str(raised.value).startswith("site_table: ")
    assert leaks(home, str(raised.value)) == []


def test_the_engine_itself_would_have_quoted_it(home):
    """What the tests above guard against, seen: DuckDB's own message names the person."""
    kept_day(home, DAY)
    with (
        duckdb.connect(str(home.private_database)) as connection,
        pytest.raises(duckdb.Error, match=NAME_MARK),
    ):
        connection.execute(f"select * from ({QUOTING.replace('stg', 'work.stg')})").fetchall()


def test_a_failing_check_tells_counts_and_no_value(home):
    add_table(home, "select substr(name, 1, 2) as label from stg_health_registry")
    with listening() as heard:
        assert run_and_show(home, None, as_json=False) == 1
    assert "key_is_unique" in heard.getvalue()
    assert not home.published_database.exists()
    assert leaks(home, heard.getvalue()) == []


def test_a_broken_check_tells_its_name_and_no_value(home, monkeypatch):
    bad = Expectation(
        name="bad_check",
        zh="坏检查",
        en="a bad check",
        severity="blocking",
        unexpected="select 1 as unexpected from {batch} where cast(name as integer) = 1",
    )
    suites = read_suites() | {"stg_health_registry": (bad,)}
    monkeypatch.setattr("expectations.bridge.checks.read_suites", lambda: suites)
    with listening() as heard:
        assert run_and_show(home, None, as_json=False) == 1
    assert "stg_health_registry.bad_check" in heard.getvalue()
    assert leaks(home, heard.getvalue()) == []


def test_a_check_that_selects_values_does_not_load():
    with pytest.raises(ValueError, match="select 1 as unexpected"):
        Expectation(name="x", zh="甲", en="x", severity="warning", unexpected="select name from {batch}")


# -- a leak is found -------------------------------------------------------------------------------------------------


def test_a_name_that_is_published_is_found(home):
    """A table that claims to say nothing of a person, and does."""
    add_table(home, "select name as label from stg_health_registry group by name", publish=True)
    kept_day(home, DAY, Catalogue(home.site))
    published_file = home.published_database.resolve().relative_to(home.path).as_posix()
    assert leaks(home) == [published_file]


def test_a_name_in_a_log_is_found(home):
    with listening() as heard:
        logging.getLogger("anything.at.all").debug("row of %s", PERSON)
    assert leaks(home, heard.getvalue()) == ["what was said"]


def test_a_name_in_the_terminal_is_found(home):
    with listening() as heard:
        sys.stderr.write(f"{PERSON} failed\n")
    assert leaks(home, heard.getvalue()) == ["what was said"]
