"""Law, terms, thresholds and weights are dated parameters: no model and no asset has them in its text.

A model may say 0, 1 and 2 (a place, a parity), percent (100), and where something stands inside a text: arguments of
functions that cut, round or pad. Any other number or any date in a condition, a sum or a result is a figure of
somebody's decision and belongs in warehouse/parameters. In Python the declared values themselves may not reappear.
"""

import ast
import datetime as dt
import re
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from warehouse.catalogue import catalogue
from warehouse.parameters import declared_indicators, declared_terms

ROOT = Path(__file__).parents[2]
FOUND = catalogue()
COUNTING = {"0", "1", "2", "1.0", "100", "100.0"}
# Functions whose numbers are positions and lengths in a text, or decimals of a figure.
SHAPE = (exp.Substring, exp.Round, exp.Pad, exp.Left, exp.Right, exp.SplitPart, exp.DataType, exp.DataTypeParam)
# Matching weighs evidence, it decides nothing about anybody: how near two records are is not law.
MATCHING_LAYER = "identity"
DATE_TEXT = re.compile(r"^\d{4}-\d{2}(-\d{2})?$")
DATE_CALL = re.compile(r"(dt|datetime)\.(date|datetime)\(\d[\d, ]*\)")
PYTHON_FOLDERS = ("assets", "expectations")
SMALL = {0, 1, 2, 3}  # counting, in Python; three is also a length of rounds


def figures_in_sql(sql: str) -> list[str]:
    """Numbers and dates of a model that are nobody's to decide in SQL."""
    found = []
    for literal in sqlglot.parse_one(sql, read="duckdb").find_all(exp.Literal):
        if literal.is_string:
            decided = DATE_TEXT.match(literal.this) or isinstance(literal.parent, exp.Interval)
        else:
            decided = literal.this not in COUNTING and not isinstance(literal.parent, SHAPE)
        if decided:
            found.append(literal.this)
    return found


def declared_values() -> set[float]:
    """Every number that a parameter has or had."""
    numbers = {float(v.value) for term in declared_terms() for v in term.versions if isinstance(v.value, int | float)}
    for indicator in declared_indicators():
        for version in indicator.versions:
            numbers |= {float(version.weight), float(version.window_days)}
    return numbers - SMALL


def figures_in_python(text: str, values: set[float]) -> list[str]:
    """Declared values, and dates, among the literals of a module."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
            decided = float(node.value) in values
        else:
            decided = isinstance(node, ast.Call) and bool(DATE_CALL.fullmatch(ast.unparse(node)))
        if decided:
            found.append(f"{node.lineno}: {ast.unparse(node)}")
    return found


@pytest.mark.parametrize("table", [t for t, model in FOUND.models.items() if model.layer != MATCHING_LAYER])
def test_no_model_has_a_figure_of_law(table):
    assert figures_in_sql(FOUND.models[table].sql) == []


@pytest.mark.parametrize("folder", PYTHON_FOLDERS)
def test_no_module_repeats_a_parameter(folder):
    values = declared_values()
    assert len(values) > 5
    for path in sorted((ROOT / folder).rglob("*.py")):
        if MATCHING_LAYER in path.relative_to(ROOT).parts:
            continue
        assert figures_in_python(path.read_text(encoding="utf-8"), values) == [], path.relative_to(ROOT)


def test_every_parameter_says_since_when_and_why():
    for declared in (*declared_terms(), *declared_indicators()):
        assert declared.versions
        starts = [version.valid_from for version in declared.versions]
        assert starts == sorted(set(starts))
        for version in declared.versions:
            assert len(version.source) >= len("default")
            assert isinstance(version.valid_from, dt.date)


@pytest.mark.parametrize(
    "condition",
    [
        "datediff('day', birth_date, as_of) > 30",
        "amount = 3600",
        "score * 0.5 > 1",
        "birth_date >= date '2011-01-01'",
        "birth_date >= cast('2021-08-20' as date)",
        "age between 18 and 59",
        "birth_date > as_of - interval 30 day",
        "birth_date > as_of - interval '3 years'",
        "case when denominator < 10 then true end",
    ],
)
def test_a_figure_in_a_model_is_found(condition):
    assert figures_in_sql(f"select * from newborn cross join this_day where {condition}") != []


@pytest.mark.parametrize("condition", ["substr(id_number, 17, 1) = '1'", "round(100 * value, 4) > 0", "place > 1"])
def test_shapes_of_text_are_no_figures(condition):
    assert figures_in_sql(f"select * from newborn where {condition}") == []


@pytest.mark.parametrize(
    "text", ["TERM = 30", "if days > 15:\n    pass", "import datetime as dt\nEND = dt.date(2021, 8, 20)"]
)
def test_a_figure_in_python_is_found(text):
    assert len(figures_in_python(text, declared_values())) == 1
