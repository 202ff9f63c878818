"""The search for traces finds a text in every format that the project or its tools write."""

import json
import sqlite3
import zlib

import duckdb
import polars as pl
import pytest

from tests.integration.extracts import write_xls, write_xlsx
from tests.integration.traces import traces

TEXT = "仉龘子"
LONG = [f"{TEXT}{number % 7}" for number in range(5000)]  # long enough to be compressed


def _duckdb(path):
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table t as select unnest(?) as v", [LONG])


def _sqlite(path, value):
    connection = sqlite3.connect(path)
    connection.execute("create table t (v)")
    connection.execute("insert into t values (?)", [value])
    connection.commit()
    connection.close()


WRITERS = {
    "utf8.txt": lambda path: path.write_text(TEXT, encoding="utf-8"),
    "gb18030.csv": lambda path: path.write_text(TEXT, encoding="gb18030"),
    "utf16.csv": lambda path: path.write_text(TEXT, encoding="utf-16"),
    "escaped.json": lambda path: path.write_text(json.dumps([TEXT])),
    "upper.json": lambda path: path.write_text(json.dumps([TEXT]).upper().replace("\\U", "\\u")),
    "entities.html": lambda path: path.write_text("".join(f"&#{ord(character)};" for character in TEXT)),
    "w.duckdb": _duckdb,
    "text.sqlite": lambda path: _sqlite(path, TEXT),
    "zipped.sqlite": lambda path: _sqlite(path, zlib.compress(json.dumps([TEXT]).encode())),
    "w.parquet": lambda path: pl.DataFrame({"v": LONG}).write_parquet(path),
    "heading.parquet": lambda path: pl.DataFrame({TEXT: [1]}).write_parquet(path),
    "w.xlsx": lambda path: write_xlsx(path, [[TEXT]]),
    "w.xls": lambda path: write_xls(path, [[TEXT]]),
    f"{TEXT}.txt": lambda path: path.write_text(""),
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_text_is_found(tmp_path, name):
    WRITERS[name](tmp_path / name)
    assert traces(tmp_path, [TEXT]) == [name]
    assert traces(tmp_path, ["乌龟"]) == []
    assert traces(tmp_path, [TEXT], exempt=[tmp_path]) == []
