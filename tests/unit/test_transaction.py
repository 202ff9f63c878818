"""All or nothing: what an error ends is undone whole, what is within another is part of it."""

import pytest

from warehouse.engines.duckdb_engine import connect
from warehouse.engines.transaction import transaction


class StoppedError(Exception):
    """Something went wrong half-way."""


@pytest.fixture
def connection():
    with connect(":memory:") as opened:
        opened.execute("create table done (step integer)")
        yield opened


def steps(connection):
    return [step for (step,) in connection.execute("select step from done order by step").fetchall()]


def stop_after(connection, *, within):
    with transaction(connection):
        connection.execute("insert into done values (1)")
        if within:
            with transaction(connection):
                connection.execute("insert into done values (2)")
        raise StoppedError


@pytest.mark.parametrize("within", [False, True])
def test_an_error_undoes_all_and_the_connection_goes_on(connection, within):
    with pytest.raises(StoppedError):
        stop_after(connection, within=within)
    assert steps(connection) == []
    with transaction(connection):
        connection.execute("insert into done values (3)")
    assert steps(connection) == [3]
