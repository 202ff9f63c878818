# ruff: noqa: ARG001 — every distortion has one signature, whether it draws or not
"""How one value becomes wrong, or looks wrong and is not: functions of a column.

Each takes the values as a frame with column `value` (text in canonical form, not null unless said) and context columns,
and returns what the wrong cell means (`value`) and how it is written (`written`). A row that cannot go wrong this way
is left out: the result keeps the column `row`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import polars as pl

from tests.synthetic import names
from tests.synthetic.ids import with_check_character

Distortion = Callable[[pl.DataFrame, np.random.Generator], pl.DataFrame]

_FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def _same(frame: pl.DataFrame, value: pl.Expr) -> pl.DataFrame:
    """A wrong value that is written as it is; rows where it is null or no change are left out."""
    changed = frame.with_columns(value.alias("wrong")).filter(
        pl.col("wrong").is_not_null() & (pl.col("wrong") != pl.col("value"))
    )
    return changed.select("row", pl.col("wrong").alias("value"), pl.col("wrong").alias("written"))


def _only_written(frame: pl.DataFrame, written: pl.Expr) -> pl.DataFrame:
    """The value stays what it is and is written in an unusual way."""
    return (
        frame.with_columns(written.alias("written"))
        .select("row", "value", "written")
        .filter(pl.col("written").is_not_null() & (pl.col("written") != pl.col("value")))
    )


# -- names ------------------------------------------------------------------------------------------------------------


@cache
def _substitutes(table: str) -> pl.DataFrame:
    """Characters and what may stand in their place: character, other."""
    lists = names.lists()
    if table in ("traditional", "rare"):
        pairs = list(lists[table].items())
    else:
        pairs = [(a, b) for group in lists[table] for a in group for b in group if a != b]
    return pl.DataFrame(pairs, schema=["character", "other"], orient="row").unique(maintain_order=True)


def _substituted(frame: pl.DataFrame, table: str, rng: np.random.Generator) -> pl.DataFrame:
    """One character of each name replaced by a substitute, where it has any."""
    spelt = (
        frame.select(
            "row",
            "value",
            pl.col("value").str.split("").alias("character"),
        )
        .with_columns(place=pl.int_ranges(pl.col("character").list.len()))
        .explode("character", "place", empty_as_null=True)
    )
    choices = spelt.join(_substitutes(table), on="character", how="inner").sort("row", "place", "other")
    choices = (
        choices.with_columns(luck=pl.Series(rng.random(len(choices))))
        .sort("row", "luck")
        .unique("row", keep="first", maintain_order=True)
    )
    return choices.select(
        "row",
        "value",
        wrong=pl.col("value").str.slice(0, pl.col("place"))
        + pl.col("other")
        + pl.col("value").str.slice(pl.col("place") + 1),
    ).pipe(_same, pl.col("wrong"))


def homophone(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """A character that sounds the same."""
    return _substituted(frame, "homophones", rng)


def look_alike(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """A character that looks much the same."""
    return _substituted(frame, "look_alikes", rng)


def traditional(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """A traditional or variant form."""
    return _substituted(frame, "traditional", rng)


def private_use(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """A rare character under its old code point in the private-use area."""
    return _substituted(frame, "rare", rng)


def one_character(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Another last character."""
    pool = "".join(names.lists()["names_of_one_character"].values())
    other = pl.Series(np.array(list(pool))[rng.integers(len(pool), size=len(frame))])
    return _same(frame, pl.col("value").str.head(-1) + pl.lit(other))


