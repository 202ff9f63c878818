"""What became of returned workbooks, in words: the same whether `hedui returns` or `hedui run` took them in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from assets.cases.return_landing import QUARANTINED, ReturnManifest, reply_path
from warehouse.forms import read_form
from warehouse.home import Home


def in_words(home: Home, manifests: Iterable[ReturnManifest]) -> Iterator[str]:
    """Lines that say of each workbook what was taken, what was not, and where its reply lies, row by row."""
    for manifest in manifests:
        if manifest.status == QUARANTINED:
            words = read_form().reasons[manifest.reason or ""]
            yield f"✗ {manifest.file_name}：{words.zh} / {words.en}"
        else:
            yield (
                f"✓ {manifest.file_name}：采纳 {manifest.rows_accepted} 行，未采纳 {manifest.rows_rejected} 行，"
                f"未填 {manifest.rows_skipped} 行 / {manifest.rows_accepted} rows taken, "
                f"{manifest.rows_rejected} not, {manifest.rows_skipped} left blank"
            )
            yield f"  → {reply_path(home, manifest.file_id)}"
