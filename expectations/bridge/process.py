"""The owner's side of the process that runs checks: starting it, asking it, and answering its queries."""

from __future__ import annotations

import atexit
import logging
import os
import subprocess
import sys
import threading
from typing import Any, BinaryIO, cast

import duckdb

from expectations.bridge.channel import Channel, Document, Failed, Forget, Query, Rows, Validate

_MODULE = "expectations.bridge.checker"
_lock = threading.RLock()


class CheckerFailedError(Exception):
    """The process that runs checks could not do what it was asked, or is gone."""

    def __init__(self, what: str) -> None:
        super().__init__(f"检查程序没有完成 / the process that runs the checks did not finish: {what}")


class CheckerProcess:
    """A process that runs checks, one thing at a time, and logs what this one would. It ends when this process does."""

    def __init__(self) -> None:
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        # A session of its own: an interrupt is meant for the run, which ends this process itself.
        self._process = subprocess.Popen(
            [sys.executable, "-m", _MODULE, str(logging.getLogger().level)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )
        self._channel = Channel(cast("BinaryIO", self._process.stdout), cast("BinaryIO", self._process.stdin))

    @property
    def is_alive(self) -> bool:
        """Whether it can still be asked."""
        return self._process.poll() is None

    def ask(self, message: Validate | Document | Forget, connection: duckdb.DuckDBPyConnection | None = None) -> Any:
        """What came of it; `connection` answers its queries meanwhile. Raises CheckerFailedError."""
        try:
            self._channel.send(message)
            while isinstance(answer := self._channel.receive(), Query):
                self._channel.send(_rows(connection, answer))
        except (OSError, EOFError) as error:
            self.end()
            raise CheckerFailedError(type(error).__name__) from None
        except BaseException:
            self.end()  # an answer left unread would be taken for the next one
            raise
        if isinstance(answer, Failed):
            raise CheckerFailedError(answer.kind)
        return answer.result

    def end(self) -> None:
        """Ends it."""
        self._process.kill()
        self._process.communicate()


def _rows(connection: duckdb.DuckDBPyConnection | None, query: Query) -> Rows:
    if connection is None:
        return Rows(None, [])
    try:
        found = connection.execute(query.sql, query.parameters)
        return Rows([(str(name), str(kind)) for name, kind, *_ in found.description or ()], found.fetchall())
    except duckdb.Error:
        return Rows(None, [])  # its message may quote values


_processes: list[CheckerProcess] = []  # at most one: whoever validates in this process asks the same


@atexit.register
def end() -> None:
    """Ends the process, if there is one."""
    with _lock:
        while _processes:
            _processes.pop().end()


def begin() -> None:
    """Starts the process, unless there is one: it loads while others work."""
    with _lock:
        if not (_processes and _processes[0].is_alive):
            _processes[:] = [CheckerProcess()]


def ask(message: Validate | Document | Forget, connection: duckdb.DuckDBPyConnection | None = None) -> Any:
    """What came of a request; see CheckerProcess.ask."""
    with _lock:
        begin()
        return _processes[0].ask(message, connection)


def forget(run: int) -> None:
    """Lets the process drop what it keeps of a run, if there is one."""
    with _lock:
        if _processes and _processes[0].is_alive:
            _processes[0].ask(Forget(run))
