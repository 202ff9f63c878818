"""Rebuilding a day from exactly the input it knew, in a scratch database, and comparing it with what was published.

Belongs here: the rebuilding, the comparison, what moved between two days. Nothing here writes to the home.
Does not belong here: how it is shown (pipelines/replay_commands).

A day is built upon the days before it (their findings, rankings, warnings). `replay` takes these as they are kept,
after checking each against the digest recorded when it was published, so one replayed day costs one day; `replay_all`
starts from nothing and rebuilds every day in order.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from assets.building import build_tables
from assets.computed import COMPUTED
from assets.known import Known, code_version, everything_known, known_on
from assets.registries.day_input import lay_out
from warehouse.catalogue import Catalogue
from warehouse.contracts import Contract
from warehouse.digest import NO_ROWS, OF_SUMS, SUMS, hash_sql, line_sql
from warehouse.engines.duckdb_engine import KEPT, WORK, Built, DuckDBEngine, connect
from warehouse.files import quoted
from warehouse.home import Home
from warehouse.publish import select_sql
from warehouse.published_days import known_input_sql, published_days

DIGESTS = "day_digest"
PRIVATE, PUBLISHED = "kept_private", "kept_published"


class NeverPublishedError(Exception):
    """The day asked for was never published."""


@dataclass(frozen=True)
class TableComparison:
    """One table of a day: rows as published and as rebuilt, and how many of each the other does not have."""

    table: str
    published_rows: int
    rebuilt_rows: int
    only_published: int
    only_rebuilt: int

    @property
    def identical(self) -> bool:
        """Whether every row is there, byte for byte, and no other."""
        return not self.only_published and not self.only_rebuilt


@dataclass(frozen=True)
class Replay:
    """A replayed day: tables compared, history that no longer fits its digest, whether the code is the same."""

    as_of: dt.date
    tables: tuple[TableComparison, ...]
    broken_history: tuple[str, ...]
    same_code: bool
    missing_input: tuple[str, ...]

    @property
    def identical(self) -> bool:
        """Whether the day was reproduced byte for byte."""
        return not self.broken_history and not self.missing_input and all(table.identical for table in self.tables)


def digested(catalogue: Catalogue) -> list[Contract]:
    """Contracts of the tables whose content a day records: all that are kept, but the digests themselves."""
    return [contract for contract in catalogue.tables.values() if contract.keep != "day" and contract.table != DIGESTS]


def build_day(engine: DuckDBEngine, home: Home, day: dt.date, known: Known) -> None:
    """Builds every table of a day into the work schema, from the given input, without checks."""
    lay_out(engine, home, day, known)
    for _ in build_tables(engine, home, day, engine.catalogue.order, COMPUTED):
        pass
    add_up_and_put_digests(engine, day)


def put_digests(engine: DuckDBEngine, day: dt.date) -> Built:
    """Fills day_digest with what was added up of the day's tables."""
    found = engine.digests()
    return engine.put_rows(
        DIGESTS,
        [{"as_of": day, "table_name": table, "rows": rows, "digest": text} for table, (rows, text) in found.items()],
    )


def add_up_and_put_digests(engine: DuckDBEngine, day: dt.date) -> Built:
    """Fills day_digest with the day's tables as they are in the work schema."""
    for contract in digested(engine.catalogue):
        engine.add_up(contract.table)
    return put_digests(engine, day)


