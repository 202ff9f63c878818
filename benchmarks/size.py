"""What is measured of one town, and how it grows from one to the next."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from benchmarks.measure import Measured


@dataclass(frozen=True)
class Size:
    """One town: what its simulation and its days took, the floor, and what peers took and found.

    run: the day with everything new; changed: the day after, and the share of rows that came with it; stages of both.
    floor_seconds, writing_seconds: of DuckDB alone, to read, join and write the joined rows of the first day, and to
    write the tables that it left.
    """

    persons: int
    simulate: Measured
    run: Measured
    changed: Measured
    changed_share: float
    stages: list[tuple[str, float, int]]
    changed_stages: list[tuple[str, float, int]]
    floor_seconds: float
    writing_seconds: float
    peers: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """Wall time of the day over the floor's."""
        return self.run.wall / self.floor_seconds

    @property
    def ratio_with_writing(self) -> float:
        """Wall time of the day over that of the floor that writes the same bytes."""
        return self.run.wall / (self.floor_seconds + self.writing_seconds)

    @property
    def changed_ratio(self) -> float:
        """Wall time of the day of changes over that of the day with everything new."""
        return self.changed.wall / self.run.wall

    def peer_ratio(self, work: str, peer: str) -> float | None:
        """A peer's seconds over Hedui's for the same piece of work; None where it was not tried or failed."""
        found = [self.peers.get(f"{work}_{name}", {}).get("seconds") for name in (peer, "hedui")]
        return found[0] / found[1] if all(found) else None


def exponent(small: float, large: float, times: float) -> float:
    """The g of seconds ~ size^g, for two sizes of which the larger is so many times the smaller."""
    return math.log(large / small) / math.log(times)


def growth(before: Size, size: Size) -> float:
    """The exponent of a day's time between two towns."""
    return exponent(before.run.wall, size.run.wall, size.persons / before.persons)
