"""python -m benchmarks [--persons N]... [--peers-up-to N]: a full day by size, beside the floor and beside peers.

For every size: a town of two days is simulated. The first, with everything new, is run in full (landing, Dagster,
Great Expectations, publishing) and measured beside the floor, what DuckDB alone needs to read the same landed files,
join them by number and write them, and to write as many bytes as the day; the second, with what changed since, is
measured beside the first. At the end every goal stands beside what was measured, and beside those that were missed
what the time went to.
10,000,000 persons on request: --persons 10000000; simulating them takes 10 GB of memory, running the day 20.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from assets.registries.manifest import read_manifests
from benchmarks.goals import Goal, goals_of
from benchmarks.measure import Measured, measure
from benchmarks.peers import PEERS
from benchmarks.size import Size, exponent, growth
from warehouse.clock import today
from warehouse.home import Home

_SIZES = (60_000, 600_000, 1_700_000)
_PEERS_UP_TO = 600_000
_FLOOR_RUNS = 3  # the best of so many: the floor is a bound


def _program(name: str, *arguments: str, accept: tuple[int, ...] = (0,)) -> Measured:
    return measure((sys.executable, "-m", f"benchmarks.{name}", *arguments), accept=accept)


def _peer(name: str, home: Path) -> dict[str, Any]:
    try:
        ran = _program("peers", name, str(home))
    except RuntimeError as error:
        return {"failed": str(error).splitlines()[-1][:60]}
    return json.loads(ran.output.splitlines()[-1]) | {"peak_mb": ran.peak_mb}


def _stages(day: Measured) -> list[tuple[str, float, int]]:
    return [tuple(stage) for stage in json.loads(day.output.splitlines()[-1])]


def _floor(home: Path) -> tuple[float, float]:
    """The fewest seconds of both parts of the floor."""
    out = home / "floor.duckdb"
    parts = []
    for _ in range(_FLOOR_RUNS):
        parts.append([float(part) for part in _program("floor", str(home), str(out)).output.split()])
        out.unlink()
    reading, writing = (min(part) for part in zip(*parts, strict=True))
    return reading, writing


def one_size(persons: int, folder: Path, *, with_peers: bool) -> Size:
    """Simulates a town of two days, runs both, and measures floor and peers on the files it landed."""
    home = folder / str(persons)
    days = [today() - dt.timedelta(days=1), today()]
    command = (sys.executable, "-m", "pipelines.cli", "--home", str(home))
    town = ("--persons", str(persons), "--days", str(len(days)), "--start", days[0].isoformat())
    simulated = measure((*command, "simulate", *town))
    ran = _program("day", str(home), days[0].isoformat(), accept=(0, 3))
    floor_seconds, writing_seconds = _floor(home)
    changed = _program("day", str(home), days[1].isoformat(), accept=(0, 3))
    rows = [
        sum(manifest.rows_read for manifest in read_manifests(Home(home)) if manifest.extract_date == day.isoformat())
        for day in days
    ]
    return Size(
        persons=persons,
        simulate=simulated,
        run=ran,
        changed=changed,
        changed_share=rows[1] / rows[0],
        stages=_stages(ran),
        changed_stages=_stages(changed),
        floor_seconds=floor_seconds,
        writing_seconds=writing_seconds,
        peers={name: _peer(name, home) for name in PEERS} if with_peers else {},
    )


def _growth(small: float, large: float, times: float) -> str:
    """The exponent g of seconds ~ persons^g between two sizes; nothing where either is too short to tell."""
    return f"{exponent(small, large, times):.2f}" if min(small, large) > 0.05 else ""


def _table(title: str, *headings: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, title=title)
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="right" if place else "left", no_wrap=not place)
    return table


def _day_table(sizes: list[Size]) -> Table:
    table = _table(
        "一天的全部工作与下限 / a full day beside the floor",
        *("persons", "run s", "cpu s", "peak MB", "floor s", "ratio", "+ writing s", "ratio", "growth"),
    )
    for before, size in zip([None, *sizes], sizes, strict=False):
        table.add_row(
            f"{size.persons:,}",
            f"{size.run.wall:.1f}",
            f"{size.run.processor:.1f}",
            f"{size.run.peak_mb:,.0f}",
            f"{size.floor_seconds:.2f}",
            f"{size.ratio:.1f}",
            f"{size.writing_seconds:.1f}",
            f"{size.ratio_with_writing:.1f}",
            f"{growth(before, size):.2f}" if before else "",
        )
    return table


def _changed_table(sizes: list[Size]) -> Table:
    table = _table(
        "变化不多的一天 / a day of few changes", "persons", "rows changed", "run s", "cpu s", "peak MB", "/ full day"
    )
    for size in sizes:
        table.add_row(
            f"{size.persons:,}",
            f"{size.changed_share:.1%}",
            f"{size.changed.wall:.1f}",
            f"{size.changed.processor:.1f}",
            f"{size.changed.peak_mb:,.0f}",
            f"{size.changed_ratio:.2f}",
        )
    return table


def _stage_table(sizes: list[Size]) -> Table:
    """Every stage of the largest size, and how its time grew from the smallest."""
    small, large = sizes[0], sizes[-1]
    table = _table(
        f"各阶段 / stages, {large.persons:,} persons", "stage", "seconds", "rows", "rows/s", "× floor", "growth"
    )
    before = {stage: seconds for stage, seconds, _ in small.stages}
    for stage, seconds, rows in large.stages:
        grew = large is not small and stage in before
        table.add_row(
            stage,
            f"{seconds:.2f}",
            f"{rows:,}",
            f"{rows / seconds:,.0f}" if seconds else "",
            f"{seconds / large.floor_seconds:.2f}",
            _growth(before[stage], seconds, large.persons / small.persons) if grew else "",
        )
    return table


def _peer_table(size: Size) -> Table:
    """Beside Hedui's own time for the same piece of work: above 1, the peer is slower."""
    table = _table(
        f"同类工具 / peers, {size.persons:,} persons",
        *("work", "seconds", "× own", "peak MB", "pairs", "differ", "recall", "precision", "F1"),
    )
    for name, found in size.peers.items():
        if "failed" in found:
            table.add_row(name, found["failed"])
            continue
        own = size.peers[f"{name.partition('_')[0]}_hedui"]["seconds"]
        table.add_row(
            name,
            f"{found['seconds']:.2f}",
            f"{found['seconds'] / own:.1f}",
            f"{found['peak_mb']:,.0f}",
            *(f"{found[column]:,}" if column in found else "" for column in ("pairs", "differing")),
            *(f"{found[column]:.4f}" if column in found else "" for column in ("recall", "precision", "f1")),
        )
    return table


