"""Periods of benefits as lists and banks write them, in one form: 2025, 2025Q1, Y1 (first year of age)."""

from __future__ import annotations

import re

_NUMBERS = "一二三四五六七八九"
_YEAR_OF_AGE = re.compile(rf"第?([1-9{_NUMBERS}])(?:周岁)?年|Y([1-9])")
_QUARTER = re.compile(rf"([0-9]{{4}})[-/]?年?度?第?([1-4{_NUMBERS[:4]}])季度?|([0-9]{{4}})[-/年]?Q([1-4])")
_YEAR = re.compile(r"([0-9]{4})(?:年|年度)?")


def _digit(text: str) -> str:
    """A number of one character in Arabic figures."""
    return str(_NUMBERS.index(text) + 1) if text in _NUMBERS else text


def period_code(text: str) -> str:
    """The code of a period; what is no known way to write one stays as it is, in capitals and without blanks."""
    written = re.sub(r"\s", "", text).upper()
    if found := _YEAR_OF_AGE.fullmatch(written):
        return f"Y{_digit(found[1] or found[2])}"
    if found := _QUARTER.fullmatch(written):
        return f"{found[1] or found[3]}Q{_digit(found[2] or found[4])}"
    if found := _YEAR.fullmatch(written):
        return found[1]
    return written
