"""Rows as a file that somebody asked for: its format told by the ending, whole or not there."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from assets.workbooks import plain_workbook
from pipelines.refusal import WRONG_USAGE, RefusedError
from warehouse.clock import today
from warehouse.files import write_atomically

_FORMATS = (".csv", ".xlsx", ".parquet")
_MOST_SHEET_ROWS = 2**20 - 1  # of the format, below the heading
_AUTOFIT_ROWS = 10_000
_PRIVATE = 0o600
_SHEET = "数据"


def require_folder(out: Path) -> None:
    """Raises RefusedError where a file is to be written into a folder that is not there."""
    if not out.parent.is_dir():
        raise RefusedError(f"没有这个文件夹 / no such folder: {out.parent}", WRONG_USAGE)


def require_format(out: Path) -> None:
    """Raises RefusedError where a file of that name cannot be written: before the rows are worked out."""
    if out.suffix not in _FORMATS:
        words = "输出文件应为 .csv、.xlsx 或 .parquet / the file must end in .csv, .xlsx or .parquet"
        raise RefusedError(words, WRONG_USAGE)
    require_folder(out)


def write_frame(frame: pl.DataFrame, out: Path, *, private: bool) -> None:
    """Writes rows; a private file is for the owner alone from the start. Text cells are never read as formulas.

    Raises RefusedError where they do not fit the format, OSError where the file cannot be written.
    """
    require_format(out)
    if out.suffix == ".xlsx" and len(frame) > _MOST_SHEET_ROWS:
        raise RefusedError(
            f"共 {len(frame):,} 行，一张工作表最多 {_MOST_SHEET_ROWS:,} 行，请改用 .csv 或 .parquet / "
            f"{len(frame):,} rows, a sheet holds {_MOST_SHEET_ROWS:,}: use .csv or .parquet",
            WRONG_USAGE,
        )

    def write(path: Path) -> None:
        if out.suffix == ".csv":
            frame.write_csv(path, include_bom=True)
        elif out.suffix == ".parquet":
            frame.write_parquet(path)
        else:
            with plain_workbook(path, today()) as workbook:
                frame.write_excel(workbook, worksheet=_SHEET, autofit=len(frame) < _AUTOFIT_ROWS)

    write_atomically(out, write, mode=_PRIVATE if private else None)
