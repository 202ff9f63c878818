"""Record numbers."""

from __future__ import annotations

import numpy as np
import polars as pl

from tests.synthetic.register import ROW


def serial(prefix: str, number: np.ndarray, width: int) -> pl.Series:
    return pl.Series([prefix], dtype=pl.String).new_from_index(0, len(number)) + pl.Series(number).cast(
        pl.String
    ).str.zfill(width)


def numbered(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.int_range(pl.len(), dtype=pl.Int32).alias(ROW))
