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

from assets.registries.manifest import Manifest
from assets.registries.recognition import in_force
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


def _missing(
    manifests: Iterable[Manifest], layouts: Mapping[str, Layout], ended: Collection[EndedColumn]
) -> Iterator[tuple[Manifest, tuple[str, ...], bool]]:
    """Every file that lacks expected columns, their headings in the order of the layout, and whether it is a first one.

    Of a registry's first extract every declared column is looked for. Raises LookupError where a column is declared to
    have ended that there is not.
    """
    for end in ended:
        if end.registry not in layouts or end.column not in layouts[end.registry].columns:
            raise LookupError(f"ended_columns.yaml：没有 {end.registry}.{end.column} 这一列 / there is no such column")
    for manifest, before in _expected(manifests):
        if manifest.registry not in layouts:
            continue
        declared = layouts[manifest.registry].columns
        over = {
            end.column
            for end in ended
            if end.registry == manifest.registry and end.valid_from.isoformat() <= (manifest.extract_date or "")
        }
        lacking = before.difference(manifest.columns, over) if before else declared.keys() - set(manifest.columns)
        headings = tuple(column.headings[0] for name, column in declared.items() if name in lacking)
        if headings:
            yield manifest, headings, not before


def lost_columns(
    manifests: Iterable[Manifest], layouts: Mapping[str, Layout], ended: Collection[EndedColumn]
) -> dict[str, tuple[str, ...]]:
    """The headings of the expected columns that a file lacks, by file. Raises LookupError (_missing)."""
    return {
        manifest.file_id: headings
        for manifest, headings, is_first in _missing(manifests, layouts, ended)
        if not is_first
    }


def described(
    files: Iterable[Manifest],
    manifests: Iterable[Manifest],
    layouts: Mapping[str, Layout],
    ended: Collection[EndedColumn],
) -> Iterator[tuple[str, str]]:
    """Each of the files that lacks columns, and which, in words; of a registry's first extract, declared ones.

    Only declared headings are told: what stands where headings should be may be anything.
    """
    asked = {manifest.file_id for manifest in files}
    for manifest, headings, is_first in _missing(manifests, layouts, ended):
        if manifest.file_id in asked:
            words = (
                "没有这些列 / these columns are not there"
                if is_first
                else "缺少以前有的列 / columns that were there before are missing"
            )
            ignored = len(manifest.ignored_headings)
            others = f"；未认出 {ignored} 列 / {ignored} columns were not recognised" if ignored else ""
            yield shown(manifest), f"{words}：{'、'.join(headings)}{others}"
