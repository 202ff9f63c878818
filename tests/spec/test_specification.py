"""Every example of the specification, on every engine."""

from functools import partial

import pytest

from tests.spec.page import PAGE, render
from tests.spec.reader import FOLDER, read_specs, tidied
from tests.spec.runner import run
from warehouse.catalogue import catalogue
from warehouse.engines.duckdb_engine import DuckDBEngine, connect
from warehouse.home import Home

SPECS = read_specs()
EXAMPLES = [
    pytest.param(example, id=f"{spec.layer}/{spec.subject}: {example.en}")
    for spec in SPECS
    for example in spec.examples
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_on_duckdb(example, tmp_path):
    with connect(":memory:") as connection:
        run(example, partial(DuckDBEngine, connection), Home(tmp_path))


@pytest.mark.spark
@pytest.mark.parametrize("example", EXAMPLES)
def test_on_spark(example, tmp_path, spark):
    from warehouse.engines.spark_engine import SparkEngine

    run(example, partial(SparkEngine, spark, hold_locally=True), Home(tmp_path))


@pytest.mark.spark
@pytest.mark.parametrize("example", EXAMPLES[::50])
def test_on_spark_with_tables_on_the_executors(example, tmp_path, compiled):
    """As on a cluster: nothing is held in this process."""
    from warehouse.engines.spark_engine import SparkEngine

    run(example, partial(SparkEngine, compiled), Home(tmp_path))


def test_the_page_is_what_the_specs_say():
    assert PAGE.read_text(encoding="utf-8") == render(SPECS), "stale: run make docs"


def test_tables_are_aligned():
    for path in FOLDER.glob("*/*.spec"):
        text = path.read_text(encoding="utf-8")
        assert text == tidied(text), f"{path.name}: run make docs"


def test_a_spec_is_named_after_a_model():
    for spec in SPECS:
        assert spec.subject in catalogue().models, spec.subject
        assert spec.layer == catalogue().models[spec.subject].layer, spec.subject


@pytest.mark.parametrize("table", catalogue().rule_tables)
def test_every_rule_has_an_example_that_fires_and_one_that_does_not(table):
    expected = [
        expected
        for spec in SPECS
        if spec.subject == table
        for example in spec.examples
        for day in example.days
        for expected in day.expected
        if expected.name == table
    ]
    assert any(found.table.rows for found in expected), "no example fires"
    assert any(not found.table.rows for found in expected), "no example stays silent"


@pytest.mark.parametrize("table", catalogue().indicator_tables.values())
def test_every_indicator_has_an_example_that_counts(table):
    expected = [e for spec in SPECS for example in spec.examples for day in example.days for e in day.expected]
    assert any(found.name == table and found.table.rows for found in expected), "no example counts"
