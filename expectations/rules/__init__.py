"""The rules of reconciliation as data: one YAML file per rule_code, in words for clerks, with owner, basis and action.

A rule's cases are computed by warehouse/models/reconciliation/<rule_code in lower case>.sql.
"""

from expectations.rules.rule import FOLDER, Rule, read_rules

__all__ = ["FOLDER", "Rule", "read_rules"]
