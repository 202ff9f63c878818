"""Which declared columns extracts are expected to have: those that extracts of the registry before them had.

A column whose heading was changed is not read, and would look as if everyone's value had gone. An extract here is what
a registry gave of one day in one mode; of several files it has the columns that all of them have. Extracts of changes
are held to what full ones had, and the other way round: a column that is missing blanks the records of either. What was
once delivered stays expected, so that two faulty extracts in a row do not make a fault the rule; until it is declared
to have ended (ended_columns.yaml).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from assets.registries.landing import ACCEPTED, Manifest, in_force
from assets.registries.rejections import shown
from warehouse.parameters.ended_columns import EndedColumn
from warehouse.registries import Layout


def _expected(manifests: Iterable[Manifest]) -> Iterator[tuple[Manifest, frozenset[str]]]:
    """Every file in force that says what columns it has, and the columns of the registry's extracts before it."""
    days: dict[tuple[str, str], list[Manifest]] = defaultdict(list)
    for manifest in in_force(manifests):
        if manifest.columns:
            days[manifest.registry, manifest.extract_date or ""].append(manifest)
    delivered: dict[str, frozenset[str]] = defaultdict(frozenset)
    for (registry, _), files in sorted(days.items()):
        before = delivered[registry]
        for manifest in files:
            yield manifest, before
        for mode in {manifest.mode for manifest in files}:
            columns = [frozenset(manifest.columns) for manifest in files if manifest.mode == mode]
            delivered[registry] |= frozenset.intersection(*columns)


def lost_columns(
    manifests: Iterable[Manifest], layouts: Mapping[str, Layout], ended: Collection[EndedColumn]
) -> dict[str, tuple[str, ...]]:
    """The headings of the expected columns that a file lacks, by file, in the order of the layout.

    Raises LookupError where a column is declared to have ended that there is not.
    """
    for end in ended:
        if end.registry not in layouts or end.column not in layouts[end.registry].columns:
            raise LookupError(f"ended_columns.yaml：没有 {end.registry}.{end.column} 这一列 / there is no such column")
    found = {}
    for manifest, before in _expected(manifests):
        over = {
            end.column
            for end in ended
            if end.registry == manifest.registry and end.valid_from.isoformat() <= (manifest.extract_date or "")
        }
        lost = before.difference(manifest.columns, over)
        if lost:
            found[manifest.file_id] = _headings(layouts[manifest.registry], lost)
    return found


def _headings(layout: Layout, columns: Collection[str]) -> tuple[str, ...]:
    return tuple(column.headings[0] for name, column in layout.columns.items() if name in columns)


def described(
    files: Iterable[Manifest],
    manifests: Iterable[Manifest],
    layouts: Mapping[str, Layout],
    ended: Collection[EndedColumn],
) -> Iterator[tuple[str, str]]:
    """Each of the files that lacks columns, and which, in words; of a registry's first extract, declared ones.

    Only declared headings are told: what stands where headings should be may be anything.
    """
    manifests = tuple(manifests)
    lost = lost_columns(manifests, layouts, ended)
    first = {manifest.file_id for manifest, before in _expected(manifests) if not before}
    for manifest in files:
        if manifest.status != ACCEPTED:
            continue
        if manifest.file_id in lost:
            missing, words = lost[manifest.file_id], "缺少以前有的列 / columns that were there before are missing"
        elif manifest.file_id in first:
            layout = layouts[manifest.registry]
            missing = _headings(layout, layout.columns.keys() - set(manifest.columns))
            words = "没有这些列 / these columns are not there"
        else:
            continue
        if missing:
            ignored = len(manifest.ignored_headings)
            others = f"；未认出 {ignored} 列 / {ignored} columns were not recognised" if ignored else ""
            yield shown(manifest), f"{words}：{'、'.join(missing)}{others}"
