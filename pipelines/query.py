"""Reading the warehouses: SQL, an interactive shell, tables as files."""

from __future__ import annotations

import cmd
import datetime as dt
import json
from pathlib import Path

import duckdb
import polars as pl
from rich import box
from rich.console import Console
from rich.table import Table

from pipelines.screen import screen
from warehouse.engines.duckdb_engine import KEPT, WORK, connect
from warehouse.home import Home

_MOST_ROWS = 200
_NOTHING_PUBLISHED = "还没有发布任何结果，请先运行 hedui run / nothing is published yet: run `hedui run` first"


def _complain(text: str) -> int:
    screen(errors=True).print(f"[bold]✗[/] {text}", markup=True)
    return 1


def _open(home: Home) -> duckdb.DuckDBPyConnection:
    connection = connect(home.published_database, read_only=True)
    connection.execute("set enable_external_access = false")
    return connection


def _text(value: object) -> str:
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def print_rows(console: Console, columns: list[str], rows: list[tuple]) -> None:
    """Rows as a table that fits the terminal; numbers to the right."""
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for place, column in enumerate(columns):
        numeric = all(isinstance(row[place], int | float | type(None)) for row in rows) and bool(rows)
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in rows[:_MOST_ROWS]:
        table.add_row(*(_text(value) for value in row))
    console.print(table)
    if len(rows) > _MOST_ROWS:
        console.print(f"（只显示前 {_MOST_ROWS} 行，共 {len(rows)} 行 / first {_MOST_ROWS} of {len(rows)} rows）")


def _answer(connection: duckdb.DuckDBPyConnection, query: str, *, as_json: bool) -> int:
    try:
        result = connection.execute(query)
        columns = [name for name, *_ in result.description or []]
        rows = result.fetchall()
    except duckdb.Error as error:
        return _complain(f"SQL 有误 / {str(error).splitlines()[0]}")
    if as_json:
        screen().print_json(
            json.dumps([dict(zip(columns, row, strict=True)) for row in rows], default=str, ensure_ascii=False)
        )
    else:
        print_rows(screen(), columns, rows)
    return 0


def run_query(home: Home, query: str, *, as_json: bool = False) -> int:
    """Runs one statement on the published warehouse and prints its rows."""
    if not home.published_database.exists():
        return _complain(_NOTHING_PUBLISHED)
    connection = _open(home)
    try:
        return _answer(connection, query, as_json=as_json)
    finally:
        connection.close()


class _Shell(cmd.Cmd):
    prompt = "hedui> "
    intro = (
        "只读 SQL，以分号结束；.tables 列出表，.quit 退出 / "
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
        if line == ".tables":
            query = "select table_name, comment from duckdb_tables() order by table_name"
            _answer(self._connection, query, as_json=False)
            return False
        self._pending.append(line)
        if line.rstrip().endswith(";"):
            query, self._pending = "\n".join(self._pending), []
            _answer(self._connection, query, as_json=False)
        self.prompt = "   ...> " if self._pending else "hedui> "
        return False


def shell(home: Home) -> int:
    """An interactive shell on the published warehouse."""
    if not home.published_database.exists():
        return _complain(_NOTHING_PUBLISHED)
    connection = _open(home)
    try:
        _Shell(connection).cmdloop()
    finally:
        connection.close()
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


def write_frame(frame: pl.DataFrame, out: Path, *, private: bool) -> None:
    """Writes rows to a file, its format told by the ending; a private one is for the owner alone."""
    if out.suffix == ".csv":
        frame.write_csv(out, include_bom=True)
    elif out.suffix == ".parquet":
        frame.write_parquet(out)
    else:
        import xlsxwriter

        with xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
            frame.write_excel(workbook, worksheet=out.stem[:31], autofit=len(frame) < 10_000)
    if private:
        out.chmod(0o600)


def export_table(home: Home, table: str, out: Path, day: dt.date | None, *, private: bool) -> int:
    """Writes a table to a file, its format told by the ending. Text cells are never read as formulas."""
    database = home.private_database if private else home.published_database
    if out.suffix not in (".csv", ".xlsx", ".parquet"):
        return _complain("输出文件应为 .csv、.xlsx 或 .parquet / the file must end in .csv, .xlsx or .parquet") and 2
    if not database.exists():
        return _complain(_NOTHING_PUBLISHED)
    try:
        connection = connect(database, read_only=True)
    except duckdb.IOException:
        return _complain("内部库正在被写入，请稍后再试 / the private warehouse is being written: try again later")
    try:
        name = _find_table(connection, table)
        if name is None:
            return _complain(f"没有这张表 / no such table: {table}")
        columns = [row[0] for row in connection.execute(f"describe {name}").fetchall()]
        if day and "as_of" not in columns:
            return _complain(f"{table} 没有统计日 / {table} has no as_of") and 2
        where = f"where as_of = date '{day.isoformat()}'" if day else ""
        frame = connection.sql(f"select * from {name} {where} order by all").pl()
    finally:
        connection.close()
    write_frame(frame, out, private=private)
    screen().print(f"✓ {len(frame):,} 行 / rows → {out}")
    return 0