def _goal_table(goals: list[Goal]) -> Table:
    """Every goal, what was measured of it, and where it is missed what the time went to."""
    table = _table("目标 / goals", "goal", "persons", "asked", "measured", "met", "spent on")
    table.columns[-1].justify = "left"
    for goal in goals:
        spent = "" if goal.is_met else goal.spent
        table.add_row(
            goal.what, f"{goal.persons:,}", goal.asked, f"{goal.measured:.2f}", "✓" if goal.is_met else "✗", spent
        )
    return table


def show(sizes: list[Size]) -> None:
    """Prints the day by size, the stages, and the peers."""
    console = Console(width=100)
    console.print(_day_table(sizes))
    console.print("run: start-up, landing every format, Dagster, Great Expectations and publishing, in one process.")
    console.print("floor: DuckDB reads the landed Parquet files, joins them by number and writes the joined rows;")
    console.print("       + writing: and then as many bytes as the day, the tables that it left.")
    console.print(_changed_table(sizes))
    for size in sizes:
        console.print(
            f"simulating {size.persons:,} persons: {size.simulate.wall:.1f} s, {size.simulate.peak_mb:,.0f} MB"
        )
    console.print(_stage_table(sizes))
    for size in sizes:
        if size.peers:
            console.print(_peer_table(size))
    console.print(_goal_table(goals_of(sizes)))


def main() -> None:
    """Parses the sizes and prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, action="append", help="a town's size; may be given several times")
    parser.add_argument("--peers-up-to", type=int, default=_PEERS_UP_TO, help="largest size that peers are tried on")
    parser.add_argument("--keep", type=Path, help="a folder in which the homes are left")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or Path(temporary)
        show(
            [
                one_size(persons, folder, with_peers=persons <= arguments.peers_up_to)
                for persons in sorted(arguments.persons or _SIZES)
            ]
        )


if __name__ == "__main__":
    main()
