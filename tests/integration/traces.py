"""Looking for a text wherever a program may have left it: in files of any format, in any spelling.

A plain search of bytes is not enough: databases compress what they hold, JSON and HTML escape it, archives deflate it.
"""

from __future__ import annotations

import io
import json
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from html import escape
from pathlib import Path
from urllib.parse import quote

import duckdb

_ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")


def spellings(text: str) -> set[bytes]:
    """The text in every encoding and escape in which it may stand in a file."""
    escaped = {
        text,
        json.dumps(text)[1:-1],
        json.dumps(text)[1:-1].upper().replace("\\U", "\\u"),
        quote(text),
        escape(text),
        "".join(f"&#{ord(character)};" for character in text),
        "".join(f"&#x{ord(character):x};" for character in text),
        text.encode("unicode_escape").decode(),
    }
    return {spelt.encode(encoding) for spelt in escaped for encoding in _ENCODINGS}


def _rows_as_bytes(rows: Iterable[tuple]) -> Iterator[bytes]:
    for row in rows:
        for value in row:
            if isinstance(value, bytes):
                yield value
                try:
                    yield zlib.decompress(value)
                except zlib.error:
                    continue
            elif value is not None:
                yield str(value).encode()


def _duckdb_contents(path: Path) -> Iterator[bytes]:
    with duckdb.connect(str(path), read_only=True) as connection:
        catalogue = connection.execute(
            "select database_name, schema_name, table_name, comment from duckdb_tables() where not internal"
        ).fetchall()
        yield from _rows_as_bytes(catalogue)
        yield from _rows_as_bytes(connection.execute("select sql, comment from duckdb_views()").fetchall())
        for _, schema, table, _ in catalogue:
            yield from _rows_as_bytes(connection.execute(f'select * from "{schema}"."{table}"').fetchall())


def _sqlite_contents(path: Path) -> Iterator[bytes]:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        for (table,) in connection.execute("select name from sqlite_master where type = 'table'").fetchall():
            yield from _rows_as_bytes(connection.execute(f'select * from "{table}"').fetchall())
    finally:
        connection.close()


def _parquet_contents(path: Path) -> Iterator[bytes]:
    result = duckdb.execute("select * from read_parquet(?)", [str(path)])
    yield ", ".join(name for name, *_ in result.description or []).encode()
    yield from _rows_as_bytes(result.fetchall())


def contents(path: Path) -> Iterator[bytes]:
    """Everything a file says: its bytes, and what its format hides."""
    content = path.read_bytes()
    yield content
    if content[8:12] == b"DUCK":
        yield from _duckdb_contents(path)
    elif content.startswith(b"SQLite format 3\0"):
        yield from _sqlite_contents(path)
    elif content.startswith(b"PAR1"):
        yield from _parquet_contents(path)
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield archive.read(name)


def trace_pattern(texts: Iterable[str]) -> re.Pattern[bytes]:
    """Matches any of the texts in any spelling. Meant for a handful of texts: every one is tried everywhere."""
    return re.compile(b"|".join(re.escape(spelt) for text in texts for spelt in sorted(spellings(text))))


def files_that(matches: Callable[[bytes], object], folder: Path, exempt: Iterable[Path] = ()) -> list[str]:
    """Files below a folder, but for the exempt ones, whose name or any content matches."""
    left_out = set(exempt)
    return [
        path.relative_to(folder).as_posix()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not path.is_symlink()
        and not left_out & {path, *path.parents}
        and any(matches(content) for content in (path.relative_to(folder).as_posix().encode(), *contents(path)))
    ]


def traces(folder: Path, texts: Iterable[str], exempt: Iterable[Path] = ()) -> list[str]:
    """Files below a folder, but for the exempt ones, in whose path or content one of the texts stands."""
    return files_that(trace_pattern(texts).search, folder, exempt)
