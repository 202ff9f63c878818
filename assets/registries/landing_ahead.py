"""Landing in processes of its own, while the run that needs it is still loading.

Reading spreadsheets, HTML tables and DBF is Python's work, one core at a time: where much waits in the inbox, several
files are read at once, and beside the loading of Dagster and Great Expectations. What is landed is the same.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass

from assets.registries.landing import InboxPlan, LandingReport, land, plan_inbox
from assets.registries.manifest import Manifest
from warehouse.home import Home
from warehouse.registries import Layout

_WORTH_A_PROCESS = 4 << 20  # bytes: starting a process takes as long as reading so much
_MOST_PROCESSES = 4  # each holds a whole file in memory


def _end_with_parent() -> None:
    """A parent that is killed says goodbye to nobody: whoever works for it watches it."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def _interrupts_waiting() -> Iterator[None]:
    """Within it an interrupt waits, and in processes that are started in it for ever: it is meant for the run."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@dataclass(frozen=True)
class LandingAhead:
    """A landing under way."""

    plan: InboxPlan
    futures: dict[Future[Manifest | None], int]  # and the place of each in the plan
    pool: ProcessPoolExecutor

    def finish(self, announce: Callable[[str], object]) -> LandingReport:
        """Waits for the landing; `announce` is told the registry of each file that is done."""
        landed: dict[int, Manifest | None] = {}
        for future in as_completed(self.futures):
            landed[self.futures[future]] = future.result()
            announce(self.plan.to_land[self.futures[future]].registry)
        self.pool.shutdown(wait=False)  # its processes end while the day goes on
        return self.plan.report(landed[place] for place in sorted(landed))


@contextmanager
def landing_ahead(home: Home, layouts: dict[str, Layout]) -> Iterator[LandingAhead | None]:
    """Begins to land what is in the inbox; None where it is too little to be worth processes of its own."""
    plan = plan_inbox(home, layouts)
    sizes = [delivery.content.size for delivery in plan.to_land]
    processes = min(os.cpu_count() or 1, len(sizes), _MOST_PROCESSES)
    if sum(sizes) < _WORTH_A_PROCESS or processes < 2:
        yield None
        return
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_end_with_parent)
    try:
        largest_first = sorted(range(len(sizes)), key=lambda place: -sizes[place])
        with _interrupts_waiting():
            futures = {
                pool.submit(land, home, plan.to_land[place], layouts, plan.received_at): place
                for place in largest_first
            }
        yield LandingAhead(plan, futures, pool)
    finally:
        pool.shutdown(cancel_futures=True)
