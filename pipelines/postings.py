"""Lists for public posting, on the terminal: checking one before it is put up."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.screen import screen

if TYPE_CHECKING:
    from expectations.posting import Finding


def _by_place(finding: Finding) -> tuple[str, list[tuple[str, int]]]:
    """Rows in the order of the file: the tenth behind the ninth."""
    parts = re.findall(r"(\D*)(\d*)", finding.place)
    return finding.kind, [(text, int(number or 0)) for text, number in parts]


def lint_files(files: list[Path], *, as_json: bool) -> int:
    """Prints what must not be posted, by place and never by value. 0 where every file may be posted, else 1."""
    from expectations.posting import lint_file

    findings = {str(path): lint_file(path) for path in files}
    if as_json:
        document = {
            name: [{"kind": finding.kind, "place": finding.place} for finding in found]
            for name, found in findings.items()
        }
        print(json.dumps(document, ensure_ascii=False))  # noqa: T201 - this is the command's output
    else:
        console = screen()
        for name, found in findings.items():
            verdict = "✗ 不能公示 / must not be posted" if found else "✓ 可以公示 / may be posted"
            console.print(f"{verdict}: {name}", markup=False, soft_wrap=True)
            for finding in sorted(found, key=_by_place):
                console.print(f"    {finding.words()}", markup=False)
    return 1 if any(findings.values()) else 0
