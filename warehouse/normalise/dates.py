"""Dates as registries write them: 2014-09-13, 20140913, 2014/9/13, 2014年9月13日, serial numbers; a time is cut off.

Months likewise: 2014-09, 201409, 2014年9月, or a day of it.
"""

from __future__ import annotations

import polars as pl

from warehouse.normalise.text import clean_text

_PARTS = r"^([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})日?(?:\D.*)?$"
_DIGITS = r"^([0-9]{4})([0-9]{2})([0-9]{2})(?:[0-9]{4}|[0-9]{6})?(?:\.0+)?$"
_SERIAL = r"^([0-9]{5})(?:\.[0-9]+)?$"
_MONTH = r"^([0-9]{4})(?:\s*[-/.年]\s*(0?[1-9]|1[0-2])(?:\D.*)?|(0[1-9]|1[0-2])(?:[0-9]{2})?)$"
# Day 0 of the 1900 system of spreadsheets, as shifted by its fictitious 1900-02-29.
_SERIAL_EPOCH_DAYS = -25_569
EARLIEST_YEAR, LATEST_YEAR = 1880, 2100


def _parse(text: pl.Series) -> pl.Series:
    groups = pl.DataFrame({"text": clean_text(text)}).select(
        parts=pl.col("text").str.extract_groups(_PARTS),
        digits=pl.col("text").str.extract_groups(_DIGITS),
        serial=pl.col("text").str.extract(_SERIAL).cast(pl.Int32),
    )

    def from_groups(column: str) -> pl.Expr:
        year, month, day = (pl.col(column).struct.field(str(group)) for group in (1, 2, 3))
        written = pl.concat_str(year, month.str.zfill(2), day.str.zfill(2))
        return written.str.to_date("%Y%m%d", strict=False)

    day = pl.coalesce(
        from_groups("parts"),
        from_groups("digits"),
        (pl.col("serial") + _SERIAL_EPOCH_DAYS).cast(pl.Date),
    )
    return groups.select(pl.when(day.dt.year().is_between(EARLIEST_YEAR, LATEST_YEAR)).then(day)).to_series()


def normalise(value: pl.Series) -> pl.Series:
    """Dates (pl.Date) from a string Series; null where the text is blank or no date of 1880-2100.

    Each distinct text is read once: a column of n rows holds far fewer distinct dates.
    """
    distinct = value.unique()
    if len(distinct) * 2 >= len(value):  # none at all included
        return _parse(value).alias(value.name)
    return value.replace_strict(distinct, _parse(distinct), return_dtype=pl.Date).alias(value.name)


def month(value: pl.Series) -> pl.Series:
    """Months (2014-09) from a string Series; null where the text is blank or names no month of a year."""
    groups = pl.DataFrame({"text": clean_text(value)}).select(pl.col("text").str.extract_groups(_MONTH)).to_series()
    year, *months = (groups.struct.field(str(group)) for group in (1, 2, 3))
    named = pl.select(pl.concat_str(pl.lit(year), pl.coalesce(*months).str.zfill(2), separator="-"))
    return named.to_series().alias(value.name)
