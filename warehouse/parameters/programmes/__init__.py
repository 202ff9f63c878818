"""Benefit programmes as dated rules, one YAML file each. Adding one is adding a file; no code knows one by name.

Belongs here: who is entitled in general terms (children by the registers, or persons confirmed by others), clauses,
documents, amounts by the month, periods. Does not belong here: persons, payments, or how an outcome is decided
(warehouse/models/benefits).
"""

from warehouse.parameters.programmes.programme import FOLDER, Programme, read_programmes, rule_periods

__all__ = ["FOLDER", "Programme", "read_programmes", "rule_periods"]
