"""Where `hedui` begins: an interrupt while the command itself is still being loaded ends it without a word."""

from __future__ import annotations

import signal


def main() -> None:
    """Entry point of the command."""
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    from pipelines import cli

    signal.signal(signal.SIGINT, before)
    cli.main()


if __name__ == "__main__":
    main()
