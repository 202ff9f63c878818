"""Dagster's SQLite storage, its event log with connections that stay open.

Dagster's own opens and closes a database connection for every event and every look-up; with some hundred tables and
checks a day that was half of a small town's run. Files and tables are the same: either class reads what the other
wrote.

Nor does Dagster's own give a run's space back: of a deleted run it leaves the emptied file and the results of checks.
"""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.event import listen
from sqlalchemy.pool import StaticPool

_OPEN_SHARDS = 8  # one database per run: the UI reads many, each for a moment
_FREE_PART = 4  # the index is written anew where one page in so many is free: a day's worth is soon used again
_PATIENCE_SECONDS = 5


def _without_a_flush_per_event(connection: sqlite3.Connection, _record: object) -> None:
    """In WAL mode NORMAL cannot corrupt the file; a power cut may cost the last events of Dagster's own log."""
    connection.execute("pragma synchronous = normal")


class OpenSqliteEventLogStorage(SqliteEventLogStorage):
    """One open connection per database in use. Dagster's lock already lets one thread in at a time."""

    def _engine(self, shard: str) -> Engine:
        engines: OrderedDict[str, Engine] = self.__dict__.setdefault("_open_engines", OrderedDict())
        if shard not in engines:
            engines[shard] = create_engine(
                self.conn_string_for_shard(shard),
                poolclass=StaticPool,
                connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
            )
            listen(engines[shard], "connect", _without_a_flush_per_event)
            while len(engines) > _OPEN_SHARDS:
                engines.popitem(last=False)[1].dispose()
        engines.move_to_end(shard)
        return engines[shard]

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.connect() as connection, connection.begin():
                yield connection

    def has_table(self, table_name: str) -> bool:
        """Whether the index holds a table. It is asked with every asset event, and a table once there stays."""
        known: set[str] = self.__dict__.setdefault("_known_tables", set())
        if table_name not in known and super().has_table(table_name):
            known.add(table_name)
        return table_name in known

    def _has_asset_key_col_on_connection(self, conn: Connection, column_name: str) -> bool:
        """Whether the index knows a column of assets. It is asked with every asset event, as above."""
        known: set[str] = self.__dict__.setdefault("_known_asset_columns", set())
        if column_name not in known and super()._has_asset_key_col_on_connection(conn, column_name):
            known.add(column_name)
        return column_name in known

    def delete_events(self, run_id: str) -> None:
        """Drops what is recorded of a run: in the index, then its own file, by which it is found until then."""
        with self.index_connection() as connection:
            self.delete_events_for_run(connection, run_id)
        if self.supports_global_concurrency_limits:
            self.free_concurrency_slots_for_run(run_id)
        with self._db_lock:
            self._close(run_id)
            self._initialized_dbs.discard(run_id)
            for ending in ("-wal", "-shm", ""):
                Path(f"{self.path_for_shard(run_id)}{ending}").unlink(missing_ok=True)

    def delete_check_results(self, run_ids: Collection[str]) -> None:
        """Drops the results of checks of runs. One walk through the table, which is not indexed by run."""
        with self.index_connection() as connection:
            connection.execute(
                AssetCheckExecutionsTable.delete().where(AssetCheckExecutionsTable.c.run_id.in_(run_ids))
            )

    def give_back_space(self) -> None:
        """Writes the index anew where much of it is free; another time where somebody is at it or the disk is full."""
        with self._db_lock:
            self._close(INDEX_SHARD_NAME)
            path = self.path_for_shard(INDEX_SHARD_NAME)
            with closing(sqlite3.connect(path, timeout=_PATIENCE_SECONDS, isolation_level=None)) as connection:
                [(free,)], [(pages,)] = (
                    connection.execute(f"pragma {name}").fetchall() for name in ("freelist_count", "page_count")
                )
                if free * _FREE_PART < pages:
                    return
                try:
                    connection.execute("vacuum")
                    connection.execute("pragma wal_checkpoint(truncate)")
                except sqlite3.OperationalError:
                    return

    def _close(self, shard: str) -> None:
        """Closes the connection of a database, where one is open."""
        if engine := self.__dict__.get("_open_engines", {}).pop(shard, None):
            engine.dispose()

    def dispose(self) -> None:
        """Closes every connection."""
        for engine in self.__dict__.pop("_open_engines", {}).values():
            engine.dispose()
        super().dispose()


class OpenSqliteStorage(DagsterSqliteStorage):
    """Dagster's own SQLite storage in every respect but the event log's connections."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(base_dir, inst_data)
        closed = self._event_log_storage
        self._event_log_storage = OpenSqliteEventLogStorage(closed._base_dir)
        closed.dispose()

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData, config_value: Mapping[str, Any]) -> OpenSqliteStorage:
        """The storage that dagster.yaml describes."""
        return cls.from_local(inst_data=inst_data, **config_value)
