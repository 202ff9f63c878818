"""python -m benchmarks [--persons N]... : simulates towns, runs a day on each, and prints it beside the floor."""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.measure import Measured, measure

_SIZES = (60_000,)
_HEDUI = (sys.executable, "-m", "pipelines.cli")


@dataclass(frozen=True)
class Size:
    """One town: how long it took to simulate, to run a full day, and what DuckDB alone needs."""

    persons: int
    simulate: Measured
    run: Measured
    floor_seconds: float
    floor: Measured

    @property
    def ratio(self) -> float:
        """Wall time of the day over the floor's."""
        return self.run.wall / self.floor_seconds


def one_size(persons: int, folder: Path) -> Size:
    """Simulates a town of one day, runs it, and measures the floor on the files it landed."""
    home = folder / str(persons)
    command = (*_HEDUI, "--home", str(home))
    simulated = measure((*command, "simulate", "--persons", str(persons), "--days", "1"))
    ran = measure((*command, "run"), accept=(0, 3))
    out = home / "floor.duckdb"
    floors = []
    for _ in range(3):  # the best of three: the floor is a bound
        out.unlink(missing_ok=True)
        floors.append(measure((sys.executable, "-m", "benchmarks.floor", str(home), str(out))))
    best = min(floors, key=lambda floor: float(floor.output.split()[0]))
    return Size(persons, simulated, ran, float(best.output.split()[0]), best)


def show(sizes: list[Size]) -> None:
    """Prints every size, its ratio to the floor, and how the day's time grows between sizes."""
    console = Console(width=100)
    table = Table(box=box.SIMPLE_HEAD, title="一天的全部工作与下限 / a full day beside the floor")
    for heading in ("persons", "simulate s", "run s", "cpu s", "peak MB", "floor s", "floor MB", "ratio", "growth"):
        table.add_column(heading, justify="right")
    before: Size | None = None
    for size in sizes:
        growth = math.log(size.run.wall / before.run.wall) / math.log(size.persons / before.persons) if before else None
        table.add_row(
            f"{size.persons:,}",
            f"{size.simulate.wall:.1f}",
            f"{size.run.wall:.1f}",
            f"{size.run.processor:.1f}",
            f"{size.run.peak_mb:,.0f}",
            f"{size.floor_seconds:.2f}",
            f"{size.floor.peak_mb:,.0f}",
            f"{size.ratio:.1f}",
            "" if growth is None else f"{growth:.2f}",
        )
        before = size
    console.print(table)
    console.print("run: hedui run, with start-up, landing every format, Dagster, Great Expectations and publishing.")
    console.print("floor: DuckDB reads the landed Parquet files, joins them by id and writes the joined rows.")


def main() -> None:
    """Parses the sizes and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, action="append", help="a town's size; may be given several times")
    parser.add_argument("--keep", type=Path, help="a folder in which the homes are left")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or Path(temporary)
        show([one_size(persons, folder) for persons in sorted(arguments.persons or _SIZES)])


if __name__ == "__main__":
    main()
