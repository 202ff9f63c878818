"""What is kept beside the day: a home of an older version gains new columns, and no model takes it for the day's."""

import datetime as dt

import pytest

from warehouse.catalogue import catalogue
from warehouse.engines.duckdb_engine import DuckDBEngine, connect
from warehouse.engines.engine import ModelError

TABLE = "village_ranking"


def test_a_kept_table_gains_new_columns_and_keeps_its_rows(tmp_path):
    path = tmp_path / "hedui.duckdb"
    contract = catalogue().contract(TABLE)
    dropped = next(column for column in contract.columns if column.name == "movement")
    with connect(path) as connection:
        connection.execute(contract.ddl("main"))
        connection.execute(f'alter table main.{TABLE} drop column "{dropped.name}"')
        connection.execute(f"insert into main.{TABLE} (as_of, unit_code) values (date '2026-11-24', '370481105224')")
    with connect(path) as connection:
        engine = DuckDBEngine(connection, catalogue())
        rows = connection.execute(f"select unit_code, {dropped.name} from main.{TABLE}").fetchall()
        types = {name: kind for name, kind, *_ in connection.execute(f"describe main.{TABLE}").fetchall()}
        assert engine.count(TABLE, "main") == 1
    assert rows == [("370481105224", None)]
    assert types[dropped.name] == dropped.type


@pytest.mark.parametrize("table", sorted(catalogue().models))
def test_a_model_never_reads_what_was_kept_in_place_of_the_day(table, stand_ins):
    """Every relation a model names is missing from the day and stands, empty, among what is kept."""
    stand_ins.begin_day(dt.date(2026, 11, 24))
    with pytest.raises(ModelError, match="does not exist"):
        stand_ins.build(table)


@pytest.fixture(scope="module")
def stand_ins(tmp_path_factory):
    """An engine whose day holds nothing, and that keeps a table under every name a model may read."""
    with connect(tmp_path_factory.mktemp("kept") / "hedui.duckdb") as connection:
        engine = DuckDBEngine(connection, catalogue())
        relations = {name for model in catalogue().models.values() for name in model.reads}
        for name in sorted(relations - set(catalogue().tables)):
            connection.execute(f"create or replace table main.{name} (nothing varchar)")
        for contract in catalogue().tables.values():
            connection.execute(contract.ddl("main"))
        yield engine
