"""Named streams of random numbers: adding a part of the simulation leaves the numbers of all others as they were."""

from __future__ import annotations

import zlib

import numpy as np
import polars as pl


def stream(seed: int, *names: str | int) -> np.random.Generator:
    """The generator of one named part; the same seed and names always give the same numbers."""
    return np.random.default_rng([seed, zlib.crc32("/".join(map(str, names)).encode())])


def worded(words: list[str], drawn: np.ndarray) -> pl.Series:
    """The words in the places drawn, dictionary-encoded."""
    return pl.Series(words).cast(pl.Categorical).gather(drawn)


def uneven(rng: np.random.Generator, size: int, spread: float) -> np.ndarray:
    """Factors around 1 (mean exactly 1) whose logarithms have the given standard deviation."""
    drawn = np.exp(rng.normal(0.0, spread, size))
    return drawn / drawn.mean() if size else drawn
