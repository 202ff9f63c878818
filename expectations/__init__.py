"""What must hold.

suites/  what the content of a table must satisfy (Great Expectations), beyond its contract
rules/   coded row-level rules: they produce cases for a village or an owner, never test failures
bridge   Great Expectations on DuckDB, results as Dagster asset checks, Data Docs

Does not belong here: how a rule's cases are computed (warehouse/models/reconciliation holds one SQL model per rule).
"""
