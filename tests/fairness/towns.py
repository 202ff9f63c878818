"""Small towns whose indicators are given as numbers: the ranking models run on them as they run on a real day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from assets.building import build_tables
from assets.computed import COMPUTED
from expectations.rules import read_rules
from warehouse.catalogue import catalogue
from warehouse.engines.duckdb_engine import KEPT, WORK, DuckDBEngine
from warehouse.home import Home
from warehouse.parameters import deadlines_on, indicators_on, rounds_on, terms_on

Rows = list[dict[str, Any]]
DAY = dt.date(2026, 11, 24)
INDICATOR_MODELS = ("indicator_value",)
RANKING_MODELS = [table for table in catalogue().order if catalogue().contract(table).layer == "ranking"]
RELEASE_MODELS = [table for table in catalogue().order if catalogue().contract(table).layer == "release"]


def open_engine() -> DuckDBEngine:
    """An engine on a database in memory."""
    return DuckDBEngine(duckdb.connect(), catalogue())


def places(villages: dict[str, str]) -> dict[str, Rows]:
    """Rows of village and branch for villages given as {village: branch}; names are the codes."""
    branches = sorted(set(villages.values()))
    return {
        "village": [
            {"village_code": code, "village_name": f"{code}村", "branch_code": branch, "branch_name": f"{branch}党总支"}
            for code, branch in villages.items()
        ],
        "branch": [
            {"branch_code": code, "branch_name": f"{code}党总支", "villages": list(villages.values()).count(code)}
            for code in branches
        ],
    }


def lay_out(engine: DuckDBEngine, day: dt.date, villages: dict[str, str], **changed: Any) -> None:
    """Begins a day with the parameters in force; `changed` replaces single terms."""
    engine.begin_day(day)
    rows = places(villages) | {
        "this_day": [{"as_of": day, **terms_on(day), **changed}],
        "indicator": [vars(indicator) for indicator in indicators_on(day)],
        "scoring_round": [vars(found) for found in rounds_on(day)],
        "rule": [{"rule_code": rule.code, **rule.model_dump(exclude={"code"})} for rule in read_rules().values()],
        "case_deadline": [
            vars(found) for found in deadlines_on(day, {rule.code: rule.owner for rule in read_rules().values()})
        ],
    }
    # Whatever else the models read, the town does without.
    models = (*INDICATOR_MODELS, *RANKING_MODELS, *RELEASE_MODELS)
    read = {name for table in models for name in catalogue().inputs(table)}
    without = read - set(models) - set(catalogue().indicator_tables.values())
    rows = {name: [] for name in without} | rows
    for table, content in rows.items():
        engine.put_rows(table, content)


def put_facts(engine: DuckDBEngine, facts: dict[str, Rows]) -> None:
    """Fills the indicators' village tables: {indicator: rows}; indicators without facts stay empty."""
    for indicator, table in catalogue().indicator_tables.items():
        engine.put_rows(table, facts.get(indicator, []))


def build(engine: DuckDBEngine, *tables: str) -> None:
    """Builds tables as a day does; nothing here lies in a home."""
    for _ in build_tables(engine, Home(Path()), DAY, tables, COMPUTED):
        pass


def rank(engine: DuckDBEngine) -> None:
    """Runs the models from the indicators' values to the warnings."""
    build(engine, *INDICATOR_MODELS, *RANKING_MODELS)


def release(engine: DuckDBEngine) -> None:
    """Runs the models of what may be made public."""
    build(engine, *RELEASE_MODELS)


def keep(engine: DuckDBEngine, day: dt.date) -> None:
    """Keeps the tables that the town has, as a day is kept; those that it does without stay empty."""
    present = {name for (name,) in engine.connection.execute(
        "select table_name from duckdb_tables() where schema_name = ?", [WORK]
    ).fetchall()}  # fmt: skip
    for contract in catalogue().tables.values():
        if contract.keep == "day" or contract.table not in present:
            continue
        columns = ", ".join(f'"{name}"' for name in contract.column_names())
        of_the_day = f"where as_of = date '{day}'" if contract.keep == "partition" else ""
        engine.connection.execute(f"delete from {KEPT}.{contract.table} {of_the_day}")
        engine.connection.execute(f"insert into {KEPT}.{contract.table} select {columns} from {WORK}.{contract.table}")


def rows(engine: DuckDBEngine, sql: str) -> list[tuple]:
    """The rows of a query."""
    return engine.connection.execute(sql).fetchall()


def simulate_rounds(loads: np.ndarray, rates: np.ndarray, runs: int, rounds: int, seed: int) -> DuckDBEngine:
    """Runs × rounds of one indicator for units with given loads and true rates, all closed on one day.

    Round numbers of different runs are not consecutive, so that no decision reaches from one run into another: round r
    of run i is number 1000 * i + r.
    """
    engine = open_engine()
    units = len(loads)
    villages = {f"v{unit:03d}": f"b{unit:03d}" for unit in range(units)}
    lay_out(engine, DAY, villages)
    engine.put_rows("indicator", [
        {**vars(indicator), "counts_after_days": 0}
        for indicator in indicators_on(DAY) if indicator.indicator == "case_resolved_in_term"
    ])  # fmt: skip
    numbers = (1000 * np.arange(1, runs + 1)[:, None] + np.arange(1, rounds + 1)[None, :]).ravel()
    first = np.datetime64(DAY) - np.arange(3 * len(numbers), 0, -3)
    engine.connection.register(
        "round_rows", pa.table({"round_no": numbers, "round_start": first, "round_end": first + 2})
    )
    engine.connection.execute(f"create or replace table {WORK}.scoring_round as from round_rows")
    closed = {column.name: "0" for column in catalogue().contract("round_indicator").columns if column.required}
    closed |= {"as_of": "date '1900-01-01'", "round_start": "date '1900-01-01'", "round_end": "date '1900-01-01'"}
    engine.connection.execute(
        f"insert into {KEPT}.round_indicator ({', '.join(closed)}) values ({', '.join(closed.values())})"
    )
    drawn = np.random.default_rng(seed).binomial(loads, rates, size=(len(numbers), units))
    put_facts(engine, {})
    facts = pa.table({
        "village_code": np.tile(list(villages), len(numbers)),
        "event_on": np.repeat(first, units),
        "numerator": drawn.ravel(),
        "denominator": np.tile(loads, len(numbers)),
    })  # fmt: skip
    engine.connection.register("fact_rows", facts)
    engine.connection.execute(f"insert into {WORK}.village_case_resolved_in_term from fact_rows")
    build(engine, "round_indicator", "unit_round", "round_sensitivity", "round_decision")
    return engine
