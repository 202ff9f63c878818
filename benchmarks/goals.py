"""The goals of a day's cost beside what was measured, and what the time went to where one is missed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.size import Size, growth

TOWN, COUNTY = 60_000, 1_700_000
_LARGEST_SHARES = 3
_SPENT_ON = {
    "link": "everybody's number, name sounds and blocking of all persons, then pairs",
    "compare": "joins by text keys, and writing the pairs that differ",
}


@dataclass(frozen=True)
class Goal:
    """What was asked, of a town of so many persons, and what was measured; at_most: whether less is better."""

    what: str
    persons: int
    goal: float
    measured: float
    at_most: bool = True
    spent: str = ""

    @property
    def is_met(self) -> bool:
        """Whether the goal is reached."""
        return self.measured <= self.goal if self.at_most else self.measured >= self.goal

    @property
    def asked(self) -> str:
        """The goal in signs."""
        return f"{'≤' if self.at_most else '≥'} {self.goal:g}"


def _spent(stages: list[tuple[str, float, int]]) -> str:
    """The stages that took most of building. Tables are built side by side, so that it is no share of the wall time."""
    largest = sorted(stages, key=lambda stage: -stage[1])[:_LARGEST_SHARES]
    built = sum(seconds for _, seconds, _ in stages)
    return "of building: " + ", ".join(f"{stage} {seconds / built:.0%}" for stage, seconds, _ in largest)


def goals_of(sizes: list[Size]) -> list[Goal]:
    """The goals that the sizes measured can speak of."""
    found: list[Goal] = []
    for before, size in zip([None, *sizes], sizes, strict=False):
        found += _of_a_size(size)
        if before:
            found.append(Goal("growth exponent", size.persons, 1.1, growth(before, size), spent=_spent(size.stages)))
    return found


def _of_a_size(size: Size) -> Iterator[Goal]:
    spent = _spent(size.stages)
    if size.persons in (TOWN, COUNTY):
        times, gigabytes = (6, 2) if size.persons == TOWN else (3, 8)
        yield Goal("day / floor", size.persons, times, size.ratio, spent=spent)
        yield Goal("day / floor writing the same bytes", size.persons, times, size.ratio_with_writing, spent=spent)
        yield Goal("peak memory, GB", size.persons, gigabytes, size.run.peak_mb / 1024)
    spent = _spent(size.changed_stages)
    yield Goal("day of changes / full day", size.persons, 0.2, size.changed_ratio, spent=spent)
    for work, peer, times in (("link", "splink", 5), ("compare", "pandas", 10), ("compare", "datacompy", 10)):
        ratio = size.peer_ratio(work, peer)
        if ratio is not None:
            yield Goal(f"{work}: {peer} / Hedui", size.persons, times, ratio, at_most=False, spent=_SPENT_ON[work])
