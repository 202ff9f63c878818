"""A version that adds a column to a kept table, or gives one up, does not make days look as if somebody touched it."""

import pytest
from typer.testing import CliRunner

from assets.replay import Replay, TableComparison, replay
from pipelines.cli import app
from pipelines.replay_commands import why_it_may_differ
from tests.integration.days import DAY_1, DAY_2, copy_of, small_home
from tests.integration.whole_day import kept_day
from warehouse.catalogue import catalogue
from warehouse.digest import OF_SUMS, SUMS, digest, hash_sql
from warehouse.engines.duckdb_engine import connect

TABLE, ADDED = "this_day", ("payment_term_days", "complaint_term_days")
OTHER, NAME, FORMER = "ledger_balance", "imbalance", "difference"


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory):
    """A home whose first day was kept by a version without two columns, which came one after the other.

    In that version a column of another table had another name.
    """
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
        connection.execute(f"alter table {OTHER} rename {NAME} to {FORMER}")
        columns = [FORMER if name == NAME else name for name in catalogue().contract(OTHER).column_names()]
        connection.execute(
            f"""update day_digest set digest = (
                    select {OF_SUMS} from (select {SUMS} from (select {hash_sql(columns)} as row_hash from {OTHER})))
                where as_of = ? and table_name = ?""",
            [DAY_1, OTHER],
        )
    kept_day(home, DAY_2)  # adds them
    return home


def touched(home, value, more):
    """Puts a value into a column that was added later, and adds to one that was given up."""
    with connect(home.private_database) as connection:
        connection.execute(f"update {TABLE} set {ADDED[1]} = {value} where as_of = ?", [DAY_1])
        connection.execute(f"update {OTHER} set {FORMER} = {FORMER} + {more} where as_of = ?", [DAY_1])


def test_days_of_the_version_before_are_as_they_were(upgraded):
    found = replay(upgraded, catalogue(), DAY_2)
    assert found.broken_history == ()
    assert found.identical


def test_a_value_that_somebody_put_there_is_found_all_the_same(upgraded):
    touched(upgraded, 5, 1)
    try:
        assert set(replay(upgraded, catalogue(), DAY_2).broken_history) == {f"{TABLE} {DAY_1}", f"{OTHER} {DAY_1}"}
    finally:
        touched(upgraded, "null", -1)


def test_so_is_a_column_that_somebody_made_blank(upgraded):
    with connect(upgraded.private_database) as connection:
        [(before,)] = connection.execute(f"select round_days from {TABLE} where as_of = ?", [DAY_1]).fetchall()
        connection.execute(f"update {TABLE} set round_days = null where as_of = ?", [DAY_1])
    try:
        assert replay(upgraded, catalogue(), DAY_2).broken_history == (f"{TABLE} {DAY_1}",)
    finally:
        with connect(upgraded.private_database) as connection:
            connection.execute(f"update {TABLE} set round_days = ? where as_of = ?", [before, DAY_1])


def test_what_an_older_version_did_not_make_yet_is_told_in_words(upgraded, tmp_path):
    """Until the newest day is run again: its tables lack what is new."""
    home = copy_of(upgraded, tmp_path / "home")
    with connect(home.private_database) as connection:
        connection.execute(f"alter table {TABLE} drop column {ADDED[0]}")
    ran = CliRunner().invoke(app, ["--home", str(home.path), "replay", "--date", str(DAY_2)])
    assert isinstance(ran.exception, SystemExit), ran.exception
    assert ran.exit_code == 1
    assert f"还没有 {TABLE}.{ADDED[0]}；请先运行 hedui run" in ran.stderr


@pytest.mark.parametrize(
    ("same_code", "upon_others", "words"),
    [(False, True, "程序或参数与当时不同"), (True, True, "前面有日子与发布的不一致"), (True, False, None)],
)
def test_a_day_of_this_version_may_differ_because_it_is_rebuilt_upon_days_of_another(same_code, upon_others, words):
    found = Replay(DAY_2, (TableComparison(TABLE, 1, 1, 1, 1),), (), same_code, ())
    told = why_it_may_differ(found, upon_others=upon_others)
    assert words in told if words else told is None
