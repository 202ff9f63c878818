"""Servers of tests listen on this machine alone."""

from __future__ import annotations

import socket


def free_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
