"""Days renewed from the day before say what days built from nothing say, and are checked as thoroughly."""

import datetime as dt
import shutil
from contextlib import nullcontext, suppress

import duckdb
import pytest

from assets.known import code_version, everything_known, known_on
from assets.registries.day_input import lay_out
from assets.registries.landing import land_inbox
from assets.replay import DIGESTS, build_day, digested
from expectations.bridge import Validator
from tests.integration.extracts import HEALTH, LI, WANG, inbox, write_csv
from tests.synthetic import simulate
from warehouse.catalogue import catalogue
from warehouse.digest import digest
from warehouse.engines.changes import COME, Change, Changes, changed
from warehouse.engines.duckdb_engine import KEPT, WORK, DuckDBEngine, connect
from warehouse.engines.transaction import transaction
from warehouse.home import Home

START = dt.date(2026, 11, 1)
AFTER = START + dt.timedelta(days=1)
CATALOGUE = catalogue()


@pytest.fixture
def engines():
    with connect(":memory:") as first, connect(":memory:") as second:
        yield DuckDBEngine(first, CATALOGUE), DuckDBEngine(second, CATALOGUE)


def build(engine, home, day, *, from_nothing=False):
    if from_nothing:
        engine.connection.execute(f"drop schema {WORK} cascade")
    land_inbox(home, CATALOGUE.layouts)
    build_day(engine, home, day, known_on(everything_known(home), day))


def content(engine, schema, tables):
    return {contract.table: digest(engine.connection, contract, f"{schema}.{contract.table}") for contract in tables}


def ways(engine):
    return {table: engine.changes.of(table) for table in CATALOGUE.renewals}


@pytest.mark.slow
def test_a_town_renewed_every_day_is_the_town_built_anew_every_day(tmp_path, engines):
    simulate(tmp_path, persons=1500, days=4, seed=2, start=START, with_offices=True)
    home, (renewing, new) = Home(tmp_path), engines
    for place in range(4):
        day = START + dt.timedelta(days=place)
        for engine in engines:
            build(engine, home, day, from_nothing=engine is new)
        every = CATALOGUE.tables.values()
        assert content(renewing, WORK, every) == content(new, WORK, every)
        recorded = renewing.connection.execute(f"select table_name, rows, digest from {WORK}.{DIGESTS}").fetchall()
        assert {table: (rows, text) for table, rows, text in recorded} == content(new, WORK, digested(CATALOGUE))
        for engine in engines:
            engine.keep_day(day)
        assert content(renewing, KEPT, digested(CATALOGUE)) == content(new, KEPT, digested(CATALOGUE))
        if place:
            unknown = [table for table, way in ways(renewing).items() if way is Change.UNKNOWN]
            assert unknown == ["person_register"]  # only what the day adds to it is computed, so nothing to compare
    assert set(ways(new).values()) == {Change.UNKNOWN}


def person(code, name):
    return [code, name, *WANG[2:4], "", WANG[5]]


def two_days(path):
    """A full extract of two people, and on the day after the name of one of them."""
    write_csv(inbox(path, "health_registry", f"{START}_full.csv"), [HEALTH, WANG, LI])
    write_csv(inbox(path, "health_registry", f"{AFTER}_changes.csv"), [HEALTH, [WANG[0], "王芬", *WANG[2:]]])
    return Home(path)


@pytest.fixture(scope="module")
def kept_start(tmp_path_factory):
    """A home and a database beside it in which its first day was built and kept: to be copied, not changed."""
    folder = tmp_path_factory.mktemp("kept")
    with connect(folder / "days.duckdb") as connection:
        engine = DuckDBEngine(connection, CATALOGUE)
        build(engine, two_days(folder / "home"), START)
        engine.keep_day(START)
    return folder


@pytest.fixture
def kept(kept_start, tmp_path):
    """The engine that kept the first day, and the home."""
    folder = tmp_path / "kept"
    shutil.copytree(kept_start, folder)
    with connect(folder / "days.duckdb") as connection:
        yield DuckDBEngine(connection, CATALOGUE), Home(folder / "home")


def test_what_nothing_reaches_is_taken_over(kept):
    engine, home = kept
    build(engine, home, AFTER)
    engine.keep_day(AFTER)
    found = ways(engine)
    assert found["stg_health_registry"] is Change.KNOWN
    assert found["stg_birth_certificate"] is Change.NONE
    assert found["duplicate_record"] is Change.NONE
    columns = f"record_id, name from {changed('stg_health_registry', COME)}"
    assert engine.connection.execute(f"select {columns}").fetchall() == [("R1", "王芬")]


def test_what_is_not_made_yet_is_not_there_and_not_kept(kept):
    engine, home = kept
    before = content(engine, KEPT, digested(CATALOGUE))
    land_inbox(home, CATALOGUE.layouts)
    lay_out(engine, home, AFTER, known_on(everything_known(home), AFTER))
    engine.require_day(AFTER)
    with pytest.raises(duckdb.CatalogException):
        engine.count("person")
    with pytest.raises(duckdb.CatalogException):
        engine.keep_day(AFTER)
    assert content(engine, KEPT, digested(CATALOGUE)) == before


def test_making_a_table_again_makes_the_same(kept):
    engine, home = kept
    build(engine, home, AFTER)
    made = content(engine, WORK, CATALOGUE.tables.values())
    for table in CATALOGUE.renewals:
        engine.build(table)
    assert content(engine, WORK, CATALOGUE.tables.values()) == made
    engine.keep_day(AFTER)
    found = content(engine, KEPT, digested(CATALOGUE))
    assert all(found[table] == made[table] for table, contract in CATALOGUE.tables.items() if contract.keep == "latest")


