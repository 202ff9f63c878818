"""Full extracts that say of a record different things: whose rows count is decided, and told.

Between several of one registry and day only records that several have are compared. In one file a number stands once:
where it is given twice, to twins of one delivery perhaps, one would be lost without a word. Of changes nothing is read,
and nothing of files that were there before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import polars as pl

from assets.registries.inbox import FULL
from assets.registries.manifest import ACCEPTED, Manifest, landed_rows
from assets.registries.parse import KEY
from assets.registries.recognition import in_force
from assets.registries.rejections import shown
from warehouse.home import Home
from warehouse.registries import Layout
from warehouse.registries.layout import KEY_SEPARATOR

_NO_FACT = "updated_on"  # of a record: when its registry touched it last
_FILE, _FILES = "file_id", "files"


def _key(layout: Layout) -> pl.Expr:
    parts = (pl.coalesce(*(pl.col(name).cast(pl.String) for name in names), pl.lit("")) for names in layout.key_columns)
    return pl.concat_str(*parts, separator=KEY_SEPARATOR).alias(KEY)


def _differing(home: Home, layout: Layout, extracts: Sequence[Manifest]) -> pl.DataFrame:
    """file_id and number of records that another of the extracts says otherwise."""
    scans = [pl.scan_parquet(landed_rows(home, manifest, "rows")) for manifest in extracts]
    there = frozenset.intersection(*(frozenset(scan.collect_schema().names()) for scan in scans))
    said = [name for name in layout.columns if name in there and name != _NO_FACT]
    keys = pl.concat([scan.select(_FILE, _key(layout)).unique() for scan in scans])
    shared = keys.group_by(KEY).len(_FILES).filter(pl.col(_FILES) > 1)
    rows = pl.concat([scan.select(_FILE, _key(layout), *said) for scan in scans]).join(shared, on=KEY).unique()
    return (
        rows.filter(pl.len().over(KEY, *said) < pl.col(_FILES))
        .select(_FILE, KEY)
        .unique()
        .group_by(_FILE)
        .len()
        .collect()
    )


def contradictions(
    home: Home, layouts: Mapping[str, Layout], files: Iterable[Manifest], manifests: Iterable[Manifest]
) -> Iterator[tuple[Manifest, int]]:
    """The full extracts of the days of some files of which others of their day say otherwise; of how many records."""
    days = {(manifest.registry, manifest.extract_date) for manifest in files if manifest.status == ACCEPTED}
    extracts: dict[tuple[str, str | None], list[Manifest]] = defaultdict(list)
    for manifest in in_force(manifests):
        day = manifest.registry, manifest.extract_date
        if manifest.mode == FULL and day in days and manifest.registry in layouts:
            extracts[day].append(manifest)
    for (registry, _), several in sorted(extracts.items()):
        if len(several) > 1:
            counts = dict(_differing(home, layouts[registry], several).iter_rows())
            yield from ((manifest, counts[manifest.file_id]) for manifest in several if manifest.file_id in counts)


def _said_twice(rows: pl.LazyFrame, layout: Layout) -> int:
    """The number of records that rows of one extract say differently. Of most extracts only keys are read."""
    keys = rows.select(_key(layout)).collect()[KEY]
    again = keys.filter(keys.is_duplicated()).unique()
    if again.is_empty():
        return 0
    there = rows.collect_schema().names()
    said = [name for name in layout.columns if name in there and name != _NO_FACT]
    these = rows.select(_key(layout), *said).filter(pl.col(KEY).is_in(again.implode())).unique().collect()
    return len(these.group_by(KEY).len().filter(pl.col("len") > 1))


def repeated(
    home: Home, layouts: Mapping[str, Layout], files: Iterable[Manifest], manifests: Iterable[Manifest]
) -> Iterator[tuple[Manifest, int]]:
    """The full extracts among some files in which one number stands on rows that differ; of how many records."""
    counting = {manifest.file_id for manifest in in_force(manifests)}
    for manifest in files:
        layout = layouts.get(manifest.registry)
        # Where a key has alternatives, rows that share it stay apart as its occurrences (relations.latest_sql).
        if layout is None or manifest.mode != FULL or any(len(names) > 1 for names in layout.key_columns):
            continue
        if manifest.file_id not in counting or not manifest.rows_accepted:
            continue
        if records := _said_twice(pl.scan_parquet(landed_rows(home, manifest, "rows")), layout):
            yield manifest, records


def described(
    home: Home, layouts: Mapping[str, Layout], files: Iterable[Manifest], manifests: Iterable[Manifest]
) -> Iterator[tuple[str, str]]:
    """Each such extract, and how many records, in words."""
    for manifest, records in contradictions(home, layouts, files, manifests):
        yield (
            shown(manifest),
            f"{records} 条记录与同一天的另一份全量提取不同，以后收到的为准 / "
            f"{records} records differ from another full extract of the day: the later delivery counts",
        )
    for manifest, records in repeated(home, layouts, files, manifests):
        yield (
            shown(manifest),
            f"{records} 个编号各有几行、内容不同，一个编号只算一条记录，以最后一行为准；"
            "是不同的人或事的，请改正编号后用原文件名重报 / "
            f"{records} numbers stand on several rows that differ: a number is one record, of which the last row "
            "counts; where these are different people or things, mend numbers and send the file again under its name",
        )
