"""Published days of the real place on simulated indicators: what the board is made of, without people."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np

from tests.fairness.towns import keep, lay_out, open_engine, put_facts, rank, release
from warehouse.catalogue import catalogue
from warehouse.engines.duckdb_engine import WORK, DuckDBEngine
from warehouse.home import Home
from warehouse.parameters import indicators_on, read_place, terms_on
from warehouse.publish import publish

LAST_DAY = dt.date(2026, 11, 24)
# Terms under which the board's page has room for fewer units than the town has.
NARROW = {"board_villages": 20, "board_branches": 5, "board_warnings": 15, "board_names": 1}
_LOADS = {"household_register": 60, "birth_certificate": 12, "migration_notice": 2}


def publish_days(path: Path, days: int, seed: int = 1, load: float = 1.0, **changed: Any) -> Home:
    """A synthetic home with its last `days` published; one branch is truly bad and another truly good.

    `changed` replaces single terms.
    """
    home = Home(path)
    home.prepare()
    home.truth.mkdir(exist_ok=True)
    random = np.random.default_rng(seed)
    villages = {village.village_code: village for village in read_place(LAST_DAY).villages}
    branches = sorted({village.branch_code for village in villages.values()})
    sizes = random.lognormal(1.0, 0.8, len(villages)) * load
    rates = np.array([{branches[0]: 0.55, branches[1]: 0.99}.get(v.branch_code, 0.9) for v in villages.values()])
    terms = terms_on(LAST_DAY) | changed
    facts: dict[str, list[dict[str, Any]]] = {}
    for indicator in indicators_on(LAST_DAY):
        facts[indicator.indicator] = found = []
        latest = indicator.counts_after_days - indicator.term_days  # a last day that is over
        for back in range(latest, latest + days + 40):
            event = LAST_DAY - dt.timedelta(days=back)
            counts = random.poisson(sizes * (1.0 if indicator.counts_cases else 3.0))
            good = random.binomial(counts, rates)
            found += [
                {
                    "village_code": code,
                    "event_on": event,
                    "numerator": int(good[place]),
                    "denominator": int(counts[place]),
                }
                for place, code in enumerate(villages)
                if counts[place]
            ]
    engine = open_engine()
    for back in range(days - 1, -1, -1):
        day = LAST_DAY - dt.timedelta(days=back)
        lay_out(engine, day, {}, **terms)
        engine.put_rows("village", [vars(village) for village in villages.values()])
        engine.put_rows("branch", [
            {"branch_code": code, "villages": sum(v.branch_code == code for v in villages.values()),
             "branch_name": next(v.branch_name for v in villages.values() if v.branch_code == code)}
            for code in branches
        ])  # fmt: skip
        engine.put_rows("day_run", [{"as_of": day, "fingerprint": "0" * 16}])
        engine.put_rows("received_file", [_received(day)])
        engine.put_rows("case_standing", _cases(day, random))
        engine.put_rows("verification_report", _verified(day))
        engine.put_rows("reported_spell", _open_spells(day, random))
        windows = {found.indicator: found for found in indicators_on(day)}
        put_facts(engine, {
            code: [row for row in rows if windows[code].window_start <= row["event_on"] <= windows[code].window_end]
            for code, rows in facts.items()
        })  # fmt: skip
        rank(engine)
        release(engine)
        keep(engine, day)
    publish_kept(engine, home)
    return home


def publish_kept(engine: DuckDBEngine, home: Home) -> None:
    """Publishes what an engine has kept, as the last step of a town without people; the engine is closed."""
    for table, contract in catalogue().tables.items():
        # What a board does not read is published empty.
        if contract.publish and contract.keep == "day" and table not in _in_work(engine):
            engine.put_rows(table, [])
    publish(engine.connection, catalogue(), home)
    engine.connection.close()


def _in_work(engine: DuckDBEngine) -> set[str]:
    listed = "select table_name from information_schema.tables where table_schema = ?"
    return {name for (name,) in engine.connection.execute(listed, [WORK]).fetchall()}


def _received(day: dt.date) -> dict[str, Any]:
    counts = {"rows_read": 980, "rows_accepted": 980, "rows_rejected": 0, "rows_skipped": 0, "notices": 0}
    return counts | {
        "file_id": f"health_registry-{day}", "registry": "health_registry", "file_name": "x", "sha256": "0" * 64,
        "extract_date": day, "mode": "changes", "part": "", "file_format": "csv", "refused_columns": 0,
        "ignored_columns": 0, "status": "accepted", "received_at": dt.datetime(2026, 1, 1),
    }  # fmt: skip


def _verified(day: dt.date) -> list[dict[str, Any]]:
    """A day's report names three kinds of record."""
    counts = ("checked", "found", "resolved", "waived", "open_fresh", "open_aging", "open_old", "open_overdue")
    return [
        {"as_of": day, "period": "day", "period_start": day, "item": item, "zh": item, "en": item,
         **dict.fromkeys((*counts, "corrections_pending"), 0)}
        for item in _LOADS
    ]  # fmt: skip


def _open_spells(day: dt.date, random: np.random.Generator) -> list[dict[str, Any]]:
    """Open cases of those kinds: few, more and many, of which some have been open for more than a week."""
    return [
        {"case_id": f"{item}{found_on}{place}", "spell": 1, "item": item, "found_on": found_on, "due_on": day,
         "status": "open"}
        for item, load in _LOADS.items()
        for found_on, here in ((day, load), (day - dt.timedelta(days=8), load / 4))
        for place in range(random.poisson(here))
    ]  # fmt: skip


def _cases(day: dt.date, random: np.random.Generator) -> list[dict[str, Any]]:
    """Cases of the last days by rule, some of them too few to be shown."""
    loads = {"NAME_DIFFERS": 9, "BIRTH_OMITTED": 1, "SPOUSE_DIFFERS": 4, "ID_SHARED": 0.3}
    cases = []
    for rule, load in loads.items():
        for back in range(6):
            for place in range(random.poisson(load)):
                seen = day - dt.timedelta(days=back)
                cases.append({
                    "case_id": f"{rule}{back}{place}", "spell": 1, "rule_code": rule, "found_on": seen, "due_on": seen,
                    "answers": 0, "status": "open", "stage": "found", "resolved_on": day if back > 3 else None,
                })  # fmt: skip
    return cases