def test_a_day_that_was_not_kept_is_not_renewed(tmp_path, engines):
    home, engine = two_days(tmp_path), engines[0]
    for day in (START, AFTER):
        build(engine, home, day)
    assert set(ways(engine).values()) == {Change.UNKNOWN}


@pytest.mark.parametrize("case", ["another version", "an earlier day", "older than the newest kept"])
def test_only_the_newest_kept_day_of_the_same_version_is_renewed(kept, case, monkeypatch):
    engine, home = kept
    if case == "another version":
        monkeypatch.setattr("assets.registries.day_input.code_version", lambda _catalogue: "another")
    if case in ("an earlier day", "older than the newest kept"):
        build(engine, home, AFTER)
        engine.keep_day(AFTER)
        build(engine, home, START)
        if case == "older than the newest kept":
            engine.keep_day(START)
            build(engine, home, AFTER)
    else:
        build(engine, home, AFTER)
    assert set(ways(engine).values()) == {Change.UNKNOWN}


def test_a_day_that_broke_off_is_built_from_nothing(kept):
    engine, home = kept
    engine.begin_day(AFTER, code_version(CATALOGUE))
    build(engine, home, AFTER)
    assert set(ways(engine).values()) == {Change.UNKNOWN}


def test_a_full_extract_and_a_late_one_change_what_was_known(kept, engines):
    (renewing, home), new = kept, engines[1]
    build(renewing, home, AFTER)
    renewing.keep_day(AFTER)
    # On the same day comes a file of the day before, and then a full one without Li.
    write_csv(inbox(home.path, "health_registry", f"{START}_changes_late.csv"), [HEALTH, person("R3", "赵四")])
    build(renewing, home, AFTER)
    renewing.keep_day(AFTER)
    write_csv(inbox(home.path, "health_registry", f"{AFTER}_full.csv"), [HEALTH, WANG, person("R3", "赵四")])
    for engine in (renewing, new):
        if engine is new:
            build(engine, home, START)
            engine.keep_day(START)
        build(engine, home, AFTER, from_nothing=engine is new)
    gone = renewing.connection.execute(
        f"select record_id from {WORK}.stg_health_registry where not is_active"
    ).fetchall()
    assert gone == [("R2",)]
    identity = [contract for contract in CATALOGUE.tables.values() if contract.layer in ("staging", "identity")]
    late = ("person_register",)  # the engine that starts anew never published the day without the late file
    same = [contract for contract in identity if contract.table not in late]
    assert content(renewing, WORK, same) == content(new, WORK, same)


@pytest.mark.parametrize(
    ("check", "damage"),
    [
        ("key_is_unique", "*"),
        ("required_is_filled", "* replace (null as record_id, 'R9' as record_key)"),
        ("codes_are_listed", "* replace ('7' as sex, 'R9' as record_key)"),
    ],
)
def test_checks_of_a_renewed_table_find_what_checks_of_the_whole_find(kept, check, damage):
    engine, home = kept
    build(engine, home, AFTER)
    table, came = "stg_health_registry", changed("stg_health_registry", COME)
    engine.connection.execute(f"create table damaged as select {damage} from {came}")
    for damaged in (f"{WORK}.{table}", came):
        engine.connection.execute(f"insert into {damaged} from damaged")
    of_changes, of_all = (
        {
            result.name: result.unexpected_count
            for result in Validator(CATALOGUE, known).validate([table], engine.connection)
        }
        for known in (engine.changes, Changes())
    )
    assert of_changes == of_all
    assert of_all[check] == 1


@pytest.mark.parametrize("held", [True, False])
def test_rows_stay_in_place_while_they_are_replaced(tmp_path, held):
    """Another connection has DuckDB write its log into the file, between finding rows and deleting them."""
    wrong = 0
    with connect(tmp_path / "rows.duckdb") as connection, connection.cursor() as other:
        connection.execute("create table stored as select range as number from range(76000)")
        for step in range(12):
            old, first = f"hash(number + {step}) % 200 = 0", 100_000 + 1000 * step
            expected = connection.execute(f"select count(*), sum(number) from stored where not {old}").fetchall()
            with transaction(connection) if held else nullcontext():
                connection.execute(f"create or replace table found as select rowid as place from stored where {old}")
                with suppress(duckdb.TransactionException):  # refused while rows are held in place
                    other.execute("checkpoint")
                connection.execute("delete from stored where rowid in (from found)")
                left = connection.execute("select count(*), sum(number) from stored").fetchall()
                connection.execute(f"insert into stored from range({first}, {first + 300})")
            wrong += left != expected
    # Where nothing holds them they do move: else this would prove nothing.
    assert (wrong == 0) is held


def test_whoever_compares_rows_holds_them_in_place(tmp_path, engines, monkeypatch):
    home, engine = two_days(tmp_path), engines[0]
    compare, compared = Changes.compare, []

    def watched(changes, connection, contract, before, after):
        first, second = (connection.execute("select txid_current()").fetchall() for _ in range(2))
        compared.append((contract.table, first == second))
        compare(changes, connection, contract, before, after)

    monkeypatch.setattr(Changes, "compare", watched)
    for day in (START, AFTER):
        build(engine, home, day)
        engine.keep_day(day)
    assert len(compared) > 10
    assert all(is_held for _, is_held in compared)
