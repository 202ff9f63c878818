"""Whether the parts of a home are of one time.

Whoever puts back an older copy of one part beside the rest (private/ without published/, landed/ without either) has a
home in which every file is sound and something is lost: a day run on it would take published days out of the edition,
or input out of figures, and say nothing.
"""

from __future__ import annotations

from collections.abc import Collection

import duckdb

from warehouse.engines.duckdb_engine import connect
from warehouse.home import Home
from warehouse.published_days import published_days


class OlderPartError(Exception):
    """A part of a home is older than another: no day can be run until it is put right."""


def older_parts(
    home: Home, there: Collection[str], of_days: Collection[str], connection: duckdb.DuckDBPyConnection | None
) -> str | None:
    """What is older than what was published, and what to do; None where nothing is.

    Ids of input: there, of all that is there; of_days, of what published days knew (published_input). The connection is
    to the private warehouse, None where that is not there.
    """
    if lost := _lost_days(home, connection):
        return (
            f"{home.private_database.parent} 里没有已发布的 {lost}，是较早的一份：请从备份恢复较新的；没有的，把 "
            f"{home.published.name}/ 也恢复成同一次备份的 / it is an older copy, without {lost} that was published: "
            f"restore a newer one; where there is none, restore {home.published.name}/ of the same backup as well"
        )
    if lost_input := frozenset(of_days).difference(there):
        number = len(lost_input)
        return (
            f"{home.landed}、{home.handed_over.parent} 里少了已发布的日子用过的 {number} 项输入（提取文件、清单等）："
            "请从备份恢复，或把这些提取文件放回 inbox 再运行 / "
            f"{number} inputs (extracts, lists …) that published days knew are not there: restore them from a backup, "
            "or put the extracts into inbox and run again"
        )
    return None


def _lost_days(home: Home, connection: duckdb.DuckDBPyConnection | None) -> str:
    """The days that were published and that the private warehouse does not hold, in words. It keeps a day first."""
    if not home.published_database.exists():
        return ""
    with connect(home.published_database, read_only=True) as edition:
        lost = sorted(published_days(edition) - (published_days(connection) if connection else frozenset()))
    return "" if not lost else f"{lost[0]}" if len(lost) == 1 else f"{lost[0]} … {lost[-1]} ({len(lost)})"
