"""Reading Parquet files that are kept for good: one that somebody damaged is named, never its content."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from warehouse.files import DamagedFileError

_FAILURES: tuple[type[Exception], ...] = (pl.exceptions.PolarsError, OSError)


@contextmanager
def reading_kept_tables(paths: Iterable[Path], *failures: type[Exception]) -> Iterator[None]:
    """Within it Parquet files are read: where that fails, they are tried one by one. Raises DamagedFileError."""
    try:
        yield
    except (*_FAILURES, *failures):
        for path in paths:
            try:
                pl.read_parquet_schema(path)
            except _FAILURES:
                raise DamagedFileError(path) from None
        raise
