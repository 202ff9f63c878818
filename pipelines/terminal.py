"""What a run, its results and its accuracy look like on a terminal of 100 columns."""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import chain, islice
from pathlib import Path
from shutil import which
from typing import Any

import duckdb
from rich import box
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from assets.registries.contradictions import described as described_contradictions
from assets.registries.delivered_columns import described as described_columns
from assets.registries.inbox import waiting_for_their_day
from assets.registries.rejections import described, hidden
from pipelines.daily import ENDED_WORDS, DayOutcome, RunOutcome, run_days
from pipelines.days import PendingDay
from pipelines.direction import show_directions
from pipelines.reading import reading_private, reading_published
from pipelines.refusal import NOTHING_PUBLISHED, RefusedError
from pipelines.screen import screen
from warehouse.catalogue import catalogue
from warehouse.clock import today
from warehouse.home import Home
from warehouse.parameters.ended_columns import ended_columns
from warehouse.published_days import newest_day

_STAGES = {
    "registries": "接收登记库",
    "staging": "整理记录",
    "identity": "按人归并",
    "reconciliation": "核对疑点",
    "cases": "疑点台账",
    "indicators": "计算指标",
    "ranking": "排名预警",
    "release": "公开数据",
    "meetings": "调度会议",
    "benefits": "核对待遇",
    "fees": "核对收费",
    "services": "服务时限",
    "publication": "发布结果",
}
_FAILED_CHECKS_SHOWN = 10
_FILES_SHOWN = 10
_LAST_PLACES = 3
_FIRST_PLACES = 5


