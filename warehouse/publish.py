"""From the private file to the published one: only what contracts allow, swapped in atomically.

The published warehouse says nothing of a person and is for those who work with the figures: it holds exact counts of
small places. What anybody may see is marked `audience: public` in its contract; board, mail, workbooks and the
disclosure read those tables and no other.

A publication is a new edition beside the old one, written whole, synced, and then made `current` by renaming a link.
Who has the old edition open keeps reading it; who opens afterwards reads the new one; nobody reads half of one.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.catalogue import Catalogue
from warehouse.contracts import Contract
from warehouse.engines.duckdb_engine import KEPT, WORK
from warehouse.engines.transaction import transaction
from warehouse.files import quoted
from warehouse.home import Home

_KEPT_EDITIONS = 5
_MODE = 0o440  # for statisticians, the owner's group: exact counts of small places are not for everybody
_ALIAS = "edition"
_NAME = "edition-%Y%m%dT%H%M%S%f"
_NAMED_SO = re.compile(r"edition-\d{8}T\d{12}")


@dataclass(frozen=True)
class Publication:
    """What was published: the edition's folder and its rows by table."""

    edition: Path
    rows: dict[str, int]


def select_sql(contract: Contract, schema: str) -> str:
    """The SELECT of a table as it is published: what may not be seen is replaced."""
    columns = ", ".join(
        f'{column.publish_as} as "{column.name}"' if column.publish_as else f'"{column.name}"'
        for column in contract.columns
    )
    return f"select {columns} from {schema}.{contract.table} order by {', '.join(contract.key)}"


def _write(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, path: Path) -> dict[str, int]:
    """Fills a new database file with every publishable table, its comments and the dictionary."""
    rows: dict[str, int] = {}
    connection.execute(f"attach {quoted(path)} as {_ALIAS}")
    try:
        with transaction(connection):  # that it can be tried again
            for contract in catalogue.tables.values():
                if not contract.publish:
                    continue
                schema = WORK if contract.keep == "day" else KEPT
                connection.execute(contract.ddl(f"{_ALIAS}.main"))
                inserted = connection.execute(
                    f"insert into {_ALIAS}.main.{contract.table} {select_sql(contract, schema)}"
                ).fetchall()
                rows[contract.table] = inserted[0][0]
                for statement in contract.comments(f"{_ALIAS}.main"):
                    connection.execute(statement)
    finally:
        connection.execute(f"detach {_ALIAS}")
    return rows


def publish(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, home: Home) -> Publication:
    """Writes a new edition and makes it current. The connection holds the private database and is its only writer."""
    home.published.mkdir(parents=True, exist_ok=True)
    name = _next_name(home)
    building = home.published / f".{name}"
    building.mkdir()
    path = building / home.published_database.name
    rows = _write(connection, catalogue, path)
    path.chmod(_MODE)
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
    edition = home.published / name
    building.rename(edition)
    link = home.published / f".current-{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(name)
    link.replace(home.published / "current")
    _forget_old(home)
    return Publication(edition, rows)


def _editions(home: Home) -> list[Path]:
    """Editions, oldest first; a folder that somebody copied beside them under another name is none."""
    return sorted(path for path in home.published.glob("edition-*") if _NAMED_SO.fullmatch(path.name))


def _next_name(home: Home) -> str:
    """A name behind those of all editions that are there, also where the clock was set back since they were made."""
    instant = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    editions = _editions(home)
    if editions and editions[-1].name >= f"{instant:{_NAME}}":
        instant = dt.datetime.strptime(editions[-1].name, _NAME) + dt.timedelta(microseconds=1)
    return f"{instant:{_NAME}}"


def _forget_old(home: Home) -> None:
    """Keeps the newest editions: a reader that resolved the old link a moment ago must still find its file."""
    abandoned = [path for path in home.published.glob(".edition-*") if path.is_dir()]
    for path in (*_editions(home)[:-_KEPT_EDITIONS], *abandoned):
        shutil.rmtree(path, ignore_errors=True)
