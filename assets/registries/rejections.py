"""What was not accepted, in words for whoever can mend it: file, column, reason and rows, and never a value.

Of a file's name only what is prescribed is shown, and a part of digits and Latin letters: the rest is free text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import polars as pl

from assets.registries.landing import UNKNOWN_REGISTRY
from assets.registries.manifest import QUARANTINED, Manifest, explain, landed_rows, reasons
from assets.registries.parse import COLUMN, REASON
from assets.registries.sheet import ROW
from warehouse.home import Home

_ROWS_SHOWN = 5
# Digits of a part or a village, not of a telephone or an id.
_PLAIN_PART = re.compile(r"(?:(?:[0-9]{1,6}|[0-9]{12})(?![0-9])|[A-Za-z_() -])*")


def shown(manifest: Manifest) -> str:
    """The file, as far as its name is no free text."""
    if manifest.reason == UNKNOWN_REGISTRY:
        return f"{manifest.registry[:1]}…/"
    if manifest.extract_date is None:
        return f"{manifest.registry}/{manifest.file_name[:1]}…"
    part = manifest.part if _PLAIN_PART.fullmatch(manifest.part) else "…"
    return f"{manifest.registry}/{manifest.extract_date}_{manifest.mode}{f'_{part}' if part else ''}"


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