def former_name(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """The name the person bore before, which the police give as former name."""
    return _same(frame, pl.col("_former_name"))


def other_dot(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """The dot of a name in another form."""
    dot = pl.Series(np.array(["•", "．", "・"])[rng.integers(3, size=len(frame))])
    return _only_written(frame, pl.col("value").str.replace("·", pl.lit(dot), literal=True))


def padded(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """A two-character name with an ideographic space inside."""
    return _only_written(frame, pl.col("value").str.slice(0, 1) + "\u3000" + pl.col("value").str.slice(1))


# -- dates ------------------------------------------------------------------------------------------------------------


def _date(text: pl.Expr) -> pl.Expr:
    """Text that is a date of the calendar; null otherwise."""
    return text.str.to_date("%Y-%m-%d", strict=False).dt.to_string("%Y-%m-%d")


def month_day_swapped(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Month and day exchanged, where both can be a month."""
    text = pl.col("value")
    return _same(frame, _date(text.str.slice(0, 5) + text.str.slice(8, 2) + "-" + text.str.slice(5, 2)))


def date_digit(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """One digit of the day or of the year up or down by one."""
    step = pl.Series(rng.choice([-1, 1], len(frame)))
    in_year = pl.Series(rng.random(len(frame)) < 0.5)
    text = pl.col("value")

    def stepped(place: int) -> pl.Expr:
        digit = text.str.slice(place, 1).cast(pl.Int8) + pl.lit(step)
        return pl.when(digit.is_between(0, 9)).then(
            text.str.slice(0, place) + digit.cast(pl.String) + text.str.slice(place + 1)
        )

    return _same(frame, _date(pl.when(pl.lit(in_year)).then(stepped(3)).otherwise(stepped(9))))


def some_days_off(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Some days before or after."""
    days = pl.Series(rng.choice([-1, 1], len(frame)) * rng.integers(1, 40, len(frame)))
    return _same(frame, (pl.col("value").str.to_date() + pl.duration(days=pl.lit(days))).dt.to_string("%Y-%m-%d"))


def day_before(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """The day before."""
    return _same(frame, (pl.col("value").str.to_date() - pl.duration(days=1)).dt.to_string("%Y-%m-%d"))


@cache
def _lunar(text: str) -> str | None:
    from borax.calendars.lunardate import LunarDate

    year, month, day = (int(part) for part in text.split("-"))
    try:
        lunar = LunarDate.from_solar_date(year, month, day)
    except ValueError:
        return None
    return f"{lunar.year:04d}-{lunar.month:02d}-{lunar.day:02d}"


def lunar(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """The lunar birthday written as if it were a solar date."""
    distinct = frame["value"].unique().sort()
    reading = pl.Series([_lunar(text) for text in distinct.to_list()], dtype=pl.String)
    return _same(frame, _date(pl.col("value").replace_strict(distinct, reading, return_dtype=pl.String)))


def impossible_date(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """No date of the calendar, or words: means nothing."""
    words = pl.Series(np.array(["{}-02-30", "{}年不详", "{}0000"])[rng.integers(3, size=len(frame))])
    written = pl.lit(words).str.replace("{}", pl.col("value").str.slice(0, 4), literal=True)
    return frame.select("row", pl.lit(None, dtype=pl.String).alias("value"), written.alias("written"))


# -- codes ------------------------------------------------------------------------------------------------------------


def missing(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Nothing."""
    blank = pl.lit(None, dtype=pl.String)
    return frame.select("row", blank.alias("value"), blank.alias("written"))


def other_sex(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """The other sex."""
    return _same(frame, pl.col("value").replace_strict({"1": "2", "2": "1"}, default=None, return_dtype=pl.String))


def never_married(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Never married, or no statement."""
    return _same(frame, pl.lit("10"))


def as_married(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Still in the first marriage."""
    return _same(frame, pl.lit("21"))


def as_divorced(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Divorced."""
    return _same(frame, pl.lit("40"))


def still_active(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Not cancelled."""
    return _same(frame, pl.lit("active"))


def no_code(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Words that are in no code list."""
    words = pl.Series(np.array(["不清楚", "见备注", "X"])[rng.integers(3, size=len(frame))])
    return frame.select("row", pl.lit(None, dtype=pl.String).alias("value"), pl.lit(words).alias("written"))


# -- numbers ----------------------------------------------------------------------------------------------------------


def _position(rng: np.random.Generator, size: int, begin: int, end: int) -> pl.Series:
    return pl.Series(rng.integers(begin, end, size))


def id_digit(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """One of the seventeen digits is another; the check character never fits then."""
    place = pl.lit(_position(rng, len(frame), 0, 17))
    step = pl.lit(pl.Series(rng.integers(1, 10, len(frame))))
    digit = (pl.col("value").str.slice(place, 1).cast(pl.Int64) + step) % 10
    return _same(
        frame, pl.col("value").str.slice(0, place) + digit.cast(pl.String) + pl.col("value").str.slice(place + 1)
    )


def id_transposed(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Two neighbouring digits exchanged; equal neighbours are left out."""
    place = pl.lit(_position(rng, len(frame), 0, 16))
    text = pl.col("value")
    return _same(
        frame,
        text.str.slice(0, place) + text.str.slice(place + 1, 1) + text.str.slice(place, 1) + text.str.slice(place + 2),
    )


def id_short(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """A digit left out."""
    place = pl.lit(_position(rng, len(frame), 6, 17))
    return _same(frame, pl.col("value").str.slice(0, place) + pl.col("value").str.slice(place + 1))


def id_letter(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """The letter O for the first 0."""
    return _same(frame, pl.col("value").str.replace("0", "O", literal=True))


def id_superseded(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """An earlier, valid number of the same person, issued by a neighbouring county."""
    first_17 = pl.lit("370402") + pl.col("value").str.slice(6, 11)
    number = with_check_character(frame.select(first_17).to_series())
    return _same(frame, pl.lit(number))


def of_somebody_else(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """The value of another record, as the column `others` offers it."""
    return _same(frame, pl.col("others"))


def id_15(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """The form of before 1999, where the year begins with 19."""
    text = pl.col("value")
    old = pl.when(text.str.slice(6, 2) == "19").then(text.str.slice(0, 6) + text.str.slice(8, 9))
    return _only_written(frame, old)


def full_width(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Full-width digits."""
    wide = frame["value"].str.replace_many(list("0123456789X"), list("0123456789X".translate(_FULL_WIDTH)))
    return _only_written(frame, pl.lit(wide))


def id_spaced(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Blanks between the parts."""
    text = pl.col("value")
    return _only_written(frame, text.str.slice(0, 6) + " " + text.str.slice(6, 8) + " " + text.str.slice(14))


def lower_x(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """A lower-case check character."""
    return _only_written(frame, pl.col("value").str.to_lowercase())
