"""The rules of reconciliation as data: one YAML file per rule_code, in words for clerks, with owner, basis and action.

How often each is right on simulated towns is measured and kept beside them (measured/).
A rule's cases are computed by warehouse/models/reconciliation/<rule_code in lower case>.sql.
"""

from expectations.rules.measurement import Measurement, read_measurement
from expectations.rules.rule import FOLDER, Rule, read_rules

__all__ = ["FOLDER", "Measurement", "Rule", "read_measurement", "read_rules"]
