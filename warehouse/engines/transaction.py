"""All or nothing on a DuckDB connection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

_open: set[int] = set()  # connections with a transaction under way


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """What is done within it is done whole, or not at all where an error ends it: the connection can go on either way.

    Within it the rowids of rows stay what they are, whatever other connections do. Rows move when DuckDB writes its log
    into the file, and the commit of any connection may make it do so; while a transaction is open it moves none.
    Within another it is part of that one. Each by itself waits for the disk once.
    """
    if id(connection) in _open:
        yield
        return
    connection.execute("begin transaction")
    _open.add(id(connection))
    try:
        yield
    except BaseException:
        connection.execute("rollback")
        raise
    else:
        connection.execute("commit")
    finally:
        _open.discard(id(connection))
