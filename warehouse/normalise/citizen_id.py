"""The citizen identity number (公民身份号码, GB 11643-1999): clean, extend, check, read.

Layout of the 18 characters: 6 area + 8 birth date + 3 sequence (last odd = male) + ISO 7064 MOD 11-2 check character.
The area says where the number was first issued, so an unknown area is a notice and never an invalid number.
Functions map a string Series to a Series of the same length; blanks stay null. Cost is linear in the number of rows.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from warehouse.normalise.text import changed_where, clean_text

WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], dtype=np.int32)
CHECK_CHARACTERS = np.frombuffer(b"10X98765432", dtype=np.uint8)

_SHAPE_18 = r"^[0-9]{17}[0-9X]$"
_SHAPE_15 = r"^[0-9]{15}$"
# A spreadsheet turned the number into a float: 3.70E+17, 3.7048119800101e+17, 370481198001011000.0
_LOSSY = r"(?i)^[0-9](\.[0-9]+)?E\+?[0-9]{1,2}$|^[0-9]{16,18}\.0+$"


def check_characters(digits: np.ndarray) -> np.ndarray:
    """The check characters of an (n, 17) array of digits 0-9, as n bytes ('0'..'9' or 'X')."""
    return CHECK_CHARACTERS[(digits @ WEIGHTS) % 11]


def _digits(text: pl.Series, width: int) -> np.ndarray:
    """An (n, width) array of digits from a Series of strings of exactly `width` ASCII characters."""
    joined = "".join(text.to_list()).encode("ascii")
    return np.frombuffer(joined, dtype=np.uint8).reshape(-1, width).astype(np.int32) - ord("0")


def _extend(old: pl.Series) -> pl.Series:
    """18-character numbers from 15-digit ones: the century 19 and the check character are put in."""
    first_17 = old.str.slice(0, 6) + "19" + old.str.slice(6)
    check = check_characters(_digits(first_17, 17))
    return first_17 + pl.Series(check.view("S1").astype(str), dtype=pl.String)


def normalise(value: pl.Series) -> pl.Series:
    """Half-width, no white space, upper-case X, 15 digits extended to 18; anything else is kept as cleaned text."""
    text = clean_text(value).str.replace_all(r"[\s\-]", "").str.to_uppercase()
    text = text.set(text == "", None)  # a stroke in the place of a number is none
    return changed_where(text, text.str.contains(_SHAPE_15), _extend)


def is_lossy(value: pl.Series) -> pl.Series:
    """True where a spreadsheet has destroyed the number (3.70E+17): digits are gone and must never be guessed."""
    return clean_text(value).str.contains(_LOSSY).fill_null(False)


def is_valid(number: pl.Series, day: dt.date | None = None) -> pl.Series:
    """True where a *normalised* number has the right shape, a possible birth date and the right check character.

    day: when it was written; nobody who has a number then was born later.
    """
    born = birth_date(number)
    shaped = number.str.contains(_SHAPE_18).fill_null(False) & born.is_not_null()
    if day is not None:
        shaped &= (born <= day).fill_null(False)
    valid = np.zeros(len(number), dtype=bool)
    rows = shaped.arg_true().to_numpy()
    if len(rows):
        candidates = number.filter(shaped)
        expected = check_characters(_digits(candidates.str.slice(0, 17), 17))
        given = np.frombuffer("".join(candidates.str.slice(17, 1).to_list()).encode("ascii"), dtype=np.uint8)
        valid[rows] = expected == given
    return pl.Series(number.name, valid)


def birth_date(number: pl.Series) -> pl.Series:
    """The birth date inside an 18-character number; null where it is no date of the calendar from 1880 on."""
    shaped = number.str.contains(_SHAPE_18)
    day = pl.select(pl.when(shaped).then(number.str.slice(6, 8))).to_series().str.to_date("%Y%m%d", strict=False)
    return pl.select(pl.when(day.dt.year() >= 1880).then(day)).to_series().alias(number.name)


def sex(number: pl.Series) -> pl.Series:
    """'1' male, '2' female (GB/T 2261.1), from the sequence digit of an 18-character number."""
    digit = number.str.slice(16, 1).cast(pl.Int8, strict=False)
    return digit.replace_strict([1, 3, 5, 7, 9, 0, 2, 4, 6, 8], ["1"] * 5 + ["2"] * 5, default=None)
