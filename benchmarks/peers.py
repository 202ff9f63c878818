"""python -m benchmarks.peers NAME HOME: one piece of Hedui's work, done by Hedui or by a peer, on a home that was run.

Every one is given the same records, and loading is not counted. Prints JSON: seconds, and what was found.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.comparing import compare_datacompy, compare_hedui, compare_pandas
from benchmarks.linking import link_hedui, link_recordlinkage, link_splink
from benchmarks.rebuilding import Found
from warehouse.home import Home

PEERS: dict[str, Callable[[Home], Found]] = {
    "compare_hedui": compare_hedui,
    "compare_pandas": compare_pandas,
    "compare_datacompy": compare_datacompy,
    "link_hedui": link_hedui,
    "link_splink": link_splink,
    "link_recordlinkage": link_recordlinkage,
}


def main(name: str, home: str) -> None:
    """Prints what a piece of work took and found."""
    print(json.dumps(PEERS[name](Home(Path(home)))))


if __name__ == "__main__":
    main(*sys.argv[1:])
