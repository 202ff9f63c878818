"""What leaves the office is made of the tables that are marked public, and of nothing else."""

import datetime as dt
import shutil
import stat

import pytest

from assets.board.figures import read_board
from assets.board.write import PAGE, WORKBOOK, board_folder, write_board
from assets.fees.disclosure import write_disclosure
from assets.mail.message import compose
from tests.fairness.month import LAST_DAY, publish_days
from warehouse.catalogue import catalogue
from warehouse.engines.duckdb_engine import connect
from warehouse.home import Home

PUBLIC = {table for table, contract in catalogue().tables.items() if contract.audience == "public"}
COUNTING = {"cases", "indicators", "ranking", "meetings", "benefits", "services"}


def released(home: Home) -> dict[str, bytes]:
    """Every file that leaves the office on the day, and the mail."""
    write_board(home, catalogue(), LAST_DAY)
    with connect(home.published_database, read_only=True) as connection:
        write_disclosure(home, connection)
    folder = board_folder(home, LAST_DAY)
    mail = compose(
        read_board(home.published_database, LAST_DAY),
        ("镇", "town"),
        "board@example.org",
        "leader@example.org",
        [folder / PAGE, folder / WORKBOOK],
        dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC),
        synthetic=True,
        late=False,
    )
    mail.set_boundary("boundary")
    files = [path for top in (folder, home.disclosure) for path in sorted(top.rglob("*")) if path.is_file()]
    return {path.relative_to(home.path).as_posix(): path.read_bytes() for path in files} | {"mail": mail.as_bytes()}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return publish_days(tmp_path_factory.mktemp("audience") / "home", days=4, load=2.0)


def test_what_is_released_needs_no_internal_table(home, tmp_path):
    stripped = Home(tmp_path / "home")
    shutil.copytree(home.path, stripped.path, symlinks=True)
    edition = stripped.published_database.resolve()
    edition.chmod(0o600)
    with connect(edition) as connection:
        held = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
        assert held > PUBLIC
        for table in held - PUBLIC:
            connection.execute(f"drop table {table}")
    first, second = released(home), released(stripped)
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
