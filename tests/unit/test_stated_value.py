"""What registries say now is read in every field that can be corrected: the form declares, the model reads."""

import duckdb
import pytest

from warehouse.catalogue import catalogue
from warehouse.forms import read_correction_form
from warehouse.models.model import in_schema

ASKED = [(registry, field) for registry, fields in read_correction_form().fields.items() for field in fields]
MODEL = catalogue().models["stated_value"]
OF_TYPE = {"VARCHAR": "'value of {}'", "DATE": "date '2020-01-02'", "BOOLEAN": "true", "INTEGER": "1"}


@pytest.fixture(scope="module")
def stated():
    """What the model says of one record of each registry that is asked about in every field."""
    with duckdb.connect() as connection:
        connection.execute("create schema work")
        for table in MODEL.reads:
            connection.execute(catalogue().contract(table).ddl("work"))
            if table.startswith("stg_"):
                columns = catalogue().contract(table).columns
                values = ", ".join(OF_TYPE[column.type].format(column.name) for column in columns)
                connection.execute(f"insert into work.{table} values ({values})")
        connection.executemany(
            "insert into work.listed_correction (registry, record_id, field) values (?, 'value of record_id', ?)", ASKED
        )
        rows = connection.execute(f"select registry, field, source_value from ({in_schema(MODEL.sql, 'work')})")
        return {(registry, field): value for registry, field, value in rows.fetchall()}


@pytest.mark.parametrize(("registry", "field"), ASKED)
def test_every_field_that_can_be_corrected_is_read(stated, registry, field):
    is_date = catalogue().layouts[registry].columns[field].type == "date"
    assert stated[registry, field] == ("2020-01-02" if is_date else f"value of {field}")
