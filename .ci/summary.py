"""Adds up what .ci/run did: one line per step, then "N passed, N failed".

A step with a JUnit file is a suite and counts by its tests; a step without one is a check and counts as one. A suite
that should have tests and ran none is said so: the main suite fails by it, an optional one does not pass by it either.
"""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

MAIN_SUITE = "test"
SUITES = (MAIN_SUITE, "slow", "spark", "browser")


@dataclass(frozen=True)
class Outcome:
    """What became of a step: tests (or the one check) passed, failed and skipped, and a remark."""

    passed: int
    failed: int
    skipped: int = 0
    remark: str = ""


def outcome(target: str, code: int, junit: Path) -> Outcome:
    """A step's outcome from its exit code and, for a suite, from what pytest wrote."""
    if target not in SUITES:
        return Outcome(1, 0) if code == 0 else Outcome(0, 1, remark="failed")
    if not junit.exists():
        return Outcome(0, 1, remark="ended before its tests ran")
    suites = list(ET.parse(junit).getroot().iter("testsuite"))  # noqa: S314 - written by pytest a moment ago
    tests, failures, errors, skipped = (
        sum(int(suite.get(name, 0)) for suite in suites) for name in ("tests", "failures", "errors", "skipped")
    )
    failed = failures + errors
    if not tests and not failed:
        return Outcome(0, int(target == MAIN_SUITE), remark="no tests were collected")
    if code and not failed:
        return Outcome(tests - skipped, 1, skipped, "failed outside its tests")
    return Outcome(max(tests - failed - skipped, 0), failed, skipped)


def main(results: Path) -> int:
    """Prints the summary of a results folder; 1 where anything failed."""
    passed = failed = 0
    sys.stdout.write("\n")
    for line in (results / "steps").read_text(encoding="utf-8").splitlines():
        target, code, seconds = line.split()
        step = outcome(target, int(code), results / f"{target}.xml")
        passed += step.passed
        failed += step.failed
        skipped = f", {step.skipped} skipped" if step.skipped else ""
        remark = f" ({step.remark})" if step.remark else ""
        sys.stdout.write(f"{target:<13} {step.passed} passed, {step.failed} failed{skipped}, {seconds} s{remark}\n")
    sys.stdout.write(f"{passed} passed, {failed} failed\n")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
