"""A home with a few handwritten extracts, and days run on it through Dagster as `hedui run` does."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

from pipelines.daily import RunOutcome, run_days
from tests.integration.extracts import HEALTH, LI, WANG, inbox, write_csv
from warehouse.engines.duckdb_engine import connect
from warehouse.home import Home

DAY_1, DAY_2 = dt.date(2026, 11, 1), dt.date(2026, 11, 2)
HOUSEHOLD = ["户号", "姓名", "性别", "出生日期", "公民身份号码", "户籍地村码"]


def household(entry: list[str | None], number: str, **changes: str) -> list[str | None]:
    """The household register's entry of a health record, with some columns changed."""
    values = dict(zip(HEALTH[1:], entry[1:], strict=True)) | changes
    return [number, *(values[heading] for heading in HOUSEHOLD[1:])]


def small_home(path: Path) -> Home:
    """Two people on two days: a name that differs and is corrected, a birth date that differs and stays."""
    home = Home(path)
    write_csv(inbox(path, "health_registry", f"{DAY_1}_full.csv"), [HEALTH, WANG, LI], "gb18030")
    entries = [household(WANG, "H1", 姓名="王芬"), household(LI, "H2", 出生日期="1990-03-02")]
    write_csv(inbox(path, "household_register", f"{DAY_1}_full.csv"), [HOUSEHOLD, *entries], "gb18030")
    corrected = [WANG[0], "王芬", *WANG[2:]]
    write_csv(inbox(path, "health_registry", f"{DAY_2}_changes.csv"), [HEALTH, corrected], "utf-8-sig")
    return home


def copy_of(home: Home, path: Path) -> Home:
    """The same home elsewhere: what its days did is shared by tests that go on from there."""
    shutil.copytree(home.path, path, symlinks=True)
    return Home(path)


def run(home: Home, only: dt.date | None = None) -> RunOutcome:
    """Runs what is pending."""
    return run_days(home, only=only)


def private(home: Home, sql: str) -> list[tuple]:
    """Rows of the private warehouse."""
    with connect(home.private_database, read_only=True) as connection:
        return connection.sql(sql).fetchall()


def published(home: Home, sql: str) -> list[tuple]:
    """Rows of the published warehouse."""
    with connect(home.published_database, read_only=True) as connection:
        return connection.sql(sql).fetchall()
