"""What the newest day found, and where to look next, on a terminal of 100 columns."""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import Any

from rich import box
from rich.table import Table

from pipelines.reading import reading_published
from pipelines.refusal import NOTHING_PUBLISHED, RefusedError
from pipelines.screen import screen
from pipelines.settings import command_for
from warehouse.home import Home
from warehouse.published_days import newest_day

_LAST_PLACES = 3
_FIRST_PLACES = 5


@dataclass(frozen=True)
class Results:
    """The newest day's ranking of villages and those on the watch list, the last first; and what it is made of."""

    as_of: dt.date
    open_cases: int
    waived_cases: int
    new_cases: int
    resolved_cases: int
    ranking: list[dict[str, Any]]
    not_ranked: int
    largest_case_load: int  # of those that are not ranked
    minimum_case_load: int
    watch_list: list[dict[str, Any]]


def read_results(home: Home) -> Results:
    """What the published warehouse says of its newest day."""
    with reading_published(home) as connection:
        day = newest_day(connection)
        if day is None:
            raise RefusedError(NOTHING_PUBLISHED)

        def rows(sql: str) -> list[dict[str, Any]]:
            found = connection.execute(sql, [day])
            names = [name for name, *_ in found.description or []]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

        [counts] = rows(
            """select
                   coalesce(sum(open_cases), 0)::bigint as open_cases,
                   coalesce(sum(waived_cases), 0)::bigint as waived_cases,
                   coalesce(sum(new_cases), 0)::bigint as new_cases,
                   coalesce(sum(resolved_cases), 0)::bigint as resolved_cases
               from discrepancy_count where as_of = ?"""
        )
        [unranked] = rows(
            """select count(*) as not_ranked, coalesce(max(cases), 0) as largest_case_load
               from village_ranking where as_of = ? and status = 'not_ranked'"""
        )
        [least] = rows("select minimum_case_load from this_day where as_of = ?")
        ranking = rows(
            """select rank, unit_code, unit_name, branch_name, score, movement, cases
               from village_ranking inner join branch using (branch_code)
               where as_of = ? and status = 'ranked' order by rank, unit_code"""
        )
        watch_list = rows(
            """select warning.unit_code, warning.unit_name, warning.evidence, warning.evidence_en, warning.since
               from warning inner join village_ranking using (as_of, unit_code)
               where as_of = ? and unit_type = 'village' and level = 'watch' order by rank desc, unit_code"""
        )
    return Results(as_of=day, ranking=ranking, watch_list=watch_list, **counts, **unranked, **least)


def first_and_last(ranking: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The first and the last of a ranking apart; all of it together where there are no more."""
    if len(ranking) <= _FIRST_PLACES + _LAST_PLACES:
        return [ranking]
    return [ranking[:_FIRST_PLACES], ranking[-_LAST_PLACES:]]


def _ranking_table(rows: list[dict[str, Any]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for heading, justify in (
        ("名次 rank", "right"),
        ("村 village", "left"),
        ("党总支 branch", "left"),
        ("得分 score", "right"),
        ("升降 moved", "right"),
        ("案件量 cases", "right"),
    ):
        table.add_column(heading, justify=justify)  # type: ignore[arg-type]
    for row in rows:
        movement = row["movement"]
        moved = "" if not movement else (f"↑{movement}" if movement > 0 else f"↓{-movement}")
        table.add_row(
            str(row["rank"]), row["unit_name"], row["branch_name"], f"{row['score']:.2f}", moved, str(row["cases"])
        )
    return table


def show_results(home: Home) -> None:
    """The newest day's ranking, warnings, and where to look next."""
    console = screen()
    found = read_results(home)
    console.rule(f"{found.as_of} 村级排名 / village ranking（模拟数据 synthetic）", style="")
    console.print(
        f"未解决疑点 {found.open_cases:,}，已免改 {found.waived_cases:,}，今日新增（含再次出现）{found.new_cases:,}，"
        f"今日解决 {found.resolved_cases:,}\nopen {found.open_cases:,}, waived {found.waived_cases:,}, "
        f"new or back today {found.new_cases:,}, resolved today {found.resolved_cases:,}"
    )
    if found.ranking:
        first, *last = first_and_last(found.ranking)
        console.print(_ranking_table(first))
        for rows in last:
            console.print("  …")
            console.print(_ranking_table(rows))
        console.print(f"案件量不足、不排名 / not ranked: {found.not_ranked}")
    else:
        console.print(
            f"还没有村可以排名：案件量不到 {found.minimum_case_load} 的不排名，件数太少时名次全凭偶然；现在最多的村是 "
            f"{found.largest_case_load}。人口较多、核实单下发数日后才够 /\n"
            f"no village is ranked yet: with a case load below {found.minimum_case_load} chance alone decides, and the "
            f"most that a village has is {found.largest_case_load}. There are enough in a larger town, some days after "
            f"its lists were handed over"
        )
    console.rule("关注名单，末位在前 / watch list, the last first", style="")
    for warned in found.watch_list:
        console.print(f"  {warned['unit_name']}  {warned['evidence']}（自 {warned['since']}）")
        console.print(f"      {warned['evidence_en']}", style="dim")
    if not found.watch_list:
        console.print("  无：没有村单独落在最后 / none: no village is last by itself")
    console.rule("接下来 / where to look next", style="")
    if not which("hedui"):
        console.print(
            f"  source {Path(sys.prefix) / 'bin' / 'activate'}\n      先执行一次，再直接用 hedui / once, then hedui"
        )
    hedui = command_for(home)
    for command, words in (
        (f"{home.board / 'current' / 'index.html'}", "看板，用浏览器打开 / the board: open it in a browser"),
        (
            f'{hedui} sql "select as_of, unit_name, level, evidence from warning order by as_of desc, unit_code"',
            "全部预警 / all warnings",
        ),
        (f"{hedui} sql", "交互查询，.tables 列出表 / explore with SQL"),
        (f"{hedui} ui", "Dagster 界面：资产、运行、检查、计划 / assets, runs, checks, schedules"),
        (f"{hedui} worklists", "各村核实单 / each village's list of cases to verify"),
        (f"{hedui} accuracy", "对照真值的查全率和查准率 / recall and precision against the truth"),
        (f"{hedui} export village_ranking --out ranking.xlsx", "导出 / export"),
    ):
        console.print(f"  {command}\n      {words}", markup=False, soft_wrap=True)
