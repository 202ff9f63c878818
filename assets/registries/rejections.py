"""What was not accepted, in words for whoever can mend it: file, column, reason and rows, and never a value.

Of a file's name only what is prescribed is shown, and a part of digits and Latin letters: the rest is free text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl

from assets.registries.landing import UNKNOWN_REGISTRY
from assets.registries.manifest import ACCEPTED, QUARANTINED, Manifest, explain, landed_rows, reasons
from assets.registries.parse import COLUMN, REASON
from assets.registries.recognition import in_force
from assets.registries.sheet import ROW
from warehouse.home import Home

_ROWS_SHOWN = 5
# Digits of a part or a village, not of a telephone or an id.
_PLAIN_SUFFIX = re.compile(r"\.[A-Za-z]{1,5}")
_PLAIN_PART = re.compile(r"(?:(?:[0-9]{1,6}|[0-9]{12})(?![0-9])|[A-Za-z_() -])*")


def shown(manifest: Manifest) -> str:
    """The file, as far as its name is no free text."""
    if manifest.reason == UNKNOWN_REGISTRY:
        return f"{manifest.registry[:1]}…/"
    if manifest.extract_date is None:
        return f"{manifest.registry}/{manifest.file_name[:1]}…"
    part = manifest.part if _PLAIN_PART.fullmatch(manifest.part) else "…"
    return f"{manifest.registry}/{manifest.extract_date}_{manifest.mode}{f'_{part}' if part else ''}"


def _suffix(manifest: Manifest) -> str:
    """What the name ends with, where it is no free text."""
    suffix = Path(manifest.file_name).suffix
    return suffix if _PLAIN_SUFFIX.fullmatch(suffix) else ""


def _rows(home: Home, manifest: Manifest) -> Iterator[str]:
    rejected = (
        pl.scan_parquet(landed_rows(home, manifest, "rejected"))
        .group_by(REASON, COLUMN)
        .agg(pl.col(ROW).unique().sort())
        .sort(pl.col(ROW).list.first(), REASON)
        .collect()
    )
    for code, column, rows in rejected.iter_rows():
        words = reasons()["rows"][code]
        listed = "、".join(map(str, rows[:_ROWS_SHOWN])) + ("…" if len(rows) > _ROWS_SHOWN else "")
        yield f"{len(rows)} 行 / rows（第 {listed} 行） {column}：{words['zh']} / {words['en']}"


def of_one_name(files: Iterable[Manifest], manifests: Iterable[Manifest]) -> Iterator[tuple[str, str]]:
    """Each file that does not count because one of another format has its name; files: those that are new."""
    manifests, told = list(manifests), {manifest.file_id for manifest in files}
    counting = {manifest.place: manifest for manifest in in_force(manifests)}
    counted = {manifest.came for manifest in counting.values()}  # by whatever name
    for manifest in manifests:
        other = counting.get(manifest.place)
        if other is None or manifest.status != ACCEPTED or other.file_name == manifest.file_name:
            continue
        if manifest.came not in counted and not told.isdisjoint((manifest.file_id, other.file_id)):
            yield (
                f"{shown(manifest)}{_suffix(manifest)}",
                f"没有计入：与后收到的 {_suffix(other)} 文件同名；各是一部分的，请在文件名后加 _1、_2 / "
                f"does not count: the {_suffix(other)} file, which came later, has its name; where each is a part, add "
                f"_1 and _2 to their names",
            )


def hidden(manifests: Iterable[Manifest]) -> Iterator[tuple[str, str]]:
    """Each file with hidden worksheets, and how many."""
    for manifest in manifests:
        if found := manifest.hidden_sheets:
            yield shown(manifest), f"{found} 个隐藏的工作表没有读取 / hidden worksheets not read: {found}"


def described(home: Home, manifests: Iterable[Manifest]) -> Iterator[tuple[str, list[str]]]:
    """Each file that was not accepted whole, and why."""
    for manifest in manifests:
        if manifest.status == QUARANTINED:
            yield shown(manifest), [explain(manifest)]
        elif manifest.rows_rejected:
            yield shown(manifest), list(_rows(home, manifest))
