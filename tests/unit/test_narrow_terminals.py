"""Figures on a terminal are neither cut, however narrow it is, nor shown twice."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from rich.table import Table

from assets.accuracy import Measure, RuleAccuracy
from assets.direction.accuracy import DirectionAccuracy, Directions
from expectations.rules import read_rules
from pipelines.accuracy import rules_table
from pipelines.direction import methods_table
from pipelines.results import first_and_last


def shown(table: Table, width: int) -> str:
    stream = io.StringIO()
    Console(file=stream, width=width).print(table)
    return stream.getvalue()


@pytest.mark.parametrize("width", [100, 80])
def test_recall_and_precision_are_shown_whole(width):
    everything = Measure(38040, 38030, 38040, 38039)
    rules = [RuleAccuracy(34540, 34540, 37920, 37919, code, everything) for code in read_rules()]
    text = shown(rules_table(rules), width)
    assert "…" not in text
    assert [text.count(figure) // len(rules) for figure in ("34540", "37920", "1.0000", "38040", "0.9997")] == [
        1,
        1,
        3,
        1,
        1,
    ]


@pytest.mark.parametrize("width", [100, 80])
def test_which_value_is_right_is_shown_whole(width):
    methods = tuple(DirectionAccuracy(name, 18970, 18960, 18770) for name in ("evidence", "majority", "authority"))
    text = shown(methods_table(Directions(methods, 0.007)), width)
    assert "…" not in text
    assert [text.count(figure) for figure in ("18970", "18960", "18770", "0.9900", "0.9897")] == [3] * 5


@pytest.mark.parametrize("places", [1, 5, 8, 9, 50])
def test_no_village_is_listed_twice(places):
    ranking = [{"rank": place} for place in range(1, places + 1)]
    listed = [row["rank"] for part in first_and_last(ranking) for row in part]
    assert listed == sorted(set(listed))
    assert {1, places} <= set(listed)
