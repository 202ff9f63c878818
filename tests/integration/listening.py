"""Hearing everything that a block of code says: terminal, warnings, and the logs of every library at every level."""

from __future__ import annotations

import io
import logging
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout

from expectations.bridge import process

EVERYTHING = 1


@contextmanager
def listening() -> Iterator[io.StringIO]:
    """What is said inside the block, tracebacks of logged exceptions included.

    What the process that runs checks says stands there at the end of the block.
    """
    heard = io.StringIO()
    with hearing_the_checker(heard), hearing_this_process(heard):
        yield heard


@contextmanager
def hearing_the_checker(heard: io.StringIO) -> Iterator[None]:
    """A new process inherits the error output of the time at which it is started."""
    process.end()
    with tempfile.TemporaryFile() as file:
        before = os.dup(2)
        os.dup2(file.fileno(), 2)
        try:
            yield
        finally:
            process.end()
            os.dup2(before, 2)
            os.close(before)
            file.seek(0)
            heard.write(file.read().decode(errors="replace"))


@contextmanager
def hearing_this_process(heard: io.StringIO) -> Iterator[None]:
    """Every logger, whatever level it has, and what is printed."""
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
            yield
    finally:
        root.removeHandler(handler)
        for logger, level, disabled in before:
            logger.setLevel(level)
            logger.disabled = disabled
