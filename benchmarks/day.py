"""python -m benchmarks.day HOME: runs the days that wait in a home and tells, as JSON, how long every stage took.

Between two tables that are told of, the time is the later one's: computing, checking and recording its stage.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from pipelines.daily import run_days
from warehouse.home import Home


def main(home: str) -> None:
    """Prints [[stage, seconds, rows], ...], with what comes before and after all stages as "loading" and "ending"."""
    last = time.perf_counter()
    seconds: dict[str, float] = {}
    rows: dict[str, int] = {}

    def watch(stage: str, _table: str, count: int) -> None:
        nonlocal last
        # What comes before the first file is read is nobody's stage.
        name = stage if seconds else "loading"
        now = time.perf_counter()
        seconds[name] = seconds.get(name, 0.0) + now - last
        rows[stage] = rows.get(stage, 0) + count
        last = now

    outcome = run_days(Home(Path(home)), watch)
    seconds["ending"] = time.perf_counter() - last
    stages = [[stage, took, rows.get(stage, 0)] for stage, took in seconds.items()]
    print(json.dumps(stages))
    sys.exit(outcome.exit_code)


if __name__ == "__main__":
    main(*sys.argv[1:])
