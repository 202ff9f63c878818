"""What leaves the office is made of the tables that are marked public, and of nothing else."""

import stat

import pytest

from tests.fairness.month import LAST_DAY, publish_days
from tests.integration.days import copy_of
from tests.integration.released import released
from warehouse.catalogue import catalogue
from warehouse.engines.duckdb_engine import connect

PUBLIC = {table for table, contract in catalogue().tables.items() if contract.audience == "public"}
COUNTING = {"cases", "indicators", "ranking", "meetings", "benefits", "services"}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return publish_days(tmp_path_factory.mktemp("audience") / "home", days=4, load=2.0)


def test_what_is_released_needs_no_internal_table(home, tmp_path):
    stripped = copy_of(home, tmp_path / "home")
    edition = stripped.published_database.resolve()
    edition.chmod(0o600)
    with connect(edition) as connection:
        held = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
        assert held > PUBLIC
        for table in held - PUBLIC:
            connection.execute(f"drop table {table}")
    first, second = released(home, LAST_DAY), released(stripped, LAST_DAY)
    assert len(first) >= 8
    assert second == first


def test_no_table_with_exact_counts_of_units_is_public():
    layers = {catalogue().contract(table).layer for table in PUBLIC}
    assert layers & COUNTING == set()
    assert {"public_figure", "public_ranking", "public_warning", "public_report"} < PUBLIC


def test_the_edition_is_for_the_owners_group_to_read(home):
    assert stat.S_IMODE(home.published_database.stat().st_mode) == 0o440


def test_a_public_table_has_to_be_published():
    contract = catalogue().contract("indicator_value")
    with pytest.raises(ValueError, match="not published"):
        type(contract).model_validate({**contract.model_dump(), "publish": False, "audience": "public"})
