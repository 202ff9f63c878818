"""A check is made as soon as its table is built: it may read that table and what that is made of, and no other."""

import pytest
import sqlglot
from sqlglot import exp

from expectations.suites import read_suites
from warehouse.catalogue import catalogue

BATCH = "the_batch"
CHECKS = [(table, check) for table, checks in read_suites().items() for check in checks]


def made_of(table):
    """A table, and the computed tables behind it."""
    found, open_ones = {table}, [table]
    while open_ones:
        name = open_ones.pop()
        before = set(catalogue().inputs(name)) - found if name in catalogue().order else set()
        found |= before
        open_ones += before
    return found


@pytest.mark.parametrize(("table", "check"), CHECKS, ids=[f"{table}.{check.name}" for table, check in CHECKS])
def test_a_check_reads_no_table_that_may_not_be_built_yet(table, check):
    read = sqlglot.parse_one(check.unexpected.replace("{batch}", BATCH), read="duckdb")
    within = {each.alias for each in read.find_all(exp.CTE)}
    named = {each.name for each in read.find_all(exp.Table)} - within - {BATCH}
    computed = named.intersection(catalogue().order)
    assert computed <= made_of(table)
