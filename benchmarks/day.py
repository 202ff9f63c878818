"""python -m benchmarks.day HOME DAY: runs a day that waits in a home and tells, as JSON, how long every stage took.

A stage's seconds are those of building its tables. Tables are built beside each other, and beside the checks and
records of those before, so that the seconds do not add up to the day.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections import defaultdict
from pathlib import Path

from warehouse.home import Home
from warehouse.process import collect_seldom, leave


def main(home: str, day: str) -> None:
    """Prints [[stage, seconds, rows], ...]."""
    from pipelines.daily import run_days  # here: whatever lands files loads this module again

    seconds: defaultdict[str, float] = defaultdict(float)
    rows: defaultdict[str, int] = defaultdict(int)

    def watch(stage: str, _table: str, count: int, took: float) -> None:
        seconds[stage] += took
        rows[stage] += count

    outcome = run_days(Home(Path(home)), watch, dt.date.fromisoformat(day))
    for failed in (ran for ran in outcome.days if not ran.success):
        print(failed.error, file=sys.stderr)
    print(json.dumps([[stage, took, rows[stage]] for stage, took in seconds.items()]))
    leave(outcome.exit_code)


if __name__ == "__main__":
    collect_seldom()
    main(*sys.argv[1:])
