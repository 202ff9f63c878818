"""From weighted pairs to decisions: links that no rival comes near, a grey zone for people to decide, nothing else."""

from __future__ import annotations

from typing import Literal

import polars as pl

from assets.identity.linkage.model import MISSING, LinkageModel

Decision = Literal["linked", "review"]


def probability(weight: pl.Expr) -> pl.Expr:
    """The probability that a pair of this weight (bits, prior included) is one person."""
    return 1.0 / (1.0 + (2.0 ** (-weight.clip(-60.0, 60.0))))


def _best_of(pairs: pl.DataFrame, side: str) -> pl.DataFrame:
    """Per record of a side: its best weight, and how far the next best lies behind (infinite where there is none)."""
    best = pl.col("weight").sort(descending=True)
    return pairs.group_by(side).agg(
        best.first().alias(f"best_{side}"), (best.first() - best.get(1, null_on_oob=True)).alias(f"lead_{side}")
    )


def _is_identified(model: LinkageModel) -> pl.Expr:
    """Whether enough of the identifying fields that both records give agree strongly."""
    if not model.identifying:
        return pl.lit(value=True)
    strong, given = pl.lit(0), pl.lit(0)
    for field in model.fields:
        if field.name in model.identifying:
            level = pl.col(f"level_{field.name}")
            codes = [level.code for level in field.declared.levels if level.is_strong]
            strong = strong + level.is_in(codes).cast(pl.Int32)
            given = given + (level != MISSING).cast(pl.Int32)
    return strong >= pl.min_horizontal(pl.lit(model.at_least), pl.max_horizontal(given, pl.lit(1)))


def decide(pairs: pl.DataFrame, model: LinkageModel, *, one_to_one: bool = True) -> pl.DataFrame:
    """The pairs that are links or belong in the review queue, with `decision` and `probability` beside their columns.

    A link has at least `accept` bits, enough identifying fields, and is the best of its record in a by `margin` bits
    or more; with one_to_one of its record in b as well, and a record that is linked is no rival of what is left. Of the
    rest, a record's best pair of at least `review` bits is for people to decide; without enough identifying fields only
    one of at least `accept` bits. Does not depend on the order of rows.
    Cost: a few sorts of the pairs from `review` bits on.
    """
    sides = ["key_a", "key_b"] if one_to_one else ["key_a"]
    identified = _is_identified(model)
    left = pairs.filter(pl.col("weight") >= pl.when(identified).then(model.review).otherwise(model.accept))
    left = left.sort("key_a", "key_b")
    linked: list[pl.DataFrame] = []
    while not left.is_empty():
        ranked = left
        for side in sides:
            ranked = ranked.join(_best_of(left, side), on=side, how="left")
        wins = (pl.col("weight") >= model.accept) & identified
        for side in sides:
            lead = pl.col(f"lead_{side}").fill_null(float("inf"))
            wins &= (pl.col("weight") == pl.col(f"best_{side}")) & (lead >= model.margin)
        found = ranked.filter(wins).select(left.columns)
        if found.is_empty():
            break
        linked.append(found)
        for side in sides:
            left = left.join(found, on=side, how="anti")
    doubtful = left
    for side in sides:
        doubtful = doubtful.filter(pl.col("weight") == pl.col("weight").max().over(side))
    decided = [frame.with_columns(pl.lit("linked").alias("decision")) for frame in linked]
    decided.append(doubtful.with_columns(pl.lit("review").alias("decision")))
    return (
        pl.concat(decided)
        .with_columns(probability(pl.col("weight")).round(6).alias("probability"))
        .sort("decision", "key_a", "key_b")
    )
