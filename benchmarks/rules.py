"""python -m benchmarks.rules [--persons N] [--seeds S...] [--homes DIR]: measures every rule on simulated towns.

Writes expectations/rules/measured/simulated_towns.yaml. Towns that DIR holds already (town-<seed>) are not run again.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from assets.accuracy import OVERALL, measure
from expectations.rules import read_rules
from expectations.rules.measurement import Measurement, RuleMeasure, Towns, write_measurement
from warehouse.clock import today
from warehouse.engines.duckdb_engine import connect
from warehouse.home import Home

_HEDUI = (sys.executable, "-m", "pipelines.cli")
_START = "2026-10-01"
_REJECTED = 3  # a simulated town has rows that must be rejected


def _town(folder: Path, persons: int, seed: int) -> Home:
    """A simulated town of one day that was run."""
    home = Home(folder / f"town-{seed}")
    if not home.private_database.exists():
        command = (*_HEDUI, "--home", str(home.path))
        town = ("--persons", str(persons), "--days", "1", "--seed", str(seed), "--start", _START)
        subprocess.run((*command, "simulate", *town), check=True)
        done = subprocess.run((*command, "run"), check=False)
        if done.returncode not in (0, _REJECTED):
            raise SystemExit(done.returncode)
    return home


def main() -> None:
    """Measures and writes."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rules")
    parser.add_argument("--persons", type=int, default=5_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--homes", type=Path)
    asked = parser.parse_args()
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    with tempfile.TemporaryDirectory() as temporary:
        for seed in asked.seeds:
            home = _town(asked.homes or Path(temporary), asked.persons, seed)
            with connect(home.private_database, read_only=True) as connection:
                day, rules = measure(home, connection)
            for rule in rules:
                found = rule.everything
                for place, number in enumerate((found.expected, found.reported, found.right)):
                    counts[rule.rule_code][place] += number
    measured = {
        code: RuleMeasure(expected=counts[code][0], reported=counts[code][1], right=counts[code][2])
        for code in (*read_rules(), OVERALL)
    }
    towns = Towns(persons=asked.persons, day=day, seeds=tuple(asked.seeds))
    write_measurement(Measurement(measured_on=today(), towns=towns, rules=measured))


if __name__ == "__main__":
    main()
