"""Which days are to be run: those with extracts that no run has seen yet."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import duckdb

from assets.identity.decisions import decision_files
from assets.registries.inbox import deliveries
from assets.registries.landing import read_manifests
from assets.registries.received import fingerprint
from warehouse.catalogue import Catalogue
from warehouse.clock import today
from warehouse.engines.duckdb_engine import connect
from warehouse.home import Home


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


def known_files(home: Home) -> dict[str, dt.date | None]:
    """The extract date of every file that is landed, quarantined or waiting in the inbox, by file id."""
    files = {
        manifest.file_id: dt.date.fromisoformat(manifest.extract_date) if manifest.extract_date else None
        for manifest in read_manifests(home)
    }
    files.update({delivery.file_id: delivery.extract_date for delivery in deliveries(home.inbox)})
    return files


def pending_days(home: Home, found: Catalogue, only: dt.date | None = None) -> list[PendingDay]:
    """Days to run, oldest first: `only` that day, else every extract day since the last run, and that if it changed.

    A published day is not rewritten by a file that comes late: the file counts from the latest day on. A file whose day
    has not come yet waits.
    """
    files = known_files(home)
    run = days_run(home)
    days = sorted({day for day in files.values() if day and day <= today()})
    latest = max(run, default=None)
    wanted = [only] if only else [day for day in days if latest is None or day >= latest]
    if not only and latest and days and latest not in wanted:
        wanted.insert(0, latest)
    pending = []
    for day in wanted:
        known = [file_id for file_id, extract_date in files.items() if extract_date is None or extract_date <= day]
        mark = fingerprint(found, [*known, *(path.stem for path in decision_files(home, day))])
        if run.get(day) != mark:
            pending.append(PendingDay(day, mark))
    return pending
