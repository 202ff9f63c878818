"""`hedui ui`: Dagster's web UI and daemon, on this machine only."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys

from pipelines.refusal import RefusedError
from pipelines.screen import screen
from pipelines.settings import CODE_LOCATION, dagster_environment
from warehouse.home import Home

ADDRESS = "127.0.0.1"
# Dagster commends another command of its own for developing; nobody who reads the terminal here can act on it.
_QUIET = "ignore:Function `dev_command`"


def _end_gone_runs(home: Home) -> None:
    """Before the daemon looks for what is under way: only `hedui run` may be, and that writes the warehouse."""
    import dagster as dg

    from pipelines.daily import dagster_at
    from pipelines.gone_runs import end_gone_runs

    with dagster_at(home), dg.DagsterInstance.get() as instance:
        end_gone_runs(instance, home)


def serve(home: Home, port: int) -> int:
    """Runs the UI and the daemon until interrupted; both end with it. Raises RefusedError where the port is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError:
            raise RefusedError(f"端口 {port} 已被占用，请用 --port 另选 / the port is in use: choose another") from None
    environment = {**os.environ, **dagster_environment(home)}
    _end_gone_runs(home)
    screen().print(
        f"Dagster 界面 / UI: http://{ADDRESS}:{port}\n"
        f"校验报告 / validation report: {home.documents / 'index.html'}\n按 Ctrl+C 停止 / stops it"
    )
    dagster = [sys.executable, "-W", _QUIET, "-m", "dagster"]
    command = [*dagster, "dev", "-m", CODE_LOCATION, "-h", ADDRESS, "-p", str(port)]
    # A service manager ends it as Ctrl+C does. What a shell starts in the background is born with Ctrl+C ignored, and
    # Dagster would inherit that and stay: a signal that is handled here is not ignored there.
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.default_int_handler)
    # In its own folder: Dagster warns of any other dagster.yaml that lies where it is started.
    process = subprocess.Popen(command, env=environment, cwd=home.dagster)
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.terminate()
        process.wait(timeout=30)
        return 0
