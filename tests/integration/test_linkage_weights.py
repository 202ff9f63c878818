"""The weights of the day are those that Splink gives, level by level, and what is left out could not matter."""

from __future__ import annotations

import random
from collections.abc import Mapping

import polars as pl
import pytest

from assets.identity.linkage import weights
from assets.identity.linkage.candidates import put_blocks, put_pairs
from assets.identity.linkage.fields import KINDS
from assets.identity.linkage.matching import decide
from assets.identity.linkage.model import LinkageModel, LinkField
from assets.identity.linkage.scoring import (
    CANDIDATES,
    ENOUGH_FOR_FREQUENCIES,
    A,
    B,
    open_linkage,
    prior,
    put_side,
    score,
)
from assets.identity.linkage.splink_settings import settings
from assets.identity.linkage.training import UntrainableError, train

MODEL = LinkageModel(
    fields=tuple(
        LinkField(name=name, kind=kind, zh=name, en=name, former="former_name" if name == "name" else None)
        for name, kind in {
            "name": "name",
            "birth_date": "date",
            "sex": "code",
            "id_number": "number",
            "household": "set",
            "address": "text",
        }.items()
    ),
    keys=(("birth_date.year",), ("name.surname", "sex"), ("id_number.head",), ("household",), ("name.form",)),
    largest_block=5_000,
    identifying=("name", "birth_date", "id_number"),
    at_least=2,
)
_NAMES = ["张伟", "張偉", "章伟", "王己", "王已", "李小红", "李小花", "李晓红", "ZHANG WEI", "ZHANG WEY", "ZHENG AI"]
_DATES = ["1988-01-15", "1988-03-02", "1988-03-12", "1989-02-11", "1989-11-02", "1990-07-07"]
_ADDRESSES = ["MAIN STREET 12", "MAIN STREET 21", "MAIN ROAD 12", "HIGH STREET 3", "LOW LANE 77"]


def _side(records: int, chance: random.Random, prefix: str) -> pl.DataFrame:
    """Records whose few values meet at every level of agreement, some of them blank."""

    def number() -> str:
        digits = list(chance.choice(["370481198801011234", "370481199002035678"]))
        for _ in range(chance.randrange(3)):
            digits[chance.randrange(6, 18)] = chance.choice("0123456789")
        if chance.random() < 0.2:
            digits[16], digits[17] = digits[17], digits[16]
        return "".join(digits)

    def row(place: int) -> dict[str, str | None]:
        full = {
            "name": chance.choice(_NAMES),
            "former_name": chance.choice(_NAMES),
            "birth_date": chance.choice(_DATES),
            "sex": chance.choice("12"),
            "id_number": number(),
            "household": "|".join(chance.sample(["H1", "H2", "H3", "H4"], 2)),
            "address": chance.choice(_ADDRESSES),
        }
        return {"key": f"{prefix}{place}"} | {
            name: None if chance.random() < 0.1 else value for name, value in full.items()
        }

    return pl.DataFrame([row(place) for place in range(records)])


