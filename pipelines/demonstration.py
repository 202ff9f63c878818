"""`hedui demo`: a synthetic town, its days and its lists, as a township would have them."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict

from pipelines.case_commands import as_document as lists_as_document
from pipelines.case_commands import hand_over, write_worklists
from pipelines.days import days_run, pending_days
from pipelines.results import read_results, show_results
from pipelines.screen import screen
from pipelines.simulation import simulate_town, write_town
from pipelines.terminal import as_document as run_as_document
from pipelines.terminal import run_and_show, run_pending
from warehouse.catalogue import catalogue
from warehouse.home import Home

_DONE = (0, 3)
_A_DAY = dt.timedelta(days=1)


def _is_empty(home: Home) -> bool:
    return not any(path.is_file() for path in home.inbox.rglob("*"))


def _first_of_several(home: Home) -> dt.date | None:
    """The first day to be run, where none was yet and others follow.

    Lists are handed over on the next: a village's time begins with its list.
    """
    pending = [] if days_run(home) else pending_days(home, catalogue(home.site))
    return pending[0].as_of if len(pending) > 1 else None


def demonstrate(home: Home, persons: int, days: int, seed: int, *, as_json: bool = False) -> int:
    """Simulates when the inbox is empty, runs, shows what there is. Returns the exit code."""
    home.prepare()
    if as_json:
        code, document = _as_document(home, persons, days, seed)
        print(json.dumps(document, default=str, ensure_ascii=False))  # noqa: T201 - the output
        return code
    if _is_empty(home):
        simulate_town(home, persons, days, seed, None)
    begun = 0
    if first := _first_of_several(home):
        begun = run_and_show(home, first, as_json=False)
        if begun not in _DONE:
            return begun
        write_worklists(home, None, None, first + _A_DAY, recheck=False, as_json=False)
    code = run_and_show(home, None, as_json=False)
    if code in _DONE:
        show_results(home)
    return code or begun


def _as_document(home: Home, persons: int, days: int, seed: int) -> tuple[int, dict[str, object]]:
    """Does the same for machines: the exit code, and what each step has to tell."""
    document: dict[str, object] = {"simulated": None, "lists": None, "results": None}
    if _is_empty(home):
        document["simulated"] = asdict(write_town(home, persons, days, seed, None, screen(errors=True)))
    outcomes = []
    if first := _first_of_several(home):
        outcomes.append(run_pending(home, first))
        if outcomes[0].success:
            document["lists"] = lists_as_document(*hand_over(home, None, None, first + _A_DAY, recheck=False))
    if all(outcome.success for outcome in outcomes):
        outcomes.append(run_pending(home, None))
    if outcomes[-1].success:
        document["results"] = asdict(read_results(home))
    codes = [outcome.exit_code for outcome in reversed(outcomes)]
    return next(filter(None, codes), 0), document | {"runs": [run_as_document(outcome) for outcome in outcomes]}
