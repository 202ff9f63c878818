"""Which days were published and what they knew, as a home's private warehouse tells, or its published one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from contextlib import suppress

import duckdb


class LateDayError(Exception):
    """A day that was never published lies before one that was: the later day is built on what was known without it."""

    def __init__(self, day: dt.date, newest: dt.date) -> None:
        super().__init__(
            f"{day} 从未发布，早于已发布的 {newest}，不能补到它前面；它的提取文件从 {newest} 起计入 / "
            f"{day} was never published and lies before {newest}, which was: it cannot be put in between, and its "
            f"extracts count from {newest} on"
        )


class DayToComeError(Exception):
    """A day that has not come yet: once it were published, no day before it could be any more."""

    def __init__(self, day: dt.date, now: dt.date) -> None:
        super().__init__(f"{day} 还没到，今天是 {now} / {day} has not come yet: today is {now}")


def published_days(connection: duckdb.DuckDBPyConnection, schema: str = "main") -> frozenset[dt.date]:
    """Every day that was published, as a warehouse's schema tells; none where nothing was ever kept."""
    with suppress(duckdb.CatalogException):
        return frozenset(day for (day,) in connection.execute(f"select as_of from {schema}.day_run").fetchall())
    return frozenset()


def newest_day(connection: duckdb.DuckDBPyConnection) -> dt.date | None:
    """The newest day that was published; None where none was."""
    return max(published_days(connection), default=None)


def known_input_sql(schema: str, day: dt.date) -> str:
    """A SELECT of kind and input_id of all that a published day knew: each is recorded by the first day that did."""
    return f"select kind, input_id from {schema}.day_input where as_of <= date '{day.isoformat()}'"


def refuse_late(day: dt.date, published: Collection[dt.date]) -> None:
    """Raises LateDayError where a day would be put in before one that was published."""
    newest = max(published, default=day)
    if day < newest and day not in published:
        raise LateDayError(day, newest)
