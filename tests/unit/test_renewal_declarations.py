"""What is declared of renewals fits the models, and a contradiction is told."""

import pytest
from pydantic import ValidationError

from warehouse.catalogue import catalogue
from warehouse.models.model import relations_of
from warehouse.models.renewal import CHANGED_ROWS, PIECE, Renewal

FOUND = catalogue()


@pytest.mark.parametrize("table", FOUND.renewals)
def test_a_renewal_speaks_of_what_its_model_reads(table):
    renewal, model = FOUND.renewals[table], FOUND.models[table]
    assert renewal.knows <= model.reads
    contract = FOUND.contract(table)
    assert contract.stored != renewal.row_by_row
    assert renewal.replaces or set(renewal.by) <= set(contract.column_names())


def made_of(table):
    """A table and all that it is made of: tables are built side by side, and only these are surely there before it."""
    return {table}.union(*(made_of(name) for name in FOUND.inputs(table))) if table in FOUND.order else {table}


@pytest.mark.parametrize("table", FOUND.renewals)
def test_ways_lead_over_tables_that_are_there_when_it_is_renewed(table):
    renewal = FOUND.renewals[table]
    ways = [*renewal.reached.values(), *([renewal.also] if renewal.also else [])]
    for way in ways:
        assert relations_of(way) - {CHANGED_ROWS, PIECE} <= made_of(table)


@pytest.mark.parametrize(
    ("entry", "word"),
    [
        ({}, "row by row or by pieces"),
        ({"by": ["a"], "row_by_row": True}, "row by row or by pieces"),
        ({"by": ["a"], "cut": {"person": ["a", "b"]}}, "a column for each"),
        ({"by": ["a"], "replaces": "person"}, "not cut"),
        ({"by": ["a"], "reached": {"person": "select a from newborn"}}, "does not start"),
    ],
)
def test_a_declaration_that_contradicts_itself_is_refused(entry, word):
    with pytest.raises(ValidationError, match=word):
        Renewal.model_validate(entry)
