"""What a file is that cannot be read, whatever its format."""

from __future__ import annotations

import csv
import struct
from collections.abc import Iterator
from contextlib import contextmanager

from polars.exceptions import PanicException, PolarsError


class UnreadableFileError(Exception):
    """The bytes are no table in any format we know. `reason` is a code of reasons.yaml."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@contextmanager
def readable() -> Iterator[None]:
    """A damaged file can fail a reader in many ways. Their messages may quote cells, so none is passed on."""
    try:
        yield
    except (
        *(OSError, ValueError, LookupError, SyntaxError, TypeError, AttributeError, ArithmeticError),
        *(struct.error, csv.Error, PolarsError, PanicException),
    ) as error:
        raise UnreadableFileError("UNREADABLE") from error
