"""`hedui link`: two tables of any origin through the linkage of the day, on the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
from pydantic import ValidationError

from pipelines.refusal import WRONG_USAGE, RefusedError, require_files
from pipelines.result_file import require_folder, require_format, write_frame
from pipelines.screen import screen
from warehouse.document import told


def _told(error: Exception) -> str:
    return "\n  ".join(("", *told(error))) if isinstance(error, ValidationError) else f" {error}"


def link_files(a: Path, b: Path, map_file: Path, out: Path, model_out: Path | None, *, as_json: bool) -> int:
    """Links the tables in two files by a mapping, writes the pairs and prints how many there are."""
    from assets.identity.linkage.model import write_model
    from assets.identity.linkage.tables import MappingError, link_tables, read_mapping, read_table, remarks
    from assets.identity.linkage.training import UntrainableError

    require_format(out)
    if model_out:
        require_folder(model_out)
    require_files(a, b, map_file)
    console = screen(errors=True)
    try:
        mapping = read_mapping(map_file)
        with console.status("正在比对 / linking"):
            table_a, table_b = read_table(a), read_table(b)
            pairs, model = link_tables(table_a, table_b, mapping)
    except (MappingError, ValidationError) as error:
        raise RefusedError(f"字段对应有误 / the mapping does not fit:{_told(error)}", WRONG_USAGE) from None
    except UntrainableError:
        raise RefusedError(
            "两表没有足够的相同值可供学习，请在映射中指定已训练的模型 / "
            "too few equal values to learn from: name a trained model in the mapping"
        ) from None
    if model_out:
        write_model(model, model_out)
    write_frame(pairs, out, private=True)
    for side, table in (("a", table_a), ("b", table_b)):
        for remark in remarks(table, mapping, side):
            console.print(f"! {remark}", markup=False, soft_wrap=True)
    linked, review = ((pairs["decision"] == decision).sum() for decision in ("linked", "review"))
    if as_json:
        print(  # noqa: T201 - this is the command's output
            json.dumps({"a": len(table_a), "b": len(table_b), "linked": linked, "review": review, "out": str(out)})
        )
        return 0
    _summarise(pairs, len(table_a), len(table_b), out)
    return 0


def _summarise(pairs: pl.DataFrame, records_a: int, records_b: int, out: Path) -> None:
    linked, review = (pairs.filter(pl.col("decision") == decision) for decision in ("linked", "review"))
    console = screen()
    for line in (
        f"甲表 A {records_a:,} 行，乙表 B {records_b:,} 行 / rows",
        f"✓ 判定为同一人 linked: {len(linked):,}",
        f"? 留待人工判断 for review: {len(review):,}",
        f"  甲表未匹配 A without a link: {records_a - len(linked):,}；乙表 B: {records_b - len(linked):,}",
        f"结果 / written to: {out}",
    ):
        console.print(line, soft_wrap=True)
