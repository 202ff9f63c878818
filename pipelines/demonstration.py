"""`hedui demo`: a synthetic town, its days and its lists, as a township would have them."""

from __future__ import annotations

import datetime as dt

from pipelines.case_commands import write_worklists
from pipelines.days import days_run, pending_days
from pipelines.simulation import simulate_town
from pipelines.terminal import run_and_show, show_results
from warehouse.catalogue import catalogue
from warehouse.home import Home

_DONE = (0, 3)


def _begin(home: Home) -> int:
    """Runs the first of several days, and hands its lists over on the next: a village's time begins with its list."""
    first, *later = (pending.as_of for pending in pending_days(home, catalogue(home.site)))
    if not later:
        return 0
    code = run_and_show(home, first, as_json=False)
    if code in _DONE:
        write_worklists(home, None, None, first + dt.timedelta(days=1), recheck=False, as_json=False)
    return code


def demonstrate(home: Home, persons: int, days: int, seed: int) -> int:
    """Simulates when the inbox is empty, runs, shows what there is. Returns the exit code."""
    home.prepare()
    if not any(path.is_file() for path in home.inbox.rglob("*")):
        code = simulate_town(home, persons, days, seed, None)
        if code not in _DONE:
            return code
    begun = 0 if days_run(home) else _begin(home)
    if begun not in _DONE:
        return begun
    code = run_and_show(home, None, as_json=False)
    if code in _DONE:
        show_results(home)
    return code or begun
