"""A table of the day can be read without the columns that nobody asked for."""

import datetime as dt

from warehouse.catalogue import catalogue
from warehouse.engines.duckdb_engine import DuckDBEngine, connect
from warehouse.engines.engine import arrow_schema

TABLE = "settled_person"


def test_only_the_columns_asked_for_are_read_with_the_types_of_the_contract():
    row = {
        "registry": "household_register",
        "record_key": "H1|1",
        "record_id": "1",
        "first_extract": dt.date(2026, 11, 1),
        "group_key": "G1",
        "match_method": "id",
    }
    with connect(":memory:") as connection:
        engine = DuckDBEngine(connection, catalogue())
        engine.begin_day(dt.date(2026, 11, 24))
        engine.put_rows(TABLE, [row])
        some, every = engine.read(TABLE, ["first_extract", "registry"]), engine.read(TABLE)
    assert every.schema == arrow_schema(catalogue().contract(TABLE))
    assert every.to_pylist() == [row]
    assert some.schema == every.select(["registry", "first_extract"]).schema
    assert some.to_pylist() == [{"registry": "household_register", "first_extract": dt.date(2026, 11, 1)}]
