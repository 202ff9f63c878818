"""Amounts are exact: what is written is what is kept, and what is no amount is not rounded into one."""

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.normalise import money


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("3600", "3600.00"),
        ("3,600.00", "3600.00"),
        ("￥3600.5", "3600.50"),
        ("1234567.89元", "1234567.89"),
        ("１２.３０", "12.30"),
        (" -0.01 ", "-0.01"),
        ("999999999999.99", "999999999999.99"),
        ("0.005", None),
        ("3600.000000001", None),
        ("3,60.0", None),
        ("1e3", None),
        ("叁仟陆佰", None),
        ("", None),
        (None, None),
    ],
)
def test_amounts(written, amount):
    read = money.normalise(pl.Series([written], dtype=pl.String)).to_list()
    assert read == [None if amount is None else Decimal(amount)]


@given(st.lists(st.integers(-(10**13), 10**13), min_size=1))
def test_cents_survive(cents):
    written = [f"{Decimal(value) / 100:.2f}" for value in cents]
    assert sum(money.normalise(pl.Series(written)).to_list()) * 100 == sum(cents)
