"""Reading the warehouses: SQL, an interactive shell, tables as files."""

from __future__ import annotations

import cmd
import datetime as dt
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from math import isfinite
from pathlib import Path

import duckdb
from rich.console import Console
from rich.text import Text

from pipelines.printed_rows import print_rows
from pipelines.reading import reading_private, reading_published
from pipelines.refusal import WRONG_USAGE, RefusedError, never_published
from pipelines.result_file import require_format, write_frame
from pipelines.screen import PIPED_WIDTH, screen
from warehouse.catalogue import catalogue
from warehouse.engines.duckdb_engine import KEPT, WORK
from warehouse.home import Home

_INDENT = "  "
_DOT_COMMANDS = {".tables": "select table_name, comment from duckdb_tables() order by table_name"}
# Kinds of DuckDB's errors, the special before the general.
_KINDS: dict[type[duckdb.Error], str] = {
    duckdb.ParserException: "语法有误 / the syntax is wrong",
    duckdb.CatalogException: "没有这张表或这个函数 / no such table or function",
    duckdb.BinderException: "没有这一列，或列与类型不符 / no such column, or columns and types do not fit",
    duckdb.ConversionException: "有值不能转换为所要的类型 / a value is not of the type wanted",
    duckdb.PermissionException: "这里不允许 / it is not allowed here",
    duckdb.InvalidInputException: "这里不能这样做，发布库只读 / it cannot be done here: the warehouse is read-only",
    duckdb.OutOfMemoryException: "内存不够 / not enough memory",
}

_NO_TABLE = re.compile(r"Table with name (\w+) does not exist")
_IN_PRIVATE = "{} 在内部库里，请加 --private 导出 / it is in the private warehouse: export it with --private"


