"""What the content of a table must satisfy beyond its contract: one YAML file per table, reviewed by people.

Belongs here: expectations about content (totals that must balance, values that must agree), as SQL that selects the
rows that break them. Does not belong here: keys, required columns and code lists (the contract says them); differences
between registries (rules: they make cases).
"""

from expectations.suites.suite import FOLDER, Expectation, read_suites

__all__ = ["FOLDER", "Expectation", "read_suites"]
