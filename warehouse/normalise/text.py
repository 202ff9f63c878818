"""Text as people type it: full-width forms, stray blanks, middle dots.

Functions map a string Series to a Series of the same length. Most registry values are already clean, so the costly
replacements run only on the rows that need them.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

# Full-width ASCII (U+FF01..U+FF5E) maps to ASCII by a fixed offset; the ideographic and the no-break space to a blank.
_FULL_WIDTH = [chr(code) for code in range(0xFF01, 0xFF5F)] + ["\u3000", "\u00a0"]
_HALF_WIDTH = [chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)] + [" ", " "]
# Invisible characters that travel with copied text.
_INVISIBLE = r"[\u200b-\u200f\u2028-\u202e\u2060\ufeff]"
# What makes a spreadsheet take a cell for text and travels with it: 'abc, ="abc"
_MARKS, _WRAPPED = r"^[\s'`’‘]+", r'^="([^"]*)"$'
_STRANGE = r"[\uff01-\uff5e\u3000\u00a0\u200b-\u200f\u2028-\u202e\u2060\ufeff]"
_NEEDS_CLEANING = rf"{_STRANGE}|^\s|\s$|{_MARKS}|{_WRAPPED}"
# Ways to write the dot inside a non-Han name; GB/T 15834 uses U+00B7.
_MIDDLE_DOTS = r"[•‧∙⋅・･．.]"
_NEEDS_ONE_FORM = r"[\s•‧∙⋅・･．.\p{Changes_When_Uppercased}]"


def changed_where(value: pl.Series, where: pl.Series, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """A Series of which change() made something else where a mask says so; blank there counts as no."""
    where = where.fill_null(False)
    return value.clone().scatter(where.arg_true(), change(value.filter(where))) if where.any() else value


def clean_text(value: pl.Series) -> pl.Series:
    """Half-width, without invisible characters, marks of text or white space around; an empty cell becomes null."""
    text = value if value.dtype == pl.String else value.cast(pl.String)
    text = changed_where(
        text,
        text.str.contains(_NEEDS_CLEANING),
        lambda dirty: (
            dirty.str.replace_many(_FULL_WIDTH, _HALF_WIDTH)
            .str.replace_all(_INVISIBLE, "")
            .str.replace(_MARKS, "")
            .str.strip_chars()
            .str.replace(_WRAPPED, "${1}")
            .str.replace(_MARKS, "")
            .str.strip_chars()
        ),
    )
    empty = (text == "").fill_null(False)
    return text.set(empty, None) if empty.any() else text


def person_name(value: pl.Series) -> pl.Series:
    """A name for comparison: cleaned, no inner blanks, one kind of middle dot, upper case."""
    text = clean_text(value)
    return changed_where(
        text,
        text.str.contains(_NEEDS_ONE_FORM),
        lambda other: other.str.replace_all(r"\s", "").str.replace_all(_MIDDLE_DOTS, "·").str.to_uppercase(),
    )
