"""A SQLAlchemy dialect through which Great Expectations reads the DuckDB connection that this process already holds.

DuckDB lets one process write a file, so a check must use the writer's own connection. Great Expectations reads a result
after it has given the connection back, and the rollback on return would throw DuckDB's pending result away: here
begin, commit and rollback do nothing (it only reads), and the pool always gives out the one connection.
"""

from __future__ import annotations

from typing import Any

import duckdb
from duckdb_engine import ConnectionWrapper, Dialect
from sqlalchemy import URL
from sqlalchemy.dialects import registry
from sqlalchemy.pool import Pool, StaticPool

_NAME = "hedui"
_held: dict[str, duckdb.DuckDBPyConnection] = {}


def hold(connection: duckdb.DuckDBPyConnection) -> str:
    """The address under which a connection of this process can be read from now on."""
    token = str(id(connection))
    _held[token] = connection
    return f"duckdb+{_NAME}:///{token}"


class HeldConnectionDialect(Dialect):
    """duckdb-engine's dialect on a connection that somebody else owns and closes."""

    supports_statement_cache = False

    def connect(self, *_arguments: Any, **options: Any) -> Any:
        """The connection whose token the address carries."""
        return ConnectionWrapper(_held[options["database"]])

    @classmethod
    def get_pool_class(cls, _url: URL) -> type[Pool]:
        """One connection for everybody."""
        return StaticPool

    def do_begin(self, connection: Any) -> None:
        """Nothing: reading needs no transaction."""

    def do_commit(self, connection: Any) -> None:
        """Nothing."""

    def do_rollback(self, connection: Any) -> None:
        """Nothing: a rollback would end the owner's transaction and drop pending results."""

    def do_close(self, connection: Any) -> None:
        """Nothing: the owner closes."""


registry.register(f"duckdb.{_NAME}", __name__, HeldConnectionDialect.__name__)
