"""`hedui accuracy`: recall and precision against the truth of a simulated town, on a terminal of 100 columns."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict

from rich import box
from rich.table import Table

from assets.accuracy import NoTruthError, RuleAccuracy, measure, measure_links
from assets.direction.accuracy import measure_direction
from pipelines.direction import show_directions
from pipelines.reading import reading_private
from pipelines.refusal import RefusedError
from pipelines.screen import screen
from warehouse.home import Home


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def rules_table(rules: Iterable[RuleAccuracy]) -> Table:
    """Recall and precision by rule. Where a terminal is narrow the names of rules are folded, never a figure cut."""
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, collapse_padding=True)
    table.add_column("规则\nrule", overflow="fold")
    usable = ("应报 expected", "报出 reported", "查全率 recall", "查准率 precision")
    for heading in (*usable, "全部应报 all", "查全率 recall", "查准率 precision"):
        # Chinese above, English below: eight columns are too many for both side by side.
        table.add_column(heading.replace(" ", "\n"), justify="right", no_wrap=True)
    for rule in rules:
        everything = rule.everything
        table.add_row(
            rule.rule_code,
            *(str(rule.expected), str(rule.reported), _share(rule.recall), _share(rule.precision)),
            *(str(everything.expected), _share(everything.recall), _share(everything.precision)),
        )
    return table


def show_accuracy(home: Home, *, as_json: bool) -> int:
    """Prints recall and precision per rule."""
    try:
        with reading_private(home) as connection:
            day, rules = measure(home, connection)
            links = measure_links(home, connection)
            directions = measure_direction(home, connection)
    except NoTruthError:
        words = "没有真值或尚未运行；先 hedui simulate 再 hedui run / no truth here, or nothing was run"
        raise RefusedError(words) from None
    if as_json:
        document = {
            "as_of": day.isoformat(),
            "rules": {
                rule.rule_code: {
                    "expected": rule.expected,
                    "found": rule.found,
                    "reported": rule.reported,
                    "right": rule.right,
                    "recall": rule.recall,
                    "precision": rule.precision,
                    "everything": {"recall": rule.everything.recall, "precision": rule.everything.precision}
                    | asdict(rule.everything),
                }
                for rule in rules
            },
            "links": asdict(links) | {"recall": links.recall, "precision": links.precision},
            "direction": {
                "calibration_error": directions.calibration_error,
                "methods": {found.method: found.as_document() for found in directions.methods},
            },
        }
        print(json.dumps(document))  # noqa: T201 - this is the command's output
        return 0
    console = screen()
    console.print(
        f"{day}  左：身份号码可用的差错；右：全部差错 / left: errors that leave the id usable; right: all errors"
    )
    console.print(rules_table(rules))
    console.print(
        f"无可用号码的记录 / records without a usable number: 应归并 {links.expected}，查全率 recall "
        f"{_share(links.recall)}；已归并 linked {links.linked}，查准率 precision {_share(links.precision)}"
    )
    show_directions(console, directions)
    return 0