def by_splink(
    a: pl.DataFrame, b: pl.DataFrame, model: LinkageModel, shares: Mapping[str, pl.DataFrame] | None = None
) -> pl.DataFrame:
    """What Splink predicts for the candidates that `score` weighs, in the form in which `score` gives it."""
    from splink import DuckDBAPI, Linker

    with open_linkage(sums=True) as connection:
        put_side(connection, A, a, model)
        put_side(connection, B, b, model)
        put_blocks(connection, model, A, B)
        put_pairs(connection, model, A, B, CANDIDATES)
        for side, record in ((A, "record_a"), (B, "record_b")):
            connection.execute(f"delete from {side} where record not in (select {record} from {CANDIDATES})")
        with_shares = shares is not None or len(a) + len(b) >= ENOUGH_FOR_FREQUENCIES
        api = DuckDBAPI(connection)
        linker = Linker(
            [api.register(A, table_name=f"input_{A}"), api.register(B, table_name=f"input_{B}")],
            settings(model, "link_only", prior(model, len(b)), with_odds=True, with_frequencies=with_shares),
            log_level=None,
        )
        for name, known in (shares or {}).items():
            table = api.register(known.rename({"share": f"tf_{name}"}).to_arrow(), table_name=f"known_{name}")
            linker.table_management.register_term_frequency_lookup(table, name)
        connection.execute(
            f"""create table blocked as
                select '0' as match_key, '{A}-__-' || a.key as join_key_l, '{B}-__-' || b.key as join_key_r
                from {CANDIDATES}
                inner join {A} as a on record_a = a.record
                inner join {B} as b on record_b = b.record"""
        )
        linker.table_management.register_blocked_pairs_for_predict(api.register("blocked", table_name="given_pairs"))
        found = connection.table(linker.inference.predict(warning_mode="never").physical_name).pl()
    levels, weights = [], []
    for field in model.fields:
        codes = [level.code for level in field.declared.levels]
        by_place = {-1: "missing"} | {len(codes) - 1 - place: code for place, code in enumerate(codes)}
        levels.append(pl.col(f"gamma_{field.name}").replace_strict(by_place).alias(f"level_{field.name}"))
        weight, rarity = pl.col(f"mw_{field.name}"), f"mw_tf_adj_{field.name}"
        whole = weight + pl.col(rarity) if rarity in found.columns else weight
        weights.append(whole.round(6).alias(f"weight_{field.name}"))
    return found.select(
        pl.col("key_l").alias("key_a"),
        pl.col("key_r").alias("key_b"),
        pl.col("match_weight").round(6).alias("weight"),
        *levels,
        *weights,
    ).sort("key_a", "key_b")