@contextmanager
def scratch(home: Home, catalogue: Catalogue) -> Iterator[DuckDBEngine]:
    """An engine on a scratch database, with the home's two warehouses attached for reading. It is gone afterwards.

    Raises duckdb.IOException while the private warehouse is being written.
    """
    home.scratch.mkdir(exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(prefix="hedui-replay-", dir=home.scratch) as folder:
        connection = connect(Path(folder) / "scratch.duckdb")
        try:
            engine = DuckDBEngine(connection, catalogue)
            for alias, path in ((PRIVATE, home.private_database), (PUBLISHED, home.published_database)):
                connection.execute(f"attach {quoted(path)} as {alias} (read_only)")
            yield engine
        finally:
            connection.close()


def query(connection: duckdb.DuckDBPyConnection, sql: str, *parameters: object) -> list[tuple]:
    """Rows of a statement."""
    return connection.execute(sql, list(parameters)).fetchall()


def require_published_days(engine: DuckDBEngine, *days: dt.date) -> None:
    """Raises NeverPublishedError unless each day was published."""
    known = published_days(engine.connection, f"{PUBLISHED}.main")
    for day in days:
        if day not in known:
            raise NeverPublishedError(day)


def recorded(connection: duckdb.DuckDBPyConnection, day: dt.date) -> frozenset[str]:
    """Ids of the input that a published day knew."""
    rows = query(connection, known_input_sql(f"{PUBLISHED}.main", day))
    return frozenset(input_id for _, input_id in rows)


def take_history(engine: DuckDBEngine, day: dt.date) -> None:
    """Copies what is kept of the days before a day into the scratch database."""
    for contract in engine.catalogue.tables.values():
        if contract.keep == "partition":
            columns = contract.columns_sql()
            engine.connection.execute(
                f"insert into {KEPT}.{contract.table} ({columns}) "
                f"select {columns} from {PRIVATE}.main.{contract.table} where as_of < ?",
                [day],
            )


def _differing(engine: DuckDBEngine, table: str, columns: Sequence[str], day: dt.date) -> set[dt.date]:
    """Days before a day whose kept rows, in some columns, do not have the digest recorded with them."""
    rows = query(
        engine.connection,
        f"""select recorded.as_of
            from {PRIVATE}.main.{DIGESTS} as recorded
            left join (
                select as_of, {OF_SUMS} as digest
                from (
                    select as_of, {SUMS}
                    from (select as_of, {hash_sql(columns)} as row_hash from {PRIVATE}.main.{table}) as hashed
                    group by as_of
                ) as summed
            ) as found on recorded.as_of = found.as_of
            where recorded.table_name = ? and recorded.as_of < ?
                and recorded.digest is distinct from coalesce(found.digest, {NO_ROWS})""",
        table,
        day,
    )
    return {as_of for (as_of,) in rows}


def _as_they_stand(engine: DuckDBEngine, table: str) -> list[str]:
    """A kept table's columns: first those that it began with, then those that later versions added, each as it came."""
    rows = query(
        engine.connection,
        f"""select column_name from duckdb_columns()
            where database_name = '{PRIVATE}' and schema_name = 'main' and table_name = ?
            order by column_index""",
        table,
    )
    return [name for (name,) in rows]


def _columns_of_older_versions(contract: Contract, standing: Sequence[str]) -> Iterator[list[str]]:
    """Columns that an older version may have recorded rows by, the newest version first.

    Without a later column the contract is the version's before it. A column that was given up, as one that has another
    name now, is in no contract any more, but stays in the table, where the columns of its time stand before all others.
    """
    columns = contract.column_names()
    for newest in reversed(standing):
        if newest in columns:
            columns = [name for name in columns if name != newest]
            yield columns
    if set(standing).difference(contract.column_names()):
        yield from (list(standing[:end]) for end in range(len(standing), 0, -1))


def _broken_days(engine: DuckDBEngine, contract: Contract, day: dt.date) -> set[dt.date]:
    """Days before a day of which a table's kept rows are not those that were recorded.

    A column of another version is blank for them and was not among what they were added up of: it is left out. A day
    that has a value there differs for another reason.
    """
    table = contract.table
    broken = _differing(engine, table, contract.column_names(), day)
    standing = _as_they_stand(engine, table) if broken else []
    for columns in _columns_of_older_versions(contract, standing):
        if not broken:
            break
        others = (f'count("{name}") = 0' for name in standing if name not in columns)
        blank = query(
            engine.connection,
            f"select as_of from {PRIVATE}.main.{table} group by as_of having {' and '.join(others) or 'true'}",
        )
        if possible := broken.intersection(as_of for (as_of,) in blank):
            broken -= possible - _differing(engine, table, columns, day)
    return broken


def _broken_history(engine: DuckDBEngine, day: dt.date) -> list[str]:
    """Tables and days before a day whose kept rows no longer have the digest recorded with them."""
    return [
        f"{contract.table} {as_of}"
        for contract in digested(engine.catalogue)
        if contract.keep == "partition"
        for as_of in sorted(_broken_days(engine, contract, day))
    ]


def _compare(engine: DuckDBEngine, table: str, published: str, rebuilt: str) -> TableComparison:
    counts = query(
        engine.connection,
        f"""with published as ({published}), rebuilt as ({rebuilt})
            select (select count(*) from published), (select count(*) from rebuilt),
                (select count(*) from (from published except all from rebuilt)),
                (select count(*) from (from rebuilt except all from published))""",
    )[0]
    return TableComparison(table, *counts)


def compare_day(engine: DuckDBEngine, day: dt.date) -> list[TableComparison]:
    """The day in the work schema against what is kept of it and what was published, table by table.

    Tables of which only the newest day is kept are compared by the digest that the day recorded.
    """
    found = []
    when = f"date '{day.isoformat()}'"
    for contract in engine.catalogue.tables.values():
        line, table = line_sql(contract.column_names()), contract.table
        if contract.keep == "partition":
            kept = f"select {line} as line from {PRIVATE}.main.{table} where as_of = {when}"
            found.append(_compare(engine, table, kept, f"select {line} as line from {WORK}.{table}"))
            if contract.publish:
                shown = f"select {line} as line from {PUBLISHED}.main.{table} where as_of = {when}"
                rebuilt = f"select {line} as line from ({select_sql(contract, WORK)})"
                found.append(_compare(engine, f"published {table}", shown, rebuilt))
    return found


def rebuild(
    engine: DuckDBEngine, home: Home, everything: Known, day: dt.date, *, as_known_now: bool = False
) -> tuple[str, ...]:
    """Builds a day into the work schema, from the input it recorded or from all that is known of it now.

    Returns the ids of recorded input that is no longer there.
    """
    if as_known_now:
        build_day(engine, home, day, known_on(everything, day))
        return ()
    ids = recorded(engine.connection, day)
    known = known_on(everything, day, ids)
    build_day(engine, home, day, known)
    return tuple(sorted(ids - {input_id for _, input_id in known.inputs}))


def replay(home: Home, catalogue: Catalogue, day: dt.date) -> Replay:
    """Rebuilds a published day and compares it. Raises NeverPublishedError."""
    everything = everything_known(home)
    with scratch(home, catalogue) as engine:
        require_published_days(engine, day)
        take_history(engine, day)
        broken = _broken_history(engine, day)
        missing = rebuild(engine, home, everything, day)
        return Replay(day, tuple(compare_day(engine, day)), tuple(broken), _same_code(engine, day), missing)


def replay_all(home: Home, catalogue: Catalogue) -> Iterator[Replay]:
    """Rebuilds every published day in order, from nothing, each upon the rebuilt days before it."""
    everything = everything_known(home)
    with scratch(home, catalogue) as engine:
        for day in sorted(published_days(engine.connection, f"{PUBLISHED}.main")):
            missing = rebuild(engine, home, everything, day)
            yield Replay(day, tuple(compare_day(engine, day)), (), _same_code(engine, day), missing)
            engine.keep_day(day)


def _same_code(engine: DuckDBEngine, day: dt.date) -> bool:
    then = query(engine.connection, f"select code_version from {PUBLISHED}.main.day_run where as_of = ?", day)
    return then == [(code_version(engine.catalogue),)]
