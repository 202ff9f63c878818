"""Names of made-up people, as they look in the place: surname by family, given name by birth year and sex."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import yaml

from tests.synthetic.calendar import year_of

RARE_SHARE, DOTTED_SHARE = 0.0015, 0.004


@cache
def lists() -> dict[str, Any]:
    """names.yaml."""
    return yaml.safe_load((Path(__file__).parent / "names.yaml").read_text(encoding="utf-8"))


def surnames(size: int, rng: np.random.Generator) -> np.ndarray:
    """Places in the list of surnames, drawn by frequency."""
    weights = np.array(list(lists()["surnames"].values()), dtype=float)
    return rng.choice(len(weights), size, p=weights / weights.sum())


def _by_rank(characters: str, size: int, rng: np.random.Generator) -> np.ndarray:
    """Characters drawn from a list in which the frequent ones stand first."""
    weights = 1.0 / (np.arange(len(characters)) + 3.0)
    return np.array(list(characters))[rng.choice(len(characters), size, p=weights / weights.sum())]


def _text(characters: np.ndarray) -> pl.Series:
    """An array of single characters (U1) as text."""
    distinct, place = np.unique(characters.view(np.uint32), return_inverse=True)
    return pl.Series(distinct.view("U1").tolist(), dtype=pl.String).gather(place)


def listed(surname: np.ndarray) -> pl.Series:
    """The surnames in the given places of the list."""
    return pl.Series(list(lists()["surnames"])).gather(surname)


def given(born: np.ndarray, sex: np.ndarray, rng: np.random.Generator) -> pl.Series:
    """Given names of n people by day of birth and sex (1 male, 2 female)."""
    eras = lists()["eras"]
    era = np.clip(np.searchsorted([entry["since"] for entry in eras], year_of(born), side="right") - 1, 0, None)
    first = np.zeros(len(born), dtype="U1")
    second = np.zeros(len(born), dtype="U1")
    for place, entry in enumerate(eras):
        for code, word in ((1, "male"), (2, "female")):
            rows = np.flatnonzero((era == place) & (sex == code))
            first[rows] = _by_rank(entry[word]["first"], len(rows), rng)
            second[rows] = _by_rank(entry[word]["second"], len(rows), rng)
            alone = rows[rng.random(len(rows)) < entry["single"]]
            first[alone] = _by_rank(lists()["names_of_one_character"][word], len(alone), rng)
            second[alone] = ""
    rare = np.flatnonzero(rng.random(len(born)) < RARE_SHARE)
    second[rare] = np.array(list(lists()["rare"]))[rng.integers(len(lists()["rare"]), size=len(rare))]
    return _text(first) + _text(second)


def full(
    surname: np.ndarray, born: np.ndarray, sex: np.ndarray, newcomer: np.ndarray, rng: np.random.Generator
) -> pl.Series:
    """Full names of n people; a few newcomers bear names with a dot."""
    name = listed(surname) + given(born, sex, rng)
    dotted = np.flatnonzero(newcomer & (rng.random(len(born)) < DOTTED_SHARE))
    if len(dotted):
        name = name.scatter(dotted, np.array(lists()["dotted"])[rng.integers(len(lists()["dotted"]), size=len(dotted))])
    return name
