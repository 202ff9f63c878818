"""A version that adds a column to a kept table does not make the days before it look as if somebody touched them."""

import pytest

from assets.replay import replay
from tests.integration.days import DAY_1, DAY_2, small_home
from tests.integration.whole_day import kept_day
from warehouse.catalogue import catalogue
from warehouse.digest import digest
from warehouse.engines.duckdb_engine import connect

TABLE, ADDED = "this_day", ("payment_term_days", "complaint_term_days")


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory):
    """A home whose first day was kept by a version without two columns, which came one after the other."""
    home = small_home(tmp_path_factory.mktemp("upgraded"))
    kept_day(home, DAY_1)
    contract = catalogue().contract(TABLE)
    older = contract.model_copy(
        update={"columns": tuple(column for column in contract.columns if column.name not in ADDED)}
    )
    with connect(home.private_database) as connection:
        for column in ADDED:
            connection.execute(f"alter table {TABLE} drop column {column}")
        rows, recorded = digest(connection, older, TABLE)
        connection.execute(
            "update day_digest set rows = ?, digest = ? where as_of = ? and table_name = ?",
            [rows, recorded, DAY_1, TABLE],
        )
    kept_day(home, DAY_2)  # adds them
    return home


def touched(home, value):
    with connect(home.private_database) as connection:
        connection.execute(f"update {TABLE} set {ADDED[1]} = {value} where as_of = ?", [DAY_1])


def test_days_of_the_version_before_are_as_they_were(upgraded):
    found = replay(upgraded, catalogue(), DAY_2)
    assert found.broken_history == ()
    assert found.identical


def test_a_value_that_somebody_put_there_is_found_all_the_same(upgraded):
    touched(upgraded, 5)
    try:
        assert replay(upgraded, catalogue(), DAY_2).broken_history == (f"{TABLE} {DAY_1}",)
    finally:
        touched(upgraded, "null")


def test_so_is_a_column_that_somebody_made_blank(upgraded):
    with connect(upgraded.private_database) as connection:
        [(before,)] = connection.execute(f"select round_days from {TABLE} where as_of = ?", [DAY_1]).fetchall()
        connection.execute(f"update {TABLE} set round_days = null where as_of = ?", [DAY_1])
    try:
        assert replay(upgraded, catalogue(), DAY_2).broken_history == (f"{TABLE} {DAY_1}",)
    finally:
        with connect(upgraded.private_database) as connection:
            connection.execute(f"update {TABLE} set round_days = ? where as_of = ?", [before, DAY_1])
