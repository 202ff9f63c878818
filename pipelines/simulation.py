"""`hedui simulate`: the synthetic town, on the terminal."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.console import Console

from pipelines.refusal import WRONG_USAGE, RefusedError
from pipelines.screen import screen
from warehouse.clock import today
from warehouse.home import Home

if TYPE_CHECKING:
    from tests.synthetic import Summary


def write_town(home: Home, persons: int, days: int, seed: int, start: dt.date | None, console: Console) -> Summary:
    """Writes the town's extracts and truth. Raises RefusedError where the inbox already holds extracts."""
    from tests.synthetic import simulate

    home.prepare()
    try:
        with console.status(f"正在生成 {persons:,} 人的模拟镇 / building a synthetic town of {persons:,} persons"):
            return simulate(
                home.path,
                persons=persons,
                days=days,
                seed=seed,
                start=start or today() - dt.timedelta(days=days - 1),
                with_offices=True,
            )
    except ValueError as error:
        raise RefusedError(str(error), WRONG_USAGE) from None


def simulate_town(
    home: Home, persons: int, days: int, seed: int, start: dt.date | None, *, as_json: bool = False
) -> int:
    """Writes the town, and says what it is."""
    console = screen(errors=as_json)
    summary = write_town(home, persons, days, seed, start, console)
    if as_json:
        print(json.dumps(asdict(summary), ensure_ascii=False))  # noqa: T201 - the output
        return 0
    console.print(
        f"✓ 模拟数据已写入 {home.inbox}：{summary.files} 个文件，{sum(summary.planted.values()):,} 处埋设的差错 / "
        f"{summary.files} files, {sum(summary.planted.values()):,} planted errors, {summary.seconds:.1f} s"
    )
    return 0
