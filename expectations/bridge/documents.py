"""Data Docs: what was checked on a day and how it came out, as pages that open without a network.

Great Expectations renders each table's page; its own frame loads styles and scripts from public servers, so this
package's templates take the frame's place. Pages hold counts and words, never a value.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from expectations.bridge.checks import CheckResult

TEMPLATES = Path(__file__).parent / "templates"
_RESULTS = "results.json"


def _earlier_results(folder: Path, day: str, tables: Iterable[str]) -> list[CheckResult]:
    """Results of the same day for tables that were not checked this time."""
    path = folder / _RESULTS
    if not path.exists():
        return []
    kept = json.loads(path.read_text(encoding="utf-8"))
    if kept["day"] != day:
        return []
    again = set(tables)
    return [CheckResult(**result) for result in kept["results"] if result["table"] not in again]


def write_documents(
    folder: Path,
    titles: Mapping[str, tuple[str, str]],
    day: str,
    outcomes: Mapping[str, Any],
    results: list[CheckResult],
) -> int:
    """Writes a page per checked table and the overview; returns the number of checks that the overview lists.

    titles: by table, Chinese and English. outcomes: by table, what Great Expectations found.
    """
    from great_expectations.render.renderer import ValidationResultsPageRenderer
    from great_expectations.render.view import DefaultJinjaPageView
    from jinja2 import ChoiceLoader, FileSystemLoader

    view = DefaultJinjaPageView()
    delivered = [view.env.loader] if view.env.loader else []
    view.env.loader = ChoiceLoader([FileSystemLoader(TEMPLATES), *delivered])
    renderer = ValidationResultsPageRenderer()
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(TEMPLATES / "documents.css", folder / "documents.css")
    everything = _earlier_results(folder, day, outcomes) + results
    for table, outcome in outcomes.items():
        zh, en = titles[table]
        page = view.render(renderer.render(outcome), table=table, table_zh=zh, table_en=en, day=day)
        (folder / f"{table}.html").write_text(page, encoding="utf-8")
    overview = view.env.get_template("overview.j2").render(results=everything, day=day)
    (folder / "index.html").write_text(overview, encoding="utf-8")
    kept = {"day": day, "results": [asdict(result) for result in everything]}
    (folder / _RESULTS).write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
    return len(everything)