def _known_shares(side: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Shares of all names but those of one person, and of nothing else."""
    counted = side["name"].drop_nulls().value_counts().filter(pl.col("name") != "王己")
    return {"name": counted.select("name", share=pl.col("count") / len(side))}


@pytest.mark.parametrize("records", [100, 600])
@pytest.mark.parametrize("known", [False, True])
def test_weights_are_those_of_splink(records: int, *, known: bool) -> None:
    chance = random.Random(records)
    a, b = _side(records // 2, chance, "a"), _side(records, chance, "b")
    shares = _known_shares(b) if known else None
    ours, theirs = score(a, b, MODEL, shares), by_splink(a, b, MODEL, shares)
    for field in MODEL.fields:
        assert set(ours[f"level_{field.name}"]) == {"missing", *(level.code for level in field.declared.levels)}
    assert ours.equals(theirs)


def test_what_is_not_compared_to_the_end_could_not_matter() -> None:
    chance = random.Random(3)
    a, b = _side(300, chance, "a"), _side(600, chance, "b")
    every = score(a, b, MODEL)
    enough = score(a, b, MODEL, least=MODEL.least)
    assert 0 < len(enough) < len(every)
    assert enough.equals(every.filter(pl.col("weight") >= MODEL.least))
    assert decide(enough, MODEL).equals(decide(every, MODEL))


def test_pairs_that_are_not_asked_about_are_left_out_and_change_no_other() -> None:
    chance = random.Random(4)
    a, b = _side(300, chance, "a"), _side(900, chance, "b")
    a = a.with_columns(is_old=pl.Series([None, True, False] * 100))
    b = b.with_columns(is_new=pl.Series([None, True, False] * 300))
    asked = score(a, b, MODEL, least=MODEL.least, asked=[("is_old", "not is_new")])
    old, new = a.filter("is_old")["key"], b.filter(~pl.col("is_new"))["key"]
    every = score(a, b, MODEL, least=MODEL.least)
    assert 0 < len(asked) < len(every)
    assert asked.equals(every.filter(pl.col("key_a").is_in(old.implode()) & pl.col("key_b").is_in(new.implode())))


@pytest.mark.parametrize("records", [100, 600])
def test_the_order_of_rows_changes_nothing(records: int) -> None:
    chance = random.Random(records)
    a, b = _side(records // 2, chance, "a"), _side(records, chance, "b")
    found = score(a, b, MODEL, least=MODEL.least)
    for seed in range(3):
        shuffled = (side.sample(fraction=1, shuffle=True, seed=seed) for side in (a, b))
        assert score(*shuffled, MODEL, least=MODEL.least).equals(found)


@pytest.mark.parametrize(("in_b", "pairs"), [(3, 6), (4, 0)])
def test_a_block_of_more_pairs_than_the_largest_is_left_out(in_b: int, pairs: int) -> None:
    """Two records of a meet those of b in one key; what meets in another key as well is still found."""
    model = MODEL.model_copy(update={"keys": (("name.form", "birth_date.year"), ("id_number",)), "largest_block": 6})

    def side(names: list[str], number: str) -> pl.DataFrame:
        rows = [
            {"key": f"{place}", "name": name, "birth_date": "1988-01-15", "id_number": number if place == 0 else None}
            for place, name in enumerate(names)
        ]
        blank = [pl.lit(None, pl.String).alias(name) for name in ("former_name", "sex", "household", "address")]
        return pl.DataFrame(rows, schema_overrides={"id_number": pl.String}).with_columns(*blank)

    a = side(["张伟", "張偉"], "370481198801011234")
    b = side(["张伟"] * in_b, "370481198801011234")
    expected = {(x, str(y)) for x in "01" for y in range(in_b)} if pairs else {("0", "0")}
    assert set(score(a, b, model).select("key_a", "key_b").iter_rows()) == expected


_ODD = {
    "name": "王张伟偉玮月己已晴睛洁A·?\ue863龑〓bßﬁ１Ａ",
    "number": "0129Xx无",
}


@pytest.mark.parametrize("kind", _ODD)
def test_a_look_never_rules_out_the_level_of_a_pair(kind: str) -> None:
    """Every look holds of some pairs, and the level that the whole comparison finds is one of those it leaves."""
    chance = random.Random(5)

    def text() -> str:
        return "".join(chance.choice(_ODD[kind][: chance.choice([6, None])]) for _ in range(chance.randrange(1, 5)))

    field = LinkField(name="x", kind=kind, zh="x", en="x")
    texts = pl.DataFrame({"x_l": text(), "x_r": text()} for _ in range(20_000)).filter(pl.col("x_l") != pl.col("x_r"))
    parts = "".join(
        f', {KINDS[kind].parts[part].format(v=f"x_{side}")} as "x.{part}_{side}"'
        for part in field.look_parts
        for side in ("l", "r")
    )
    with open_linkage() as connection:
        connection.register("given", texts.to_arrow())
        found = connection.sql(
            f"""with pair as (select *{parts} from given),
                looked as (
                    select *, {weights.first_level_sql(field)} as level_x, {weights.agreement_sql(field)} as agreement_x
                    from pair
                )
                select distinct {weights.second_level_sql(field)} as first, {weights.open_level_sql(field)} as level
                from looked"""
        ).pl()
    codes = [level.code for level in field.declared.levels]
    unknown, left = -2, [look.levels for look in field.declared.looks]
    for first, level in found.iter_rows():
        if first >= 0:
            assert first == level
        elif first < unknown:
            assert codes[level] in left[unknown - first - 1]
    assert len(set(found["first"])) > len(left)


def test_tables_that_share_hardly_a_person_are_too_little_to_learn_from():
    """A level that no true pair shows gets a share of nought, which Splink refuses."""
    chance = random.Random(0)

    def strangers(records: int, prefix: str) -> pl.DataFrame:
        def row(place: int) -> dict[str, str | None]:
            return {
                "key": f"{prefix}{place}",
                "name": chance.choice("王李张刘陈") + chance.choice("伟芳娜敏静"),
                "former_name": None,
                "birth_date": f"19{chance.randrange(50, 90)}-0{chance.randrange(1, 9)}-1{chance.randrange(9)}",
                "sex": chance.choice("12"),
                "id_number": f"3704811988010112{chance.randrange(10, 99)}",
                "household": f"H{chance.randrange(99)}",
                "address": f"ROAD {chance.randrange(99)}",
            }

        found = pl.DataFrame([row(place) for place in range(records)])
        return found.with_columns(pl.col("former_name").cast(pl.String))

    with pytest.raises(UntrainableError):
        train(strangers(10, "A"), strangers(400, "B"), MODEL, "strangers")
