"""What a run looks like on a terminal of 100 columns, while it goes on and when it is done."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice

import duckdb
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from assets.registries.contradictions import described as described_contradictions
from assets.registries.delivered_columns import described as described_columns
from assets.registries.inbox import waiting_for_their_day
from assets.registries.rejections import described, hidden, of_one_name
from pipelines.daily import ENDED_WORDS, DagsterRecordsError, RunOutcome, run_days
from pipelines.days import PendingDay, why_the_clock_is_wrong
from pipelines.reading import why_not_opened
from pipelines.refusal import RefusedError
from pipelines.returned_words import in_words
from pipelines.screen import screen
from pipelines.settings import command_for
from warehouse.catalogue import catalogue
from warehouse.clock import today
from warehouse.home import Home
from warehouse.parameters.ended_columns import ended_columns

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
_FILES_NAMED = 3  # of files of which the same is said


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
        "returned_files": len(outcome.returned),
        "returned_files_not_taken_whole": len(outcome.returned_not_taken),
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
    if wrong := why_the_clock_is_wrong(home):
        console.print(f"! {wrong}")
    elif waiting:
        console.print(f"! {waiting} 个文件的日期还没到，到那天才接收 / {waiting} files are dated after today and wait")
    if outcome.left_files:
        console.print(
            f"! {outcome.left_files} 个文件还在写入或刚被改动，这次没有接收；复制完成、关闭文件后再运行 hedui run / "
            f"{outcome.left_files} files were being written and were left: run again once they are whole and closed"
        )
    if not (outcome.days or outcome.manifests or outcome.left_files or waiting):
        console.print(
            f"! 还没有收到过提取文件，请放入 / no extract was ever received; put them into\n"
            f"  {home.inbox}/<登记库 registry>/",
            markup=False,
            soft_wrap=True,
        )
        return
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
        _show_rejected(console, home, outcome)
    for line in in_words(home, outcome.returned):
        console.print(line, markup=False, soft_wrap=line.startswith(" "))
    found = catalogue(home.site)
    notices = (
        described_columns(outcome.files, outcome.manifests, found.layouts, ended_columns(found.site)),
        of_one_name(outcome.files, outcome.manifests),
        hidden(outcome.files),
        described_contradictions(home, found.layouts, outcome.files, outcome.manifests),
    )
    for told in notices:
        _show_notices(console, told)
    where = f"；{home.published_database}" if home.published_database.exists() else ""
    console.print(f"共 {seconds:.1f} 秒 / seconds{where}", soft_wrap=True)


def _show_rejected(console: Console, home: Home, outcome: RunOutcome) -> None:
    """Which files and rows were not accepted, each with its reasons."""
    console.print(
        f"! 拒收 {outcome.rejected_files} 个文件、{outcome.rejected_rows} 行 / "
        f"{outcome.rejected_files} files and {outcome.rejected_rows} rows were rejected"
    )
    for file, whys in islice(described(home, outcome.files), _FILES_SHOWN):
        console.print(f"    {file}", markup=False, soft_wrap=True)
        for why in whys:
            console.print(f"      {why}", markup=False)
    every = f"{command_for(home)} export received_file --private --out received_file.xlsx"
    console.print(f"  全部 / all: {every}", markup=False, soft_wrap=True)


def _show_notices(console: Console, told: Iterable[tuple[str, str]]) -> None:
    """What is said of files (`registry/file`), each with its words; of files of a registry the same is said once."""
    alike: dict[tuple[str, str], list[str]] = {}
    for file, words in told:
        alike.setdefault((file.partition("/")[0], words), []).append(file)
    for (_, words), files in islice(alike.items(), _FILES_SHOWN):
        named, left = "、".join(files[:_FILES_NAMED]), len(files) - _FILES_NAMED
        others = f" 等 {len(files)} 个文件 / and {left} more" if left > 0 else ""
        console.print(f"! {named}{others}", markup=False, soft_wrap=True)
        console.print(f"    {words}", markup=False)
    if len(alike) > _FILES_SHOWN:
        left = len(alike) - _FILES_SHOWN
        console.print(f"! 另有 {left} 处没有列出；改好以上各处再运行 / {left} more are not listed: mend these first")


def run_pending(home: Home, day: dt.date | None, watch: _Watch | None = None) -> RunOutcome:
    """Runs what is pending.

    Raises RefusedError where another run is under way, a file of the home cannot be used, or this run is interrupted.
    """
    try:
        if watch is None:
            return run_days(home, only=day)
        with watch.showing():
            return run_days(home, watch=watch.table, only=day, announce_days=watch.days)
    except duckdb.IOException as error:
        busy = "内部库正被另一个任务写入，请等它结束 / another run is writing the private warehouse: wait for it"
        raise RefusedError(why_not_opened(error, busy)) from None
    except DagsterRecordsError:
        raise RefusedError(
            f"{home.dagster} 里的运行记录无法读写：磁盘已满，或文件已损坏；已完成的部分不会丢失 / "
            "the records of runs cannot be read or written: the disk is full, or a file is damaged; what is done stays"
        ) from None
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
