"""The years bring thousands of small landed files: each is opened once, not by every table of every day anew."""

import datetime as dt
import os

import duckdb
import polars as pl
import pytest

from warehouse.catalogue import catalogue
from warehouse.engines.duckdb_engine import WORK, DuckDBEngine
from warehouse.engines.landed_tables import SMALL_BYTES
from warehouse.files import DamagedFileError

TABLE = "rejected_row"
DAY = dt.date(2026, 11, 1)


@pytest.fixture
def engine():
    connection = duckdb.connect()
    engine = DuckDBEngine(connection, catalogue())
    engine.begin_day(DAY)
    return engine


def landed(folder, name, rows=1, filler=0):
    """A landed file of rejected rows, and bytes that say nothing."""
    path = folder / f"{name}.rejected.parquet"
    frame = pl.DataFrame({"file_id": name, "row_number": range(1, rows + 1), "reason_code": "SHORT_ROW"})
    frame.cast({"row_number": pl.Int32}).write_parquet(path, metadata={"filler": "x" * filler})
    return path


def files_of(engine):
    """The files whose rows the table holds, as whoever reads it sees it."""
    return engine.connection.sql(f"select distinct file_id from {WORK}.{TABLE} order by 1").fetchall()


def test_what_was_copied_is_not_opened_again(engine, tmp_path):
    small, large = landed(tmp_path, "a"), landed(tmp_path, "b", 3, SMALL_BYTES)
    assert engine.put_files(TABLE, [small, large]).rows == 4
    stat = small.stat()
    small.write_bytes(b"x" * stat.st_size)  # as nobody could see who does not open it
    os.utime(small, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert files_of(engine) == [("a",), ("b",)]
    assert engine.put_files(TABLE, [small, large, landed(tmp_path, "c")]).rows == 5
    assert files_of(engine) == [("a",), ("b",), ("c",)]


def test_what_somebody_changed_afterwards_is_read_again(engine, tmp_path):
    small = landed(tmp_path, "a", 3)
    assert engine.put_files(TABLE, [small]).rows == 3
    landed(tmp_path, "a", 1)
    assert engine.put_files(TABLE, [small]).rows == 1


def test_a_day_that_knows_fewer_files_holds_their_rows_alone(engine, tmp_path):
    a, b = landed(tmp_path, "a"), landed(tmp_path, "b")
    engine.put_files(TABLE, [a, b])
    engine.put_files(TABLE, [b])
    assert files_of(engine) == [("b",)]
    engine.put_files(TABLE, [a, b])
    assert files_of(engine) == [("a",), ("b",)]
    engine.put_files(TABLE, [])
    assert files_of(engine) == []


@pytest.mark.parametrize("damage", ["cut", "gone"])
def test_a_file_that_cannot_be_read_is_named(engine, tmp_path, damage):
    path = landed(tmp_path, "a")
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:20])
    else:
        path.unlink()
    with pytest.raises(DamagedFileError, match=r"a\.rejected\.parquet"):
        engine.put_files(TABLE, [path])
