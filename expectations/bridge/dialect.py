"""A SQLAlchemy dialect through which Great Expectations reads a DuckDB database that another process holds.

DuckDB lets one process write a file, so a check must be answered by the writer. Great Expectations reads a result after
it has given the connection back: here begin, commit and rollback do nothing (it only reads), and the pool always gives
out the one connection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import duckdb
from duckdb_engine import ConnectionWrapper, Dialect
from sqlalchemy import URL
from sqlalchemy.dialects import registry
from sqlalchemy.pool import Pool, StaticPool

from expectations.bridge.channel import Channel, Query, Rows

_NAME = "hedui"
ADDRESS = f"duckdb+{_NAME}:///owner"


class _Remote:
    """What duckdb-engine asks of a connection, answered by the owner of the data: each result comes whole."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._rows: list[tuple[Any, ...]] = []
        self.description: list[tuple[Any, ...]] = []
        self.rowcount = -1

    def execute(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] | None = None) -> _Remote:
        """Raises duckdb.Error where the query failed; why, the owner keeps to itself."""
        self._channel.send(Query(sql, parameters))
        answer: Rows = self._channel.receive()
        if answer.columns is None:
            raise duckdb.Error("the query failed")
        self.description = [(name, kind, None, None, None, None, None) for name, kind in answer.columns]
        self._rows = answer.rows
        return self

    def fetchmany(self, size: int = 1) -> list[tuple[Any, ...]]:
        """The next rows."""
        taken, self._rows = self._rows[:size], self._rows[size:]
        return taken

    def fetchall(self) -> list[tuple[Any, ...]]:
        """The rows that are left."""
        return self.fetchmany(len(self._rows))

    def fetchone(self) -> tuple[Any, ...] | None:
        """The next row, if any."""
        return next(iter(self.fetchmany(1)), None)


_remote: list[_Remote] = []


def read_through(channel: Channel) -> None:
    """Lets ADDRESS be read through a channel from now on."""
    _remote[:] = [_Remote(channel)]


class OwnersDialect(Dialect):
    """duckdb-engine's dialect on a connection that another process owns."""

    supports_statement_cache = False

    def connect(self, *_arguments: Any, **_options: Any) -> Any:
        """The connection of the channel."""
        return ConnectionWrapper(cast("duckdb.DuckDBPyConnection", _remote[0]))

    @classmethod
    def get_pool_class(cls, _url: URL) -> type[Pool]:
        """One connection for everybody."""
        return StaticPool

    def do_begin(self, connection: Any) -> None:
        """Nothing: reading needs no transaction."""

    def do_commit(self, connection: Any) -> None:
        """Nothing."""

    def do_rollback(self, connection: Any) -> None:
        """Nothing: a rollback would end the owner's transaction."""

    def do_close(self, connection: Any) -> None:
        """Nothing: the owner closes."""


registry.register(f"duckdb.{_NAME}", __name__, OwnersDialect.__name__)
