"""The queue of doubtful pairs as people read it: codes in words, Chinese headings, and what speaks for and against.

A decision is read back by the four columns that name the pair and by `decision` (decisions): these keep their names.
"""

from __future__ import annotations

import datetime as dt

import polars as pl

from assets.identity.decisions import PAIR
from assets.identity.linkage.model import MISSING, LinkageModel
from warehouse.catalogue import Catalogue
from warehouse.parameters import read_place

_SIDES = {"_a": "甲", "_b": "乙"}


def _in_words(evidence: pl.DataFrame, model: LinkageModel) -> pl.DataFrame:
    """What was compared of each pair, the heaviest first, as one text. Shape: PAIR, evidence."""
    words = pl.DataFrame(
        [
            (field.name, code, f"{field.zh}：{zh}")
            for field in model.fields
            for code, zh in [(MISSING, "空缺"), *((level.code, level.zh) for level in field.declared.levels)]
        ],
        schema=["field", "level", "words"],
        orient="row",
    )
    weight = pl.col("weight").map_elements("{:+.1f}".format, return_dtype=pl.String)
    return (
        evidence.join(words, on=["field", "level"], how="left")
        .sort(pl.col("weight").abs(), "field", descending=[True, False])
        .group_by(PAIR, maintain_order=True)
        .agg(pl.format("{} {}", pl.coalesce("words", "field"), weight).str.join("；").alias("evidence"))
    )


def for_people(
    queue: pl.DataFrame, evidence: pl.DataFrame, model: LinkageModel, catalogue: Catalogue, day: dt.date
) -> pl.DataFrame:
    """The queue, the likeliest first, with an empty column `decision`. queue, evidence: link_review, link_evidence."""
    columns = catalogue.contract("link_review").columns
    villages = {village.village_code: village.village_name for village in read_place(day, catalogue.site).villages}
    registries = {name: layout.zh for name, layout in catalogue.layouts.items()}
    headings = {
        column.name: f"{_SIDES.get(column.name[-2:], '')}{column.zh} {column.name}"
        for column in columns
        if column.name not in PAIR
    }
    told = queue.join(_in_words(evidence, model), on=PAIR, how="left").sort(
        "probability", "registry", "record_key", descending=[True, False, False]
    )
    between = (pl.col(name).replace(registries) for name in ("registry", "other_registry"))
    return told.with_columns(
        *(pl.col(column.name).replace(column.codes) for column in columns if column.codes),
        *(pl.col(f"village{side}").replace(villages) for side in _SIDES),
    ).select(
        pl.lit("").alias("decision"),
        pl.format("{} ↔ {}", *between).alias("登记库 registries"),
        *(pl.col(name).alias(heading) for name, heading in headings.items()),
        pl.col("evidence").alias("依据 evidence"),
        *PAIR,
    )
