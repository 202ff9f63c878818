"""Text as people type it: full-width forms, stray blanks, middle dots.

Functions map a string Series to a Series of the same length. Most registry values are already clean, so the costly
replacements run only on the rows that need them.
"""

from __future__ import annotations

import polars as pl

# Full-width ASCII (U+FF01..U+FF5E) maps to ASCII by a fixed offset; the ideographic and the no-break space to a blank.
_FULL_WIDTH = [chr(code) for code in range(0xFF01, 0xFF5F)] + ["\u3000", "\u00a0"]
_HALF_WIDTH = [chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)] + [" ", " "]
# Invisible characters that travel with copied text.
_INVISIBLE = r"[\u200b-\u200f\u2028-\u202e\u2060\ufeff]"
_NEEDS_CLEANING = r"[\uff01-\uff5e\u3000\u00a0\u200b-\u200f\u2028-\u202e\u2060\ufeff]|^\s|\s$"
# Ways to write the dot inside a non-Han name; GB/T 15834 uses U+00B7.
_MIDDLE_DOTS = r"[•‧∙⋅・･．.]"
_NEEDS_ONE_FORM = r"[\s•‧∙⋅・･．.\p{Changes_When_Uppercased}]"


def clean_text(value: pl.Series) -> pl.Series:
    """Half-width, without invisible characters or surrounding white space; an empty cell becomes null."""
    text = value if value.dtype == pl.String else value.cast(pl.String)
    dirty = text.str.contains(_NEEDS_CLEANING).fill_null(False)
    if dirty.any():
        cleaned = (
            text.filter(dirty)
            .str.replace_many(_FULL_WIDTH, _HALF_WIDTH)
            .str.replace_all(_INVISIBLE, "")
            .str.strip_chars()
        )
        text = text.clone().scatter(dirty.arg_true(), cleaned)
    empty = (text == "").fill_null(False)
    return text.set(empty, None) if empty.any() else text


def person_name(value: pl.Series) -> pl.Series:
    """A name for comparison: cleaned, no inner blanks, one kind of middle dot, upper case."""
    text = clean_text(value)
    other = text.str.contains(_NEEDS_ONE_FORM).fill_null(False)
    form = text.filter(other).str.replace_all(r"\s", "").str.replace_all(_MIDDLE_DOTS, "·").str.to_uppercase()
    return text.clone().scatter(other.arg_true(), form)
