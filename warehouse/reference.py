"""Reference tables of a day: the terms, villages, branches and indicators in force, as rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from pathlib import Path
from typing import Any

from warehouse.parameters import indicators_on, read_place, rounds_on, terms_on

Rows = list[dict[str, Any]]


def reference_rows(day: dt.date, site: Path | None) -> dict[str, Rows]:
    """Rows of this_day, village, branch, indicator and scoring_round for a day, by table."""
    place = read_place(day, site)
    villages = [asdict(village) for village in place.villages]
    branches: dict[str, dict[str, Any]] = {}
    for village in place.villages:
        branch = branches.setdefault(
            village.branch_code, {"branch_code": village.branch_code, "branch_name": village.branch_name, "villages": 0}
        )
        branch["villages"] += 1
    return {
        "this_day": [{"as_of": day, **terms_on(day, site)}],
        "village": villages,
        "branch": list(branches.values()),
        "indicator": [asdict(indicator) for indicator in indicators_on(day, site)],
        "scoring_round": [asdict(found) for found in rounds_on(day, site)],
    }