@contextmanager
def _for_queries(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published warehouse, from which no file of the machine can be read."""
    with reading_published(home) as connection:
        connection.execute("set enable_external_access = false")
        yield connection


def _refused(error: duckdb.Error) -> RefusedError:
    """What kind of error it is in words, and below it what DuckDB says, in lines that fit."""
    words = next((words for kind, words in _KINDS.items() if isinstance(error, kind)), "SQL 有误 / an error in the SQL")
    said = str(error).split("\n\n")[0]  # then it shows the statement
    wrapped = Text(said).wrap(Console(width=PIPED_WIDTH), PIPED_WIDTH - len(_INDENT), overflow="fold")
    lines = [line.plain.rstrip() for line in wrapped]
    missing = _NO_TABLE.search(said)
    if missing and missing[1] in catalogue().tables:
        lines = [_IN_PRIVATE.format(missing[1]), f"hedui export {missing[1]} --private --out {missing[1]}.xlsx"]
    return RefusedError("\n".join([f"{words}：", *(f"{_INDENT}{line}" for line in lines)]))


def _statements(query: str) -> str:
    """The SQL of a query; a dot command stands for some. Raises RefusedError where it is neither."""
    if not query.lstrip().startswith("."):
        return query
    try:
        return _DOT_COMMANDS[query.strip().rstrip(";")]
    except KeyError:
        known = ", ".join(_DOT_COMMANDS)
        raise RefusedError(f"没有这个命令，只有 / no such command, there is: {known}", WRONG_USAGE) from None


def _answer(connection: duckdb.DuckDBPyConnection, query: str, *, as_json: bool) -> None:
    """Prints the rows of every statement, one after another. Raises RefusedError where one is none."""
    sql = _statements(query)
    try:
        statements = connection.extract_statements(sql)
        if as_json and len(statements) != 1:
            words = "--json 每次一条语句 / with --json one statement at a time"
            raise RefusedError(words, WRONG_USAGE)
        for statement in statements:
            result = connection.execute(statement)
            columns = [name for name, *_ in result.description or []]
            _show(columns, result.fetchall(), as_json=as_json)
    except duckdb.Error as error:
        raise _refused(error) from None


def _told_apart(columns: list[str]) -> list[str]:
    """Names of which none is there twice, numbered as DuckDB numbers them: score, score_1."""
    names: list[str] = []
    for column in columns:
        tried = (f"{column}_{number}" if number else column for number in count())
        names.append(next(name for name in tried if name not in names))
    return names


def _in_json(value: object) -> object:
    """A value as JSON has it, which knows no NaN and no infinity."""
    return None if isinstance(value, float) and not isfinite(value) else value


def _show(columns: list[str], rows: list[tuple], *, as_json: bool) -> None:
    if as_json:
        names = _told_apart(columns)
        told = [dict(zip(names, map(_in_json, row), strict=True)) for row in rows]
        screen().print_json(json.dumps(told, default=str, ensure_ascii=False))
    else:
        print_rows(screen(), columns, rows)


def run_query(home: Home, query: str, *, as_json: bool = False) -> int:
    """Runs statements, or a dot command, on the published warehouse and prints their rows."""
    with _for_queries(home) as connection:
        _answer(connection, query, as_json=as_json)
    return 0


class _Shell(cmd.Cmd):
    prompt = "hedui> "
    intro = (
        "只读 SQL，以分号结束；.tables 列出表，.quit 退出 /\n"
        "read-only SQL, end with a semicolon; .tables lists tables, .quit leaves"
    )

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        super().__init__()
        self._connection = connection
        self._pending: list[str] = []

    def onecmd(self, line: str) -> bool:
        """A line of SQL, or a dot command; true ends the shell."""
        if line in (".quit", ".exit", "EOF"):
            return True
        if not line.strip():
            return False
        if line.startswith(".") and not self._pending:
            self._answer(line)
            return False
        self._pending.append(line)
        if line.rstrip().endswith(";"):
            query, self._pending = "\n".join(self._pending), []
            self._answer(query)
        self.prompt = "   ...> " if self._pending else "hedui> "
        return False

    def _answer(self, query: str) -> None:
        try:
            _answer(self._connection, query, as_json=False)
        except RefusedError as refusal:
            screen().print(f"✗ {refusal}", markup=False)


def shell(home: Home) -> int:
    """An interactive shell on the published warehouse."""
    with _for_queries(home) as connection:
        _Shell(connection).cmdloop()
    return 0


def _find_table(connection: duckdb.DuckDBPyConnection, table: str) -> str | None:
    """The table with its schema: what is kept before what is of the day."""
    found = connection.execute(
        "select schema_name from duckdb_tables() where table_name = ? union all "
        "select schema_name from duckdb_views() where view_name = ? and not internal",
        [table, table],
    ).fetchall()
    schemas = [schema for (schema,) in found]
    for schema in (KEPT, WORK):
        if schema in schemas:
            return f'{schema}."{table}"'
    return None


def export_table(home: Home, table: str, out: Path, day: dt.date | None, *, private: bool, as_json: bool) -> int:
    """Writes a table to a file, its format told by the ending."""
    require_format(out)
    with (reading_private if private else reading_published)(home) as connection:
        name = _find_table(connection, table)
        if name is None and not private and table in catalogue(home.site).tables:
            raise RefusedError(_IN_PRIVATE.format(table))
        if name is None:
            raise RefusedError(f"没有这张表 / no such table: {table}")
        columns = [row[0] for row in connection.execute(f"describe {name}").fetchall()]
        if day and "as_of" not in columns:
            raise RefusedError(f"{table} 没有统计日 / {table} has no as_of", WRONG_USAGE)
        if day and not connection.execute(f"select 1 from {KEPT}.day_run where as_of = ?", [day]).fetchall():
            raise never_published(day)
        where = f"where as_of = date '{day.isoformat()}'" if day else ""
        frame = connection.sql(f"select * from {name} {where} order by all").pl()
    write_frame(frame, out, private=private)
    if as_json:
        print(json.dumps({"table": table, "rows": len(frame), "out": str(out)}, ensure_ascii=False))  # noqa: T201
    else:
        screen().print(f"✓ {len(frame):,} 行 / rows → {out}", soft_wrap=True)
    return 0
