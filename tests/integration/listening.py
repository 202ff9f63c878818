"""Hearing everything that a block of code says: terminal, warnings, and the logs of every library at every level."""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout

EVERYTHING = 1


@contextmanager
def listening() -> Iterator[io.StringIO]:
    """What is said inside the block, tracebacks of logged exceptions included."""
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    handler.setLevel(EVERYTHING)
    root = logging.getLogger()
    loggers = [root, *(each for each in root.manager.loggerDict.values() if isinstance(each, logging.Logger))]
    before = [(logger, logger.level, logger.disabled) for logger in loggers]
    for logger in loggers:
        logger.setLevel(EVERYTHING)
        logger.disabled = False
    root.addHandler(handler)
    try:
        with redirect_stdout(heard), redirect_stderr(heard), warnings.catch_warnings():
            warnings.simplefilter("always")
            yield heard
    finally:
        root.removeHandler(handler)
        for logger, level, disabled in before:
            logger.setLevel(level)
            logger.disabled = disabled
