"""A small office for tests: registers given as rows, landed and computed by the code that runs every day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from assets.building import build_tables
from assets.computed import COMPUTED
from assets.known import everything_known, known_on
from assets.registries.day_input import lay_out
from assets.registries.landing import land_inbox
from assets.replay import add_up_and_put_digests
from tests.integration.extracts import inbox, write_csv
from tests.part import Part
from warehouse.catalogue import Catalogue, catalogue
from warehouse.engines.duckdb_engine import DuckDBEngine, connect
from warehouse.home import Home
from warehouse.normalise.citizen_id import check_characters

VILLAGE, OTHER_VILLAGE = "370481105200", "370481105201"


def citizen_id(born: dt.date, sequence: int) -> str:
    """A right id number of the place."""
    first = f"370481{born:%Y%m%d}{sequence:03d}"
    return first + chr(check_characters(np.array([[int(digit) for digit in first]], dtype=np.int32))[0])


@dataclass
class Office:
    """Writes registers into a home's inbox and computes a day."""

    home: Home
    site: Path | None = None
    catalogue: Catalogue = field(default_factory=catalogue)

    def __post_init__(self) -> None:
        if self.site:
            self.catalogue = catalogue(self.site)
        self.home.prepare()
        self.connection = connect(self.home.private_database)
        self._asked: set[str] = set()

    def deliver(
        self, registry: str, day: str, rows: list[dict[str, Any]], part: str = "", mode: str = "changes"
    ) -> Path:
        """Writes rows (column of the layout -> value) as one file of a registry."""
        layout = self.catalogue.layouts[registry]
        columns = list(dict.fromkeys(name for row in rows for name in row))
        headings = [layout.columns[name].headings[0] for name in columns]
        path = inbox(self.home.path, registry, f"{day}_{mode}{'_' + part if part else ''}.csv")
        write_csv(path, [headings, *[[_text(row.get(name)) for name in columns] for row in rows]])
        return path

    def run(self, day: str, *wanted: str) -> None:
        """Lands what is new and computes the wanted tables and layers, or else all of benefits, fees and services."""
        found, names = self.catalogue, set(wanted or ("benefits", "fees", "services"))
        asked = {table for table in found.order if names & {table, found.contract(table).layer}}
        if asked != self._asked:
            self._asked, self._engine = asked, DuckDBEngine(self.connection, Part(found, asked, lasting=False))
        self._build(self._engine, dt.date.fromisoformat(day))

    def run_whole(self, day: str) -> None:
        """Computes every table of a day and keeps it, as the daily job does."""
        engine, as_of = DuckDBEngine(self.connection, self.catalogue), dt.date.fromisoformat(day)
        self._build(engine, as_of)
        add_up_and_put_digests(engine, as_of)
        engine.keep_day(as_of)

    def _build(self, engine: DuckDBEngine, day: dt.date) -> None:
        land_inbox(self.home, self.catalogue.layouts)
        lay_out(engine, self.home, day, known_on(everything_known(self.home), day, engine.recorded_input(day)))
        for _ in build_tables(engine, self.home, day, engine.catalogue.order, COMPUTED):
            pass

    def rows(self, sql: str, *values: Any) -> list[tuple]:
        """Rows of a query on the day's tables."""
        return self.connection.execute(sql, list(values)).fetchall()

    def close(self) -> None:
        """Closes the warehouse."""
        self.connection.close()


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def child(number: int, born: dt.date, **changes: Any) -> dict[str, Any]:
    """A household entry of a child."""
    return {
        "household_no": f"H{number}",
        "head_name": "王建国",
        "relation_to_head": "子",
        "name": f"王{_given(number)}",
        "sex": "1" if number % 2 else "2",
        "birth_date": born,
        "id_number": citizen_id(born, number),
        "registered_village_code": VILLAGE,
        "address": "级索镇",
        "moved_in_date": born + dt.timedelta(days=10),
        **changes,
    }


def _given(number: int) -> str:
    """A given name that no other number has."""
    return "".join(chr(0x4E00 + 300 + part) for part in divmod(number, 97))


def application(number: int, entry: dict[str, Any], applied: dt.date, **changes: Any) -> dict[str, Any]:
    """An approved application for a child."""
    return {
        "application_no": f"A{number}",
        "programme_name": "育儿补贴",
        "applicant_name": "李梅",
        "applicant_id": citizen_id(dt.date(1995, 5, 5), number),
        "beneficiary_name": entry["name"],
        "beneficiary_id": entry["id_number"],
        "village_code": VILLAGE,
        "applied_date": applied,
        "decision": "通过",
        "decided_date": applied + dt.timedelta(days=5),
        "account_no": f"62170000000{number:08d}",
        "account_name": "李梅",
        "telephone": f"138{number:08d}",
        **changes,
    }


def line(number: int, entry: dict[str, Any], period: str, amount: str, **changes: Any) -> dict[str, Any]:
    """A line of a confirmed list."""
    return {
        "item_no": f"L{number}",
        "list_no": "2026-01",
        "list_stage": "确认",
        "programme_name": "育儿补贴",
        "period": period,
        "beneficiary_name": entry["name"],
        "beneficiary_id": entry["id_number"],
        "payee_name": "李梅",
        "account_no": f"62170000000{number:08d}",
        "account_name": "李梅",
        "amount": amount,
        "village_code": VILLAGE,
        "confirmed_date": "2026-03-01",
        **changes,
    }


def payment(number: int, item: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A successful payment of a line."""
    return {
        "payment_no": f"P{number}",
        "batch_no": "B1",
        "programme_name": item["programme_name"],
        "period": item["period"],
        "item_no": item["item_no"],
        "payee_name": item["payee_name"],
        "account_no": item["account_no"],
        "amount": item["amount"],
        "paid_date": "2026-03-20",
        "payment_status": "成功",
        **changes,
    }