class _Watch:
    """A live display of days, stages, tables and rows."""

    def __init__(self, console: Console, steps: int) -> None:
        self._console = console
        self._steps = steps
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.fields[day]}"),
            TextColumn("{task.description}"),
            BarColumn(bar_width=10),
            TextColumn("{task.fields[rows]}", justify="right"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._days: list[PendingDay] = []
        self._place = 0

    @contextmanager
    def showing(self) -> Iterator[None]:
        """The display is on screen while the block runs; on a pipe it stays silent."""
        if not self._console.is_terminal:
            yield
            return
        with self._progress:
            self._task = self._progress.add_task("准备 / preparing", total=self._steps, day="", rows="")
            yield

    def days(self, days: list[PendingDay]) -> None:
        """Remembers what is going to be run."""
        self._days = days

    def table(self, stage: str, table: str, rows: int, _seconds: float) -> None:
        """A table is done."""
        if not self._console.is_terminal:
            return
        if (stage == "registries" and table == "received_file") or not self._place:
            self._place += 1
            self._progress.reset(self._task)
        day = self._days[min(self._place, len(self._days)) - 1].as_of
        self._progress.update(
            self._task,
            advance=1,
            day=f"{day} ({min(self._place, len(self._days))}/{len(self._days)})",
            description=f"{_STAGES.get(stage, '')} {stage}\n{table}",
            rows=f"{rows:,} 行 rows" if rows else "",
        )


def as_document(outcome: RunOutcome) -> dict[str, object]:
    """What became of a run, for machines."""
    return {
        "exit_code": outcome.exit_code,
        "rejected_files": outcome.rejected_files,
        "rejected_rows": outcome.rejected_rows,
        "left_files": outcome.left_files,
        "days": [
            {
                "as_of": day.as_of.isoformat(),
                "seconds": round(day.seconds, 3),
                "run_id": day.run_id,
                "success": day.success,
                "error": day.error,
                "failed_checks": [f"{check.table}.{check.name}" for check in day.checks if not check.success],
            }
            for day in outcome.days
        ],
    }


def _summarise(console: Console, home: Home, outcome: RunOutcome, seconds: float) -> None:
    waiting = waiting_for_their_day(home.inbox, today())
    if waiting:
        console.print(f"! {waiting} 个文件的日期还没到，到那天才接收 / {waiting} files are dated after today and wait")
    if outcome.left_files:
        console.print(
            f"! {outcome.left_files} 个文件还在写入或刚被改动，这次没有接收；复制完成、关闭文件后再运行 hedui run / "
            f"{outcome.left_files} files were being written and were left: run again once they are whole and closed"
        )
    if not outcome.days:
        console.print("✓ 没有新文件，没有任何变化 / nothing new, nothing changed")
        return
    for day in outcome.days:
        failed = [check for check in day.checks if not check.success]
        mark = "✓" if day.success else "✗"
        checks = f"检查通过 checks passed {len(day.checks) - len(failed)}/{len(day.checks)}"
        console.print(f"{mark} {day.as_of}  {day.seconds:5.1f} s  {checks}")
        for check in failed[:_FAILED_CHECKS_SHOWN]:
            console.print(f"    ! {check.table}.{check.name}: {check.unexpected_count} 行 / rows")
            console.print(f"      {check.zh} / {check.en}")
        if day.error:
            console.print(f"    {day.error}", markup=False)
    if outcome.rejected_files or outcome.rejected_rows:
        console.print(
            f"! 拒收 {outcome.rejected_files} 个文件、{outcome.rejected_rows} 行 / "
            f"{outcome.rejected_files} files and {outcome.rejected_rows} rows were rejected"
        )
        for file, whys in islice(described(home, outcome.files), _FILES_SHOWN):
            console.print(f"    {file}", markup=False, soft_wrap=True)
            for why in whys:
                console.print(f"      {why}", markup=False)
        console.print("  全部 / all: hedui export received_file --private --out received_file.xlsx")
    found = catalogue(home.site)
    notices = (
        described_columns(outcome.files, outcome.manifests, found.layouts, ended_columns(found.site)),
        hidden(outcome.files),
        described_contradictions(home, found.layouts, outcome.files, outcome.manifests),
    )
    for file, words in chain.from_iterable(islice(told, _FILES_SHOWN) for told in notices):
        console.print(f"! {file}", markup=False, soft_wrap=True)
        console.print(f"    {words}", markup=False)
    where = f"；{home.published_database}" if home.published_database.exists() else ""
    console.print(f"共 {seconds:.1f} 秒 / seconds{where}", soft_wrap=True)


def run_pending(home: Home, day: dt.date | None, watch: _Watch | None = None) -> RunOutcome:
    """Runs what is pending. Raises RefusedError where another run is under way, or this one is interrupted."""
    try:
        if watch is None:
            return run_days(home, only=day)
        with watch.showing():
            return run_days(home, watch=watch.table, only=day, announce_days=watch.days)
    except duckdb.IOException:
        words = "内部库正被另一个任务写入，请等它结束 / another run is writing the private warehouse: wait for it"
        raise RefusedError(words) from None
    except KeyboardInterrupt:
        raise RefusedError(ENDED_WORDS) from None


def run_and_show(home: Home, day: dt.date | None, *, as_json: bool) -> int:
    """Runs what is pending, shows it live, and ends with a summary. Returns the exit code."""
    if as_json:
        outcome = run_pending(home, day)
        print(json.dumps(as_document(outcome), ensure_ascii=False))  # noqa: T201 - this is the command's output
        return outcome.exit_code
    console = screen()
    began = time.perf_counter()
    steps = len(catalogue(home.site).tables) + len(catalogue(home.site).layouts)
    outcome = run_pending(home, day, _Watch(console, steps))
    _summarise(console, home, outcome, time.perf_counter() - began)
    return outcome.exit_code


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
            """select warning.unit_code, warning.unit_name, warning.evidence, warning.since
               from warning inner join village_ranking using (as_of, unit_code)
               where as_of = ? and unit_type = 'village' and level = 'watch' order by rank desc, unit_code"""
        )
    return Results(as_of=day, ranking=ranking, watch_list=watch_list, **counts, **unranked, **least)


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
        console.print(_ranking_table(found.ranking[:_FIRST_PLACES]))
        console.print("  …")
        console.print(_ranking_table(found.ranking[-_LAST_PLACES:]))
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
    if not found.watch_list:
        console.print("  无：没有村单独落在最后 / none: no village is last by itself")
    console.rule("接下来 / where to look next", style="")
    if not which("hedui"):
        console.print(
            f"  source {Path(sys.prefix) / 'bin' / 'activate'}\n      先执行一次，再直接用 hedui / once, then hedui"
        )
    for command, words in (
        (f"{home.board / 'current' / 'index.html'}", "看板，用浏览器打开 / the board: open it in a browser"),
        (
            'hedui sql "select as_of, unit_name, level, evidence from warning order by as_of desc, unit_code"',
            "全部预警 / all warnings",
        ),
        ("hedui sql", "交互查询，.tables 列出表 / explore with SQL"),
        ("hedui ui", "Dagster 界面：资产、运行、检查、计划 / assets, runs, checks, schedules"),
        ("hedui worklists", "各村核实清单 / each village's list of cases to verify"),
        ("hedui accuracy", "对照真值的查全率和查准率 / recall and precision against the truth"),
        ("hedui export village_ranking --out ranking.xlsx", "导出 / export"),
    ):
        console.print(f"  {command}\n      {words}", soft_wrap=True)


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def show_accuracy(home: Home, *, as_json: bool) -> int:
    """Prints recall and precision per rule."""
    from assets.accuracy import NoTruthError, measure, measure_links
    from assets.direction.accuracy import measure_direction

    try:
        with reading_private(home) as connection:
            day, rules = measure(home, connection)
            links = measure_links(home, connection)
            directions = measure_direction(home, connection)
    except NoTruthError:
        words = "没有真值或尚未运行；先 hedui simulate 再 hedui run / no truth here, or nothing was run"
        raise RefusedError(words) from None
    if as_json:
        document = {
            "as_of": day.isoformat(),
            "rules": {
                rule.rule_code: {
                    "expected": rule.expected,
                    "found": rule.found,
                    "reported": rule.reported,
                    "right": rule.right,
                    "recall": rule.recall,
                    "precision": rule.precision,
                    "everything": {"recall": rule.everything.recall, "precision": rule.everything.precision}
                    | asdict(rule.everything),
                }
                for rule in rules
            },
            "links": asdict(links) | {"recall": links.recall, "precision": links.precision},
            "direction": {
                "calibration_error": directions.calibration_error,
                "methods": {found.method: found.as_document() for found in directions.methods},
            },
        }
        print(json.dumps(document))  # noqa: T201 - this is the command's output
        return 0
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    usable = ("应报 expected", "报出 reported", "查全率 recall", "查准率 precision")
    for heading in ("规则 rule", *usable, "全部应报 all", "查全率 recall", "查准率 precision"):
        is_rule = heading.startswith("规则")
        # Chinese above, English below: eight columns are too many for both side by side.
        table.add_column(heading.replace(" ", "\n"), justify="left" if is_rule else "right", no_wrap=True)
    for rule in rules:
        everything = rule.everything
        table.add_row(
            rule.rule_code,
            *(str(rule.expected), str(rule.reported), _share(rule.recall), _share(rule.precision)),
            *(str(everything.expected), _share(everything.recall), _share(everything.precision)),
        )
    console = screen()
    console.print(
        f"{day}  左：身份号码可用的差错；右：全部差错 / left: errors that leave the id usable; right: all errors"
    )
    console.print(table)
    console.print(
        f"无可用号码的记录 / records without a usable number: 应归并 {links.expected}，查全率 recall "
        f"{_share(links.recall)}；已归并 linked {links.linked}，查准率 precision {_share(links.precision)}"
    )
    show_directions(console, directions)
    return 0


__all__ = ["DayOutcome", "run_and_show", "run_pending", "show_accuracy", "show_results"]
