"""python -m benchmarks.board [--villages N]... [--days D]: ranking and board of a new day, beside a scan of the facts.

Facts are made by SQL: every village, indicator and day one row, as indicator tables hold them. The day before is
computed and kept first, so that what is measured is one more day and not the first. Belongs here: the measurement.
"""

from __future__ import annotations

import argparse
import datetime as dt
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from assets.board.write import write_board
from assets.building import build_tables
from assets.computed import COMPUTED
from expectations.rules import read_rules
from warehouse.catalogue import Catalogue, catalogue
from warehouse.engines.duckdb_engine import WORK, DuckDBEngine, connect
from warehouse.home import Home
from warehouse.publish import publish
from warehouse.reference import reference_rows

DAY = dt.date(2026, 11, 24)
_SIZES = (51, 10_000)
_VILLAGES_OF_A_BRANCH = 8
_LAYERS = ("indicators", "ranking", "release", "meetings")

# Loads and rates differ by village and never by chance, so that two runs measure the same.
_FACTS = """
    select
        'v' || lpad(cast(village.range as varchar), 6, '0') as village_code,
        date '{day}' - cast(day.range as integer) as event_on,
        cast((1 + village.range % 7) * (60 + village.range % 41 - day.range % 5) // 100 as integer) as numerator,
        cast(1 + village.range % 7 as integer) as denominator
    from range({villages}) as village cross join range({days}) as day
"""


@dataclass(frozen=True)
class Size:
    """One place: rows of facts, and processor seconds of a scan, the ranking, keeping and publishing, and the board."""

    villages: int
    facts: int
    scan: float
    ranking: float
    publication: float
    board: float
    page_kb: float


def _processor(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _lay_out(engine: DuckDBEngine, day: dt.date, villages: int) -> None:
    """The day's parameters, for as many villages; whatever else is needed stays empty."""
    engine.begin_day(day)
    codes = [f"v{number:06d}" for number in range(villages)]
    branches = [f"b{number // _VILLAGES_OF_A_BRANCH:06d}" for number in range(villages)]
    place = {
        "village": [
            {"village_code": code, "village_name": code, "branch_code": branch, "branch_name": branch}
            for code, branch in zip(codes, branches, strict=True)
        ],
        "branch": [{"branch_code": b, "branch_name": b, "villages": branches.count(b)} for b in dict.fromkeys(branches)]
        if villages < 1_000
        else [{"branch_code": b, "branch_name": b, "villages": _VILLAGES_OF_A_BRANCH} for b in dict.fromkeys(branches)],
        "rule": [{"rule_code": rule.code, **rule.model_dump(exclude={"code"})} for rule in read_rules().values()],
        "day_run": [{"as_of": day, "fingerprint": "0" * 16, "code_version": "bench"}],
    }
    for table, rows in (reference_rows(day, None) | place).items():
        engine.put_rows(table, rows)


def _measured(found: Catalogue) -> list[str]:
    facts = set(found.indicator_tables.values())
    return [table for table in found.order if found.contract(table).layer in _LAYERS and table not in facts]


def _fill_others(engine: DuckDBEngine) -> None:
    """Every table that the measured models or the edition read and that this place does without."""
    held = {name for (name,) in engine.connection.execute(
        "select table_name from duckdb_tables() where schema_name = ?", [WORK]
    ).fetchall()}  # fmt: skip
    made = set(_measured(engine.catalogue))
    for table, contract in engine.catalogue.tables.items():
        if table not in held and table not in made and contract.layer != "raw" and not engine.catalogue.is_form(table):
            engine.put_rows(table, [])


def _facts(engine: DuckDBEngine, villages: int, days: int) -> list[str]:
    tables = list(engine.catalogue.indicator_tables.values())
    facts = _FACTS.format(day=DAY, villages=villages, days=days)
    engine.connection.execute(f"create or replace table {WORK}.every_fact as {facts}")
    for table in tables:
        engine.connection.execute(engine.catalogue.contract(table).ddl(WORK))
        engine.connection.execute(f"insert into {WORK}.{table} by name select * from {WORK}.every_fact")
    return tables


def _scan(engine: DuckDBEngine, tables: list[str]) -> None:
    """Reads every column of every row once."""
    for table in tables:
        engine.connection.execute(f"select sum(hash(t)) from {WORK}.{table} as t").fetchall()


def _rank(engine: DuckDBEngine, home: Home) -> None:
    for _ in build_tables(engine, home, DAY, _measured(engine.catalogue), COMPUTED):
        pass


def one_size(villages: int, days: int, folder: Path) -> Size:
    """Ranks the day before, then measures the day."""
    home = Home(folder / str(villages))
    home.prepare()
    home.truth.mkdir(exist_ok=True)
    found = catalogue()
    with connect(home.private_database) as connection:
        engine = DuckDBEngine(connection, found)
        for day in (DAY - dt.timedelta(days=1), DAY):
            _lay_out(engine, day, villages)
            tables = _facts(engine, villages, days)
            _fill_others(engine)
            scans = [_processor(lambda read=tables: _scan(engine, read)) for _ in range(3)]  # type: ignore[misc]
            ranking = _processor(lambda: _rank(engine, home))
            publication = _processor(lambda day=day: (engine.keep_day(day), publish(connection, found, home)))  # type: ignore[misc]
        facts = sum(engine.count(table) for table in tables)
    board = _processor(lambda: write_board(home, found, DAY))
    page = (home.board / DAY.isoformat() / "index.html").stat().st_size / 1024
    return Size(villages, facts, min(scans), ranking, publication, board, page)


def main() -> None:
    """Prints every size and its ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--villages", type=int, action="append", help="size of a place; may be given several times")
    parser.add_argument("--days", type=int, default=365)
    arguments = parser.parse_args()
    table = Table(box=box.SIMPLE_HEAD, title="新一天的排名和看板 / ranking and board of a new day, processor seconds")
    for heading in (
        "villages",
        "facts",
        "scan",
        "ranking",
        "publish",
        "board",
        "ranking / scan",
        "all / scan",
        "page KB",
    ):
        table.add_column(heading, justify="right")
    with tempfile.TemporaryDirectory() as folder:
        for villages in sorted(arguments.villages or _SIZES):
            size = one_size(villages, arguments.days, Path(folder))
            whole = size.ranking + size.publication + size.board
            table.add_row(
                f"{size.villages:,}", f"{size.facts:,}", f"{size.scan:.3f}", f"{size.ranking:.2f}",
                f"{size.publication:.2f}", f"{size.board:.2f}", f"{size.ranking / size.scan:.1f}",
                f"{whole / size.scan:.1f}", f"{size.page_kb:,.0f}",
            )  # fmt: skip
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
