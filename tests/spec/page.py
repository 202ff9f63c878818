"""The specification as a page of documentation: every spec with its prose, examples and tables."""

from __future__ import annotations

from pathlib import Path

from tests.spec.reader import DEFAULT_DAY, Day, Example, Spec, Table, drawn
from warehouse.catalogue import catalogue

PAGE = Path(__file__).parents[2] / "docs" / "specification.md"
_HEAD = f"""# 规格说明 / Specification

每条规则、每个模型的例子：左边给什么，右边应得什么。本页由 `tests/spec/` 生成（`make docs`），每个例子都在
DuckDB 与 Spark 上作为测试运行。人物均为虚构；未写明日期的例子以 {DEFAULT_DAY} 为统计日；未列出的列为空。

What every rule and model does, by example. This page is generated from `tests/spec/` (`make docs`), and every example
runs as a test on DuckDB and on Spark. All persons are invented; where an example names no day, the day is
{DEFAULT_DAY}; columns not shown are blank in what is given and not compared in what is expected.
"""
_LAYERS = {
    "staging": "标准化 / Staging",
    "identity": "同一人识别 / Identity",
    "reconciliation": "比对规则与疑点 / Reconciliation",
    "cases": "疑点台账 / Cases",
    "indicators": "指标 / Indicators",
    "ranking": "排名与预警 / Ranking and warnings",
    "release": "可公开的数字 / Public figures",
    "benefits": "待遇 / Benefits",
    "fees": "收费与处罚 / Fees and penalties",
    "meetings": "调度会议 / Review meetings",
}


def _table(table: Table) -> list[str]:
    head, *rows = drawn([table.columns, *table.rows])
    rule = "|" + "|".join("-" * len(cell) for cell in head.strip("|").split("|")) + "|"
    return ["", head, rule, *rows, ""]


def _day(day: Day, example: Example) -> list[str]:
    lines = []
    if len(example.days) > 1 or day.day != DEFAULT_DAY:
        lines += [f"**{day.day}**", ""]
    layouts = catalogue().layouts
    for received in day.received:
        zh = layouts[received.registry].zh
        lines += [f"收到 / received: {zh} `{received.registry}/{received.file_name}`", *_table(received.table)]
    for given in day.given:
        lines += [f"给定 / given: `{given.name}`", *_table(given.table)]
    for expected in day.expected:
        where = "".join(f", `{name} = {value}`" for name, value in expected.where.items())
        if expected.table.rows:
            lines += [f"应得 / expect: `{expected.name}`{where}", *_table(expected.table)]
        else:
            lines += [f"应得 / expect: `{expected.name}`{where}: 无 / nothing", ""]
    return lines


def _spec(spec: Spec) -> list[str]:
    lines = [f"### {spec.zh} / {spec.en}", ""]
    model = catalogue().models.get(spec.subject)
    if model:
        lines += [f"`{spec.subject}` · [SQL](../warehouse/models/{model.layer}/{spec.subject}.sql)", ""]
    for paragraph in spec.prose:
        lines += [paragraph, ""]
    for example in spec.examples:
        lines += [f"#### {example.zh} / {example.en}", ""]
        for paragraph in example.prose:
            lines += [paragraph, ""]
        for day in example.days:
            lines += _day(day, example)
    return lines


def render(specs: list[Spec]) -> str:
    """The page, in Markdown."""
    lines = [_HEAD]
    layers = sorted({spec.layer for spec in specs}, key=lambda layer: ([*_LAYERS, layer].index(layer), layer))
    for layer in layers:
        lines += [f"## {_LAYERS.get(layer, layer)}", ""]
        for spec in specs:
            if spec.layer == layer:
                lines += _spec(spec)
    text = "\n".join(lines)
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text.rstrip("\n") + "\n"
