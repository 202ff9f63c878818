"""A home of an older version is opened by a newer one: what is kept gains the columns that are new."""

from warehouse.catalogue import catalogue
from warehouse.engines.duckdb_engine import DuckDBEngine, connect

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
