"""python -m benchmarks.day HOME: runs the days that wait in a home and tells, as JSON, how long every stage took.

A stage's time runs from the last table of the stage before to its own last table: computing, checking and recording.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from pipelines.daily import run_days
from warehouse.home import Home


def main(home: str) -> None:
    """Prints [[stage, seconds, rows], ...] in order, the time before the first stage as "loading"."""
    began = time.perf_counter()
    rows: dict[str, int] = {"loading": 0}
    ended: dict[str, float] = {}
    last = "loading"

    def watch(stage: str, _table: str, count: int) -> None:
        nonlocal last
        now = time.perf_counter()
        if stage not in rows:
            ended[last] = now
        last = stage
        rows[stage] = rows.get(stage, 0) + count
        ended[stage] = now

    outcome = run_days(Home(Path(home)), watch)
    ended[last] = time.perf_counter()
    stages = []
    before = began
    for stage, count in rows.items():
        stages.append([stage, ended[stage] - before, count])
        before = ended[stage]
    print(json.dumps(stages))
    sys.exit(outcome.exit_code)


if __name__ == "__main__":
    main(*sys.argv[1:])
