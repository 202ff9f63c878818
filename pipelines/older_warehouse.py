"""Whether a command failed because a warehouse is of an older version of the program.

After an upgrade, until the newest day is run again, tables and columns that are new are not there yet. Commands read on
as long as they need none of them; where one does, it is told in words what to do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path

import duckdb
import polars as pl

from warehouse.catalogue import Catalogue, catalogue
from warehouse.contracts import Contract
from warehouse.engines.duckdb_engine import KEPT, WORK, connect
from warehouse.home import Home

# What is raised where a table, a column or a key of a row is not there.
_NOT_THERE = (duckdb.CatalogException, duckdb.BinderException, pl.exceptions.ColumnNotFoundError, KeyError)


def why_not_there(home: object, error: Exception) -> str | None:
    """Words for an error that comes of an older warehouse of a home; None where it does not."""
    if not isinstance(home, Home) or not isinstance(error, _NOT_THERE):
        return None
    found = catalogue(home.site)
    with suppress(duckdb.Error):  # a warehouse that does not open is told of by whoever opens it
        lacking = [*_lacking(home.private_database, _private(found)), *_lacking(home.published_database, _shown(found))]
        if lacking:
            return (
                f"库是旧版程序（或 config/ 更改以前）算的，还没有 {lacking[0]}；请先运行 hedui run，再执行这条命令 / "
                f"the warehouse was made by an older version of the program, or before config/ was changed, and has no "
                f"{lacking[0]} yet: run `hedui run` first, then this command again"
            )
    return None


def _private(found: Catalogue) -> Iterable[tuple[str, Contract]]:
    return ((WORK if contract.keep == "day" else KEPT, contract) for contract in found.tables.values())


def _shown(found: Catalogue) -> Iterable[tuple[str, Contract]]:
    return ((KEPT, contract) for contract in found.tables.values() if contract.publish)


def _lacking(path: Path, declared: Iterable[tuple[str, Contract]]) -> list[str]:
    """Tables, and columns of tables, that are declared and that a warehouse does not have."""
    if not path.exists():
        return []
    with connect(path, read_only=True) as connection:
        there: dict[tuple[str, str], Collection[str]] = {
            (schema, table): columns
            for schema, table, columns in connection.execute(
                "select schema_name, table_name, list(column_name) from duckdb_columns() "
                "where database_name = current_database() group by all"
            ).fetchall()
        }
    lacking = []
    for schema, contract in declared:
        columns = there.get((schema, contract.table))
        if columns is None:
            lacking.append(contract.table)
        else:
            lacking += [f"{contract.table}.{name}" for name in contract.column_names() if name not in columns]
    return lacking
