"""Amounts of money: yuan and cents, exact. What has more than two decimals is no amount and is never rounded."""

from __future__ import annotations

import polars as pl

from warehouse.normalise.text import clean_text

YUAN = pl.Decimal(14, 2)
_AMOUNT = r"^[-+]?[0-9]{1,12}(?:\.[0-9]{1,2})?$"
_THOUSANDS = r"^[-+]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?$"


def normalise(value: pl.Series) -> pl.Series:
    """Amounts as DECIMAL(14,2) from texts such as 3600, 3,600.00, ￥3600.5, 3600元; null where a text is no amount."""
    text = clean_text(value).str.replace_all(r"\s|^[¥￥]|元$", "")
    grouped = text.str.contains(_THOUSANDS).fill_null(value=False)
    text = pl.select(pl.when(grouped).then(text.str.replace_all(",", "", literal=True)).otherwise(text)).to_series()
    good = text.str.contains(_AMOUNT).fill_null(value=False)
    return text.str.strip_prefix("+").set(~good, None).cast(YUAN).alias(value.name)
