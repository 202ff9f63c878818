"""Rows of a query on the terminal: as a table, or one below the other where they are too wide."""

from __future__ import annotations

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

_MOST_ROWS = 200
_FOLDED = 24  # cells of the terminal: a longer text may be folded into so many
_BETWEEN = 3  # columns


def _text(value: object) -> str:
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _needs(columns: list[str], cells: list[list[str]]) -> int:
    """The least width of a table whose long texts are folded and nothing else."""
    widest = [max(cell_len(column), *(min(cell_len(row[place]), _FOLDED) for row in cells), 0)
              for place, column in enumerate(columns)]  # fmt: skip
    return sum(widest) + _BETWEEN * (len(columns) - 1) + 2


def _print_records(console: Console, columns: list[str], cells: list[list[str]]) -> None:
    """Every row as a list of its columns, for rows that are too wide to stand beside each other."""
    for number, row in enumerate(cells, start=1):
        console.rule(str(number), align="left", style="dim")
        record = Table.grid(padding=(0, _BETWEEN))
        record.add_column(no_wrap=True, style="bold")
        record.add_column(overflow="fold")
        for column, cell in zip(columns, row, strict=True):
            record.add_row(Text(column), Text(cell))
        console.print(record)


def print_rows(console: Console, columns: list[str], rows: list[tuple]) -> None:
    """Rows as a table that fits the terminal, numbers to the right; one below the other where it would not fit."""
    cells = [[_text(value) for value in row] for row in rows[:_MOST_ROWS]]
    if cells and _needs(columns, cells) > console.width:
        _print_records(console, columns, cells)
    else:
        _print_table(console, columns, rows, cells)
    if len(rows) > _MOST_ROWS:
        console.print(f"（只显示前 {_MOST_ROWS} 行，共 {len(rows)} 行 / first {_MOST_ROWS} of {len(rows)} rows）")


def _print_table(console: Console, columns: list[str], rows: list[tuple], cells: list[list[str]]) -> None:
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for place, column in enumerate(columns):
        numeric = all(isinstance(row[place], int | float | type(None)) for row in rows) and bool(rows)
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in cells:
        table.add_row(*map(Text, row))
    console.print(table)
