"""Which days are to be run: those with input that no run has seen yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from assets.cases.return_landing import unseen
from assets.known import NUMBERS, everything_known, fingerprint, known_on
from assets.older_parts import older_parts
from assets.registries.inbox import deliveries
from assets.registries.published_input import published_input
from assets.registries.recognition import to_be_read
from pipelines.refusal import NOTHING_PUBLISHED, WRONG_USAGE, RefusedError, never_published
from warehouse.catalogue import Catalogue
from warehouse.clock import today
from warehouse.engines.duckdb_engine import connect
from warehouse.home import Home
from warehouse.published_days import LateDayError, known_input_sql, refuse_late


@dataclass(frozen=True)
class PendingDay:
    """A day to be run, and the fingerprint its tables will have."""

    as_of: dt.date
    fingerprint: str


def days_run(home: Home) -> dict[dt.date, str]:
    """Every day that was published, with its fingerprint. Reads the published warehouse, which no writer locks."""
    if not home.published_database.exists():
        return {}
    connection = connect(home.published_database, read_only=True)
    try:
        return dict(connection.execute("select as_of, fingerprint from day_run").fetchall())
    except duckdb.CatalogException:
        return {}
    finally:
        connection.close()


def newest_published(home: Home) -> dt.date | None:
    """The newest day that was published; None where none was."""
    return max(days_run(home), default=None)


def why_the_clock_is_wrong(home: Home) -> str | None:
    """What is said where the clock is behind what is published; None where it is not."""
    newest, day = newest_published(home), today()
    if newest is None or newest <= day:
        return None
    behind = f"电脑日期 {day} 早于已发布的 {newest}，请校准"
    return f"{behind} / the clock says {day}, before {newest}, which is published: set it"


def published_day(home: Home, day: dt.date | None) -> dt.date:
    """A day that was published: this one, or the newest. Raises RefusedError."""
    days = days_run(home)
    if not days:
        raise RefusedError(NOTHING_PUBLISHED)
    if day and day not in days:
        raise never_published(day)
    return day or max(days)


def recorded_input(home: Home, day: dt.date) -> frozenset[str]:
    """The ids of the input that a published day knew and that its fingerprint tells."""
    connection = connect(home.published_database, read_only=True)
    try:
        rows = connection.execute(known_input_sql("main", day)).fetchall()
    finally:
        connection.close()
    return frozenset(input_id for kind, input_id in rows if kind != NUMBERS)


def _nothing_known(day: dt.date, days: list[dt.date]) -> str:
    """Why a day that lies before every extract is not run."""
    if not days:
        return f"还没有任何提取文件，{day} 无从运行 / there is no extract yet: nothing is known of {day}"
    return (
        f"最早的提取文件是 {days[0]} 的，{day} 无从运行 / the first extract is of {days[0]}: nothing is known of {day}"
    )


def why_not_of_one_time(home: Home, there: Collection[str], of_days: Collection[str]) -> str | None:
    """Which part of a home is older than the rest, and what to do; None where none is (older_parts)."""
    if not home.private_database.exists():
        return older_parts(home, there, of_days, None)
    with connect(home.private_database, read_only=True) as connection:
        return older_parts(home, there, of_days, connection)


def _require_parts_of_one_time(home: Home, there: Collection[str], of_days: Collection[str]) -> None:
    """Raises RefusedError where a part of the home was put back from an older backup than the rest."""
    words = None
    with suppress(duckdb.IOException):  # while another run writes it, that run looks
        words = why_not_of_one_time(home, there, of_days)
    if words:
        raise RefusedError(words)


def pending_days(
    home: Home,
    found: Catalogue,
    only: dt.date | None = None,
    pass_over: Callable[[Path], object] = lambda _: None,
) -> list[PendingDay]:
    """Days to run, oldest first: `only` that day, else every extract day since the last run, and that if it changed.

    A published day is not rewritten by what comes late: once a later day is published it keeps the input it knew, and
    the late file, list or answer counts from the latest day on. A file whose day has not come yet waits, and so does
    one that somebody is still writing: `pass_over` is told of it. Raises RefusedError where `only` was never published
    and lies before a day that was, or before every extract: nothing is known of it; and where a part of the home is
    older than the rest.
    """
    everything = everything_known(home)
    of_days = published_input(home)
    new = to_be_read(deliveries(home, pass_over), everything.extracts, found.layouts, of_days)
    arriving = {delivery.file_id: delivery.extract_date for delivery in new if delivery}
    _require_parts_of_one_time(home, everything.input_ids | arriving.keys(), of_days)
    returning = unseen(home)
    run = days_run(home)
    landed = {manifest.extract_date for manifest in everything.extracts if manifest.extract_date}
    dated = {dt.date.fromisoformat(day) for day in landed} | {day for day in arriving.values() if day}
    days = sorted(day for day in dated if day <= today())
    latest = max(run, default=None)
    if only:
        try:  # the engine refuses it as well, whoever asks: here nothing was landed for it yet
            refuse_late(only, run)
        except LateDayError as error:
            raise RefusedError(str(error), WRONG_USAGE) from None
        if only not in run and only < min(days, default=dt.date.max):
            raise RefusedError(_nothing_known(only, days), WRONG_USAGE)
    wanted = [only] if only else [day for day in days if latest is None or day >= latest]
    if not only and latest and days and latest not in wanted:
        wanted.insert(0, latest)
    pending = []
    for day in wanted:
        if latest and day < latest and day in run:
            known = set(recorded_input(home, day))
        else:
            known = set(known_on(everything, day).telling)
            known.update(input_id for input_id, taken in arriving.items() if taken is None or taken <= day)
            known.update(returning if today() <= day else ())
        mark = fingerprint(found, known)
        # What published days knew and comes again had gone from landed/: running the latest lands it.
        if run.get(day) != mark or (day == latest and of_days & arriving.keys()):
            pending.append(PendingDay(day, mark))
    return pending
