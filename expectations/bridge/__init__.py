"""Great Expectations on DuckDB: what is declared becomes checks, checks become results, results become documents.

Belongs here: deriving checks from contracts and suites, running them with Great Expectations, Data Docs.
Does not belong here: what must hold (suites, contracts), or what a failed check stops (assets).
"""

from expectations.bridge.checks import CONTRACT, Check, CheckResult, Severity, checks_of
from expectations.bridge.process import CheckerFailedError
from expectations.bridge.process import begin as begin_checking
from expectations.bridge.validation import BrokenCheckError, Validator

__all__ = [
    "CONTRACT",
    "BrokenCheckError",
    "Check",
    "CheckResult",
    "CheckerFailedError",
    "Severity",
    "Validator",
    "begin_checking",
    "checks_of",
]
