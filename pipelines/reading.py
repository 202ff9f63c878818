"""Opening a home's warehouses to read them: with a refusal in words where there is nothing to read yet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from pipelines.refusal import NOTHING_PUBLISHED, NOTHING_RUN, RefusedError
from warehouse.engines.duckdb_engine import connect, is_locked
from warehouse.home import Home

_BUSY = "内部库正在被写入，请稍后再试 / the private warehouse is being written: try again later"
_UNREADABLE = (
    "库文件打不开：文件已损坏，或磁盘已满；请运行 hedui doctor，损坏的从备份恢复 / "
    "a warehouse cannot be opened: its file is damaged, or the disk is full; run `hedui doctor`, and restore what is "
    "damaged from a backup"
)


@contextmanager
def reading_private(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """The private warehouse for reading. Raises RefusedError where nothing was run yet, or a run is under way."""
    if not home.private_database.exists():
        raise RefusedError(NOTHING_RUN)
    with not_while_written():
        connection = connect(home.private_database, read_only=True)
    with connection:
        yield connection


@contextmanager
def reading_published(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published warehouse for reading. Raises RefusedError where nothing is published yet."""
    require_published(home)
    with connect(home.published_database, read_only=True) as connection:
        yield connection


def require_published(home: Home) -> None:
    """Raises RefusedError where nothing is published yet."""
    if not home.published_database.exists():
        raise RefusedError(NOTHING_PUBLISHED)


@contextmanager
def not_while_written() -> Iterator[None]:
    """Within it, a warehouse that is being written by a run, or cannot be opened at all, is refused in words."""
    try:
        yield
    except duckdb.IOException as error:
        raise RefusedError(why_not_opened(error, _BUSY)) from None


def why_not_opened(error: duckdb.IOException, busy: str) -> str:
    """Why a warehouse was not opened, in words; `busy` where another process has it."""
    return busy if is_locked(error) else _UNREADABLE
