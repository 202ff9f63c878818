"""`hedui doctor`: is everything here that a day needs, and if not, what to do."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import stat
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import polars as pl

from assets.cases.ledger_input import handover_files, return_files
from assets.known import everything_known
from assets.mail.config import FILE as MAIL_FILE
from assets.mail.config import read_settings, what_cannot_go
from assets.registries.manifest import ACCEPTED, landed_rows
from assets.registries.published_input import published_input
from pipelines.days import newest_published, why_not_of_one_time, why_the_clock_is_wrong
from pipelines.declarations import not_read, require_declarations
from pipelines.refusal import why_no_home
from pipelines.screen import screen
from pipelines.settings import DAGSTER_YAML
from warehouse.catalogue import catalogue
from warehouse.clock import TIME_ZONE, today
from warehouse.engines.duckdb_engine import blocked_day, connect, is_locked
from warehouse.files import DamagedFileError, size_of
from warehouse.home import Home
from warehouse.parquet import reading_kept_tables
from warehouse.published_days import published_days

_PACKAGES = ("dagster", "dagster-webserver", "duckdb", "great-expectations", "polars", "python-calamine")
_LEAST_FREE_GB = 5
_GB = 1 << 30


@dataclass(frozen=True)
class Finding:
    """One thing examined: whether it is well, what was seen, and what to do."""

    ok: bool
    what: str
    seen: str
    todo: str = ""


def _packages() -> Finding:
    missing, seen = [], []
    for name in _PACKAGES:
        try:
            seen.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    todo = f"缺少 {'、'.join(missing)}，请重新安装 / missing: install again with make" if missing else ""
    return Finding(not missing, "安装 installation", ", ".join(seen), todo)


def _home(home: Home) -> Finding:
    if home.path.exists() and not home.path.is_dir():
        return Finding(False, "数据目录 home", str(home.path), "不是文件夹 / is no folder")
    if words := why_no_home(home.path):
        return Finding(False, "数据目录 home", str(home.path), words)
    target = home.path if home.path.exists() else home.path.parent
    ok = os.access(target, os.W_OK)
    seen = str(home.path) if home.path.exists() else f"{home.path}（尚未建立 / not there yet）"
    return Finding(ok, "数据目录 home", seen, "" if ok else "目录不可写 / the folder is not writable")


def _disk(home: Home) -> Finding:
    target = home.path if home.path.exists() else home.path.parent
    free = shutil.disk_usage(target).free / _GB
    ok = free >= _LEAST_FREE_GB
    return Finding(ok, "可用磁盘 free disk", f"{free:.0f} GB", "" if ok else "请清理磁盘 / free some space")


def _size(home: Home) -> Finding:
    """What the home takes, and what of it does not grow for ever: records of runs go after a while."""
    total, records = (size_of(folder) / _GB for folder in (home.path, home.dagster))
    seen = f"{total:.1f} GB，其中 Dagster 运行记录 / of it records of runs {records:.1f} GB"
    return Finding(True, "已用磁盘 disk used", seen)


def _clock(home: Home) -> Finding:
    now = dt.datetime.now(ZoneInfo(TIME_ZONE))
    newest = max(path.stat().st_mtime for path in DAGSTER_YAML.parent.glob("*.toml"))
    ok = time.time() >= newest - 86_400
    local = time.strftime("%Z")
    todo = None if ok else "系统时间早于软件本身，请校准 / the clock is behind: set it"
    with suppress(duckdb.Error):  # what does not open is told of below
        todo = todo or why_the_clock_is_wrong(home)
    return Finding(todo is None, "时钟与时区 clock", f"{now:%Y-%m-%d %H:%M} {TIME_ZONE} (system: {local})", todo or "")


def _privacy(home: Home) -> Finding:
    if not home.private_database.exists():
        return Finding(True, "内部库权限 private file", "尚未建立 / not there yet")
    mode = stat.S_IMODE(home.private_database.stat().st_mode)
    ok = mode == 0o600
    todo = "" if ok else f"chmod 600 {home.private_database}"
    return Finding(ok, "内部库权限 private file", f"{mode:o}", todo)


def _inbox(home: Home) -> Finding:
    """Extracts are identified data from the moment on in which they lie there."""
    what = "收件箱权限 inbox"
    if not home.inbox.exists():
        return Finding(True, what, "尚未建立 / not there yet")
    mode = stat.S_IMODE(home.inbox.stat().st_mode)
    ok = not mode & (stat.S_IROTH | stat.S_IXOTH)
    todo = "" if ok else f"其他用户能读提取文件 / every user of the machine can read them: chmod o-rwx {home.inbox}"
    return Finding(ok, what, f"{mode:o}", todo)


def _opens(path: Path) -> bool:
    """Whether a warehouse can be opened, now or once the run that writes it is over."""
    try:
        with connect(path, read_only=True) as connection:
            published_days(connection)  # what is cut off at its end may open all the same
    except duckdb.Error as error:
        return is_locked(error)
    return True


def _warehouses(home: Home) -> Finding:
    what = "库文件 warehouses"
    there = [path for path in (home.private_database, home.published_database) if path.exists()]
    damaged = [str(path) for path in there if not _opens(path)]
    todo = f"{'、'.join(damaged)} 已损坏，请从备份恢复 / damaged: restore it from a backup" if damaged else ""
    return Finding(not damaged, what, f"{len(there)}", todo)


def _published(home: Home) -> Finding:
    """How far results are published, and whether a day waits because its checks failed."""
    what, newest, blocked = "发布 published", None, None
    with suppress(duckdb.Error):  # what does not open is told of before
        newest = newest_published(home)
        if home.private_database.exists():
            with connect(home.private_database, read_only=True) as connection:
                blocked = blocked_day(connection)
    seen = f"至 / up to {newest}" if newest else "尚未发布 / nothing yet"
    if blocked is None:
        return Finding(True, what, seen)
    day, checks = blocked
    todo = (
        f"{day} 的检查未通过，没有发布；hedui run 说明原因 / its checks failed, it is not published; "
        f"hedui run says why: {', '.join(checks)}"
    )
    return Finding(False, what, seen, todo)


def _ledger(home: Home) -> Finding:
    """Whether what is kept for good can be read: every manifest, and that the rows it speaks of are there."""
    what = "台账与已接收文件 ledger and landed files"
    try:
        known = everything_known(home)
    except DamagedFileError as error:
        return Finding(False, what, "", str(error))
    rows = [*handover_files(home, known.handovers), *return_files(home, known.returns, "rows")]
    rows += [landed_rows(home, extract, "rows") for extract in known.extracts if extract.status == ACCEPTED]
    try:
        for path in rows:
            with reading_kept_tables([path]):
                pl.read_parquet_schema(path)
    except DamagedFileError as error:
        return Finding(False, what, f"{len(rows)}", str(error))
    return Finding(True, what, f"{len(rows)}")


def _parts(home: Home) -> Finding:
    """Whether no part of the home was put back from an older backup than the rest."""
    what, words = "各部分同一时间 parts of one time", None
    with suppress(duckdb.Error, DamagedFileError):  # what does not open or cannot be read is told of before
        words = why_not_of_one_time(home, everything_known(home).input_ids, published_input(home))
    return Finding(words is None, what, "" if words else "是 / yes", words or "")


def _declarations(home: Home) -> Finding:
    what = "声明 declarations"
    try:
        found = catalogue(home.site)
        seen = f"{len(found.layouts)} 登记库/registries, {len(found.order)} 模型/models"
        require_declarations(found, today())
        settings = read_settings(home.site)  # no day needs it: the board is published all the same
    except (ValueError, KeyError) as error:
        return Finding(False, what, str(home.site), str(error))
    if unread := not_read(home.site):
        names = "、".join(unread)
        return Finding(False, what, seen, f"{home.site}: {names}: 没有程序读它，请核对名称 / nothing reads it")
    if settings and (words := what_cannot_go(settings)):
        return Finding(False, what, seen, "\n  ".join((f"{home.site / MAIL_FILE}:", *words)))
    return Finding(True, what, seen)


def _python() -> Finding:
    return Finding(
        sys.version_info >= (3, 11), "Python", sys.version.split()[0], "需要 3.11 以上 / needs 3.11 or newer"
    )


def examine(home: Home, *, as_json: bool = False) -> int:
    """Prints every finding; 1 where something needs doing."""
    findings = [_python(), _packages(), _home(home), _disk(home), _size(home), _clock(home), _privacy(home)]
    findings += [_inbox(home), _warehouses(home), _published(home), _ledger(home), _parts(home)]
    findings.append(_declarations(home))
    well = all(finding.ok for finding in findings)
    if as_json:
        screen().print_json(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
        return 0 if well else 1
    console = screen()
    for finding in findings:
        console.print(f"{'✓' if finding.ok else '✗'} {finding.what}: {finding.seen}")
        if not finding.ok:
            console.print(f"  → {finding.todo}")
    console.print("一切正常 / all is well" if well else "请按上面的提示处理 / please do what is said above")
    return 0 if well else 1
