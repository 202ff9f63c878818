"""How careful and how quick the people are who keep the registries: errors cluster by village and by clerk.

A village clerk who slips often slips in everything, and a slow village is slow with every case. Factors multiply the
rates of errors.yaml; their mean over the records is about 1, so that the rates stay what they say.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tests.synthetic.chance import stream, uneven

CLERKS_PER_VILLAGE, OFFICERS, FACILITIES = 3, 6, 8
VILLAGE_SPREAD, CLERK_SPREAD, OFFICE_SPREAD = 0.5, 0.4, 0.4
QUICKEST, SLOWEST = 1.5, 40.0  # days a village takes on average to correct an error


@dataclass(frozen=True)
class Clerks:
    """care: villages x clerks error factors. pace: days per village. officers, facilities: error factors."""

    care: np.ndarray
    pace: np.ndarray
    officers: np.ndarray
    facilities: np.ndarray

    def of_village(self, village: np.ndarray, record: np.ndarray) -> np.ndarray:
        """The error factor of each record by its village (out of range: 1) and the clerk who keeps it."""
        known = (village >= 0) & (village < len(self.care))
        return np.where(known, self.care[np.where(known, village, 0), record % CLERKS_PER_VILLAGE], 1.0)

    def days(self, village: np.ndarray) -> np.ndarray:
        """Mean days to correct an error, by village (out of range: the median)."""
        known = (village >= 0) & (village < len(self.pace))
        return np.where(known, self.pace[np.where(known, village, 0)], float(np.median(self.pace)))

    def lag(self, village: np.ndarray, typical: float, rng: np.random.Generator) -> np.ndarray:
        """Whole days until a village enters an event; `typical` is the mean of a village of median pace."""
        slowness = self.days(village) / float(np.median(self.pace))
        return np.maximum(1, rng.gamma(1.5, typical / 1.5, len(village)) * np.sqrt(slowness)).astype(np.int32)


def appoint(villages: int, seed: int) -> Clerks:
    """The clerks of a town."""
    rng = stream(seed, "clerks")
    care = uneven(rng, villages, VILLAGE_SPREAD)[:, None] * np.stack(
        [uneven(rng, CLERKS_PER_VILLAGE, CLERK_SPREAD) for _ in range(villages)]
    )
    pace = np.exp(rng.normal(np.log(6.0), 0.8, villages)).clip(QUICKEST, SLOWEST)
    return Clerks(care, pace, uneven(rng, OFFICERS, OFFICE_SPREAD), uneven(rng, FACILITIES, OFFICE_SPREAD))
