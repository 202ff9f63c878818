"""The board's tables as files: XLSX and CSV for further work, PDF for the notice board."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import tempfile
from pathlib import Path

import duckdb
import polars as pl

from assets.workbooks import headed, write_tables
from warehouse.catalogue import Catalogue
from warehouse.files import write_atomically

TABLES = ("public_ranking", "public_warning", "public_figure", "public_report", "public_open_case")
WORKBOOK = "board.xlsx"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_PRINT_SECONDS = 120


class NoBrowserError(Exception):
    """No Chromium on this machine: the page can still be printed by hand."""


def tables_of(connection: duckdb.DuckDBPyConnection, day: dt.date) -> dict[str, pl.DataFrame]:
    """The day's release tables of an open edition, by name."""
    return {
        table: pl.DataFrame(
            connection.sql(f"select * from {table} where as_of = ? order by all", params=[day]).to_arrow_table()
        )
        for table in TABLES
    }


def write_workbook(path: Path, catalogue: Catalogue, tables: dict[str, pl.DataFrame], day: dt.date) -> None:
    """One sheet per table, named and headed in words; the CSV files bear the columns' own names."""
    contracts = {table: catalogue.contract(table) for table in tables}
    write_tables(path, {contracts[table].zh: headed(contracts[table], frame) for table, frame in tables.items()}, day)


def write_csv(frame: pl.DataFrame, path: Path) -> None:
    """A table as UTF-8 with a byte order mark, as spreadsheets expect it."""
    frame.write_csv(path, include_bom=True)


def print_pdf(page: Path, target: Path) -> None:
    """Prints a page to PDF with a Chromium that is on the machine, without a network.

    Raises NoBrowserError where there is none or it fails.
    """
    browser = next((found for name in _BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        raise NoBrowserError("没有找到 Chromium，无法生成 PDF / no Chromium found: the PDF was not made")
    with tempfile.TemporaryDirectory() as profile:
        made = Path(profile) / "board.pdf"
        options = (
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-extensions",
            "--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={profile}",
            "--no-pdf-header-footer", f"--print-to-pdf={made}",
        )  # fmt: skip
        try:
            command = [browser, *options, page.as_uri()]
            subprocess.run(command, check=True, capture_output=True, timeout=_PRINT_SECONDS)
        except (subprocess.SubprocessError, OSError):
            raise NoBrowserError("Chromium 打印失败 / Chromium could not print the page") from None
        if not made.exists():
            raise NoBrowserError("Chromium 打印失败 / Chromium could not print the page")
        write_atomically(target, lambda path: shutil.copyfile(made, path))
