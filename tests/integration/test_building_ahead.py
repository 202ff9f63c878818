"""What is built side by side, beside the checks, is what is built in turn, and it ends when it is told to."""

import datetime as dt
import threading

import duckdb
import pytest

from assets.building import MODEL_STAGES, tables_of
from assets.building_ahead import building_ahead
from assets.computed import COMPUTED
from assets.known import everything_known, known_on
from assets.registries.day_input import lay_out
from assets.registries.landing import land_inbox
from assets.replay import DIGESTS, build_day
from pipelines.open_warehouse import open_warehouse
from tests.synthetic import simulate
from warehouse.engines.duckdb_engine import WORK, DuckDBEngine
from warehouse.engines.engine import ModelError
from warehouse.home import Home

DAY = dt.date(2026, 11, 1)


@pytest.fixture
def warehouse(tmp_path):
    simulate(tmp_path, persons=500, days=1, seed=4, start=DAY, with_offices=True)
    home = Home(tmp_path)
    with open_warehouse(home) as opened:
        land_inbox(home, opened.catalogue.layouts)
        yield opened


def known(warehouse):
    return known_on(everything_known(warehouse.home), DAY, None)


def digests(warehouse):
    rows = warehouse.engine.connection.execute(f"select table_name, rows, digest from {WORK}.{DIGESTS}").fetchall()
    return sorted(rows)


def test_a_day_built_ahead_is_the_day_built_in_turn(warehouse):
    build_day(warehouse.engine, warehouse.home, DAY, known(warehouse))
    in_turn = digests(warehouse)
    with building_ahead(warehouse.engine, warehouse.home) as warehouse.building:
        with warehouse.input_of(DAY):
            lay_out(warehouse.engine, warehouse.home, DAY, known(warehouse))
        for stage in MODEL_STAGES:
            built = list(warehouse.built_ahead(stage))
            assert sorted(table.table for table in built) == sorted(tables_of(warehouse.catalogue, stage))
            assert all(table.rows == warehouse.engine.count(table.table) for table in built)
        assert [table.table for table in warehouse.built_ahead(DIGESTS)] == [DIGESTS]
    assert digests(warehouse) == in_turn
    assert any(rows for _, rows, _ in in_turn)


def test_code_reads_only_what_is_declared(warehouse, monkeypatch):
    """Tables are built side by side: what code reads without saying so may not be there yet."""
    build_day(warehouse.engine, warehouse.home, DAY, known(warehouse))
    read, read_table = set(), DuckDBEngine.read

    def noting(engine, table, columns=None):
        read.add(table)
        return read_table(engine, table, columns)

    monkeypatch.setattr(DuckDBEngine, "read", noting)
    for code in COMPUTED:
        read.clear()
        code.run(warehouse.engine, warehouse.home, DAY)
        given = {name for table in code.tables for name in warehouse.catalogue.inputs(table)}
        assert read <= given, code.tables
        assert read


def test_what_fails_is_told_to_whoever_waits_for_it(warehouse):
    with building_ahead(warehouse.engine, warehouse.home) as ahead:
        lay_out(warehouse.engine, warehouse.home, DAY, known(warehouse))
        warehouse.engine.connection.execute(f"drop view {WORK}.latest_health_registry")
        ahead.begin(DAY)
        with pytest.raises(ModelError, match="stg_health_registry"):
            for stage in MODEL_STAGES:
                list(ahead.built(stage))


def test_input_is_laid_out_again_while_the_day_is_being_built(warehouse):
    with building_ahead(warehouse.engine, warehouse.home) as warehouse.building:
        for _ in range(3):
            with warehouse.input_of(DAY):
                lay_out(warehouse.engine, warehouse.home, DAY, known(warehouse))
        assert list(warehouse.built_ahead(MODEL_STAGES[-1]))
        last = next(warehouse.built_ahead(DIGESTS))
    assert last.rows > 0


def test_at_the_end_the_statement_under_way_is_broken_off(warehouse, monkeypatch):
    under_way = threading.Event()

    def forever(engine, _table):
        under_way.set()
        engine.connection.execute("select sum(a.range * b.range % 7) from range(10000000) as a, range(10000000) as b")

    lay_out(warehouse.engine, warehouse.home, DAY, known(warehouse))
    monkeypatch.setattr(type(warehouse.engine), "build", forever)
    with building_ahead(warehouse.engine, warehouse.home) as ahead:
        ahead.begin(DAY)
        assert under_way.wait(60)
    with pytest.raises(duckdb.InterruptException):
        next(ahead.built(MODEL_STAGES[0]))
