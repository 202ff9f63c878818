"""`hedui explain`, `hedui link-review`, `hedui train-linkage`: the linkage of a home, looked at and taught."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipelines.direction import show_case
from pipelines.reading import reading_private
from pipelines.refusal import NOTHING_RUN, WRONG_USAGE, RefusedError, require_files
from pipelines.result_file import require_format, write_frame
from pipelines.screen import screen
from pipelines.spoken import Spoken
from warehouse.catalogue import catalogue
from warehouse.engines.duckdb_engine import KEPT, WORK
from warehouse.home import Home
from warehouse.published_days import newest_day

if TYPE_CHECKING:
    from assets.identity.explain import Explanation, FieldEvidence


def _show_evidence(console: Console, words: Spoken, evidence: Sequence[FieldEvidence], *, private: bool) -> None:
    """Prints the fields of one comparison; values only where they were asked for."""
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for heading in ("字段 field", "一致程度 agreement", *(("本记录 this record", "对方 the other") if private else ())):
        table.add_column(heading)
    table.add_column("权重 bits", justify="right")
    for field in evidence:
        values = [escape(value or "") for value in field.values] if private else []
        weight = "–" if field.weight is None else f"{field.weight:+.1f}"
        table.add_row(" / ".join(field.field), " / ".join(field.level), *values, weight)
    registry, number = evidence[0].compared_with
    console.print(f"与之相比 compared with: {words.registry(registry)} {number}", markup=False)
    console.print(table)


def _as_document(item: Explanation, *, private: bool) -> dict[str, Any]:
    found = asdict(item)
    if not private:
        for field in found["evidence"]:
            del field["values"]
    return found


def explain_record(home: Home, record: str, *, as_json: bool, private: bool) -> int:
    """Prints why the records with this number belong to whom they belong."""
    from assets.identity.day import model_in_force
    from assets.identity.explain import explain, words_of

    with reading_private(home) as connection:
        found = explain(connection, model_in_force(home.site), record)
    if not found:
        raise RefusedError("没有这个编号的记录 / no record has this number")
    if as_json:
        documents = [_as_document(item, private=private) for item in found]
        print(json.dumps(documents, ensure_ascii=False, default=str))  # noqa: T201
        return 0
    console, words = screen(), Spoken(catalogue(home.site))

    def record_words(registry: str, number: str, role: str) -> str:
        return f"{words.registry(registry)} {number}（{words.code('person_record', 'role', role)}）"

    for item in found:
        zh, en = words_of(item)
        console.rule(f"{record_words(item.registry, item.record_id, item.role)} → {item.person_key}", style="")
        console.print(f"依据 evidence: {zh} / {en}；概率 probability {item.probability:.4f}")
        if item.others:
            listed = "，".join(record_words(*other) for other in item.others)
            console.print(f"同一人的其他记录 other records: {listed}")
        for _, evidence in groupby(item.evidence, key=lambda field: field.compared_with):
            _show_evidence(console, words, list(evidence), private=private)
        for case in item.cases:
            show_case(console, words, case)
    return 0


def export_review(home: Home, out: Path) -> int:
    """Writes the review queue with an empty column `decision` and the evidence in words."""
    from assets.identity.day import model_in_force
    from assets.identity.review_queue import for_people

    require_format(out)
    with reading_private(home) as connection:
        day = newest_day(connection)
        if day is None:
            raise RefusedError(NOTHING_RUN)
        queue, evidence = (connection.sql(f"from {KEPT}.{name}").pl() for name in ("link_review", "link_evidence"))
    found = for_people(queue, evidence, model_in_force(home.site), catalogue(home.site), day)
    write_frame(found, out, private=True)
    screen().print(
        f"✓ {len(queue)} 对待判定 / pairs for review → {out}\n"
        "  在 decision 列填 同一人、不是同一人 或 无法判断，再用 --load 读回 / fill in `decision`, then load it back"
    )
    return 0


def load_review(home: Home, path: Path) -> int:
    """Loads decisions; they bind from the newest day on, which the next run computes again."""
    from assets.identity.decisions import DecisionError, load_decisions
    from assets.identity.linkage.tables import MappingError, read_table

    with reading_private(home) as connection:
        newest = newest_day(connection)
    if newest is None:
        raise RefusedError(NOTHING_RUN)
    require_files(path)
    try:
        loaded = load_decisions(home, read_table(path), newest, dt.datetime.now(dt.UTC))
    except (MappingError, DecisionError) as error:
        raise RefusedError(str(error), WRONG_USAGE) from None
    screen().print(
        f"✓ 读入 {loaded} 项判定，自 {newest} 起生效；请再运行 hedui run / {loaded} decisions bind from {newest} on"
    )
    return 0


def train_linkage(home: Home, out: Path) -> int:
    """Learns the odds of the linkage from the newest day of a home and writes the model for review."""
    from assets.identity.day import model_in_force, person_side, unplaced_side
    from assets.identity.linkage.model import write_model
    from assets.identity.linkage.training import UntrainableError, train

    with reading_private(home) as connection:
        try:
            unplaced, persons = (
                connection.sql(f"from {WORK}.{name}").pl() for name in ("unplaced_record", "linkable_person")
            )
            day = connection.execute(f"select as_of from {WORK}.this_day").fetchall()[0][0]
        except duckdb.CatalogException:
            raise RefusedError(NOTHING_RUN) from None
    without_number = unplaced.filter(~pl.col("has_own_number"))
    try:
        model = train(
            unplaced_side(without_number), person_side(persons), model_in_force(home.site), f"unplaced records of {day}"
        )
    except UntrainableError:
        raise RefusedError("可供学习的记录太少 / too few records to learn from") from None
    write_model(model, out)
    screen().print(f"✓ {out}：请审阅后放入 config/linkage.yaml / review it, then put it into config/linkage.yaml")
    return 0
