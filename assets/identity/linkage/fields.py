"""Kinds of fields: their levels of agreement, strongest first, and the parts of a value that blocking may use.

A level's m is the probability of the level among records of one person, u among records of two. The numbers here are
where training starts from, and what a level keeps that the training data never showed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from warehouse.normalise import citizen_id, dates, text

_WEAK = frozenset({"close", "similar", "two_digits", "other"})
# Placeholders: {l} and {r} are the values of the two records, {former} the comparison with a former name, {agreement}
# what a named function says of the two. A cheap condition stands before its call, which costs microseconds a pair.
_LATIN = "regexp_full_match({l}, '[ -~]+') and regexp_full_match({r}, '[ -~]+')"
_SAME_SEASON = "abs(try_cast(substr({l}, 1, 4) as integer) - try_cast(substr({r}, 1, 4) as integer)) <= 1"
_FEW_EDITS = "abs(length({l}) - length({r})) <= 1 and levenshtein({l}, {r}) <= 2"
# Places can be compared byte by byte where each character is one byte.
_SAME_PLACES = "strlen({l}) = strlen({r}) and length({l}) = strlen({l}) and length({r}) = strlen({r})"
_NEAR_NUMBERS = f"case when {_SAME_PLACES} then hamming({{l}}, {{r}}) <= 2 else {_FEW_EDITS} end"
EQUALITIES = ("{l} = {r}", "{former}")  # conditions that a look at two values answers
FREE, BY_EDITS, BY_FUNCTION = range(3)  # what any other condition of a kind costs


@dataclass(frozen=True)
class Level:
    """A level of agreement: its code, its words, the SQL condition (blank for `else`), and m and u before training."""

    code: str
    zh: str
    en: str
    condition: str
    m: float
    u: float

    @property
    def is_strong(self) -> bool:
        """Whether the level speaks for one person, and not only less against it than a difference."""
        return self.code not in _WEAK


@dataclass(frozen=True)
class Look:
    """What a cheap condition tells of two values that are not equal: only these `levels` are possible where it holds.

    It spares pairs the dear comparison and changes no level. parts: those of a value that the condition names, as
    {l_part} and {r_part}; they may be blank.
    """

    condition: str
    levels: tuple[str, ...]
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    """A kind of field, with the SQL of its `agreement` where levels ask for one, and of its parts.

    looks: the first that holds counts. frequent: whether agreement on a rare value weighs more than on a common one.
    cost: of comparing values that are not equal; the dearer, the later, since pairs that can come to nothing are not
    compared to the end.
    """

    levels: tuple[Level, ...]
    parts: Mapping[str, str]
    agreement: str = ""
    looks: tuple[Look, ...] = ()
    frequent: bool = False
    cost: int = FREE

    def level(self, code: str) -> Level:
        """The level of a code. Raises KeyError."""
        return {level.code: level for level in self.levels}[code]


def _else(zh: str, m: float, u: float) -> Level:
    return Level("other", zh, "different", "", m, u)


NAME = Kind(
    levels=(
        Level("equal", "姓名相同", "same name", "{l} = {r}", 0.85, 0.002),
        Level("former", "与曾用名相同", "same as a former name", "{former}", 0.01, 0.0001),
        Level("variant", "繁简或异体字", "variant form", "{agreement} = 'variant'", 0.02, 0.00005),
        Level("homophone", "同音字", "homophone", "{agreement} = 'homophone'", 0.03, 0.0008),
        Level("look_alike", "形近字", "look-alike", "{agreement} = 'look_alike'", 0.02, 0.0003),
        Level(
            "close",
            "相差一字或拼写相近",
            "one character or a letter or two differ",
            f"({{agreement}} = 'one_character') or ({_LATIN} and jaro_winkler_similarity({{l}}, {{r}}) >= 0.9)",
            0.03,
            0.005,
        ),
        Level(
            "similar",
            "拼写部分相近",
            "spelling partly alike",
            f"{_LATIN} and jaro_winkler_similarity({{l}}, {{r}}) >= 0.8",
            0.01,
            0.004,
        ),
        _else("姓名不同", 0.03, 0.98),
    ),
    parts={
        "form": "name_form({v})",
        "sound": "name_sound({v})",
        "surname": "split_part(name_sound({v}), ' ', 1)",
        "start": "substr(name_form({v}), 1, 3)",
        # Of Han characters alone each is one unit, none stands for another and none is given by its reading.
        "han_form": "case when regexp_full_match({v}, '\\p{{Han}}+') then name_form({v}) end",
    },
    looks=(
        Look(
            "{l_han_form} is not null and {r_han_form} is not null and length({l}) != length({r})",
            ("other",),
            parts=("han_form",),
        ),
        Look("{l_han_form} != {r_han_form}", ("homophone", "look_alike", "close", "other"), parts=("han_form",)),
    ),
    agreement=f"case when not ({_LATIN}) then name_agreement({{l}}, {{r}}) end",
    frequent=True,
    cost=BY_FUNCTION,
)
DATE = Kind(
    levels=(
        Level("equal", "日期相同", "same date", "{l} = {r}", 0.9, 0.00005),
        Level(
            "month_day_swapped",
            "月日颠倒",
            "month and day swapped",
            "substr({l}, 1, 5) || substr({l}, 9, 2) || '-' || substr({l}, 6, 2) = {r}",
            0.01,
            0.00002,
        ),
        Level(
            "lunar",
            "农历日期",
            "lunar reading",
            f"{_SAME_SEASON} and date_agreement({{l}}, {{r}}) = 'lunar'",
            0.02,
            0.00004,
        ),
        Level(
            "one_digit",
            "错一位",
            "one digit differs",
            "length({l}) = length({r}) and levenshtein({l}, {r}) = 1",
            0.03,
            0.0012,
        ),
        Level("close", "错两位", "two digits differ", "damerau_levenshtein({l}, {r}) <= 2", 0.01, 0.012),
        _else("日期不同", 0.03, 0.98),
    ),
    parts={"year": "substr({v}, 1, 4)", "month_day": "substr({v}, 6, 5)", "year_month": "substr({v}, 1, 7)"},
    cost=BY_EDITS,
)
NUMBER = Kind(
    levels=(
        Level("equal", "号码相同", "same number", "{l} = {r}", 0.7, 0.000001),
        Level("one_digit", "错一位", "one digit differs", "{agreement} = 'one_digit'", 0.1, 0.00001),
        Level("transposed", "相邻两位颠倒", "neighbours swapped", "{agreement} = 'transposed'", 0.05, 0.000002),
        Level("two_digits", "错两位", "two digits differ", "{agreement} = 'two_digits'", 0.05, 0.00005),
        _else("号码不同", 0.1, 0.999),
    ),
    parts={
        "head": "substr({v}, 1, cast(length({v}) / 2 as integer))",
        "tail": "substr({v}, cast(length({v}) / 2 as integer) + 1)",
    },
    agreement=f"case when {_NEAR_NUMBERS} then number_agreement({{l}}, {{r}}) end",
    looks=(Look(f"not ({_NEAR_NUMBERS})", ("other",)),),
    cost=BY_EDITS,
)
TEXT = Kind(
    levels=(
        Level("equal", "相同", "same", "{l} = {r}", 0.7, 0.001),
        Level("close", "书写相近", "nearly the same", "jaro_winkler_similarity({l}, {r}) >= 0.92", 0.15, 0.001),
        Level("similar", "部分相近", "partly alike", "jaro_winkler_similarity({l}, {r}) >= 0.8", 0.05, 0.01),
        _else("不同", 0.1, 0.98),
    ),
    parts={"start": "substr({v}, 1, 5)"},
    frequent=True,
    cost=BY_EDITS,
)
CODE = Kind(
    levels=(Level("equal", "相同", "same", "{l} = {r}", 0.95, 0.1), _else("不同", 0.05, 0.9)),
    parts={},
    frequent=True,
)
# Several values of equal standing, joined by SEPARATOR: one in common is agreement.
SEPARATOR = "|"
# A single value in common is somewhere in the other text: most pairs are told apart without splitting anything.
_ONE_WITHIN = "case when contains({r}, '|') then contains({l}, '|') or contains({r}, {l}) else contains({l}, {r}) end"
SET = Kind(
    levels=(
        Level(
            "equal",
            "有共同值",
            "one in common",
            f"{_ONE_WITHIN} and list_has_any(string_split({{l}}, '|'), string_split({{r}}, '|'))",
            0.6,
            0.02,
        ),
        _else("无共同值", 0.4, 0.98),
    ),
    parts={},
)
KINDS: dict[str, Kind] = {"name": NAME, "date": DATE, "number": NUMBER, "text": TEXT, "code": CODE, "set": SET}


def prepare(value: pl.Series, kind: str) -> pl.Series:
    """A column as written, in the form in which its kind is compared: text, blank where there is nothing to compare."""
    cleaned = text.clean_text(value.cast(pl.String))
    if kind == "name":
        return text.person_name(cleaned)
    if kind == "date":
        digits = cleaned.str.extract_groups(r"^([0-9]{4})([0-9]{2})([0-9]{2})$").struct.unnest()
        as_written = pl.select(pl.concat_str(*digits.get_columns(), separator="-")).to_series()
        # A day that no calendar has still tells which digits were typed.
        return pl.select(pl.coalesce(dates.normalise(cleaned).cast(pl.String), as_written)).to_series()
    if kind == "number":
        # Digits that a spreadsheet destroyed are gone: what is left is the same for many.
        return cleaned.set(citizen_id.is_lossy(cleaned), None).str.replace_all(r"[\s\-]", "").str.to_uppercase()
    return cleaned.str.replace_all(r"\s+", " ").str.to_uppercase()
