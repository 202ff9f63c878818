"""Servers of tests listen on this machine alone."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

USUAL = {"RCPT": "250 ok", "DATA": "354 go on", "text": "250 kept"}


def free_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextmanager
def answering(odd: Mapping[bytes, tuple[str, str | None]]) -> Iterator[tuple[int, list[bytes]]]:
    """A mail server that says what it is told to, its port, and the recipients whose text it got.

    odd: by a part of the recipient's address, where it says something else (a key of USUAL), and what; None: hang up.
    """
    got: list[bytes] = []

    class Mail(socketserver.StreamRequestHandler):
        def answer(self, recipient: bytes, where: str) -> str | None:
            at, reply = next((told for part, told in odd.items() if part in recipient), ("", None))
            said = reply if at == where else USUAL[where]
            if said is not None:
                self.wfile.write(said.encode() + b"\r\n")
            return said

        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            recipient = b""
            for line in self.rfile:
                verb = line[:4].upper()
                recipient = line if verb == b"RCPT" else recipient
                if verb in (b"RCPT", b"DATA"):
                    said = self.answer(recipient, verb.decode())
                else:
                    said = "250 ok"
                    self.wfile.write(b"250 ok\r\n")
                if verb == b"DATA" and said == USUAL["DATA"]:
                    while self.rfile.readline() not in (b".\r\n", b""):
                        pass
                    got.append(recipient)
                    said = self.answer(recipient, "text")
                if said is None or verb == b"QUIT":
                    return

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Mail) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_address[1], got
        finally:
            server.shutdown()
