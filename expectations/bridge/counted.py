"""The one expectation that every check is: no row breaks it, told by counting.

Great Expectations' own also fetches the first rows that its query finds; here a query selects no values, so that
fetching them is a second query for nothing. Importing this module loads Great Expectations.
"""

from __future__ import annotations

from typing import Any, ClassVar

from great_expectations.expectations import UnexpectedRowsExpectation

_COUNT = "unexpected_rows_query.row_count"


class NoRowBreaksIt(UnexpectedRowsExpectation):
    """Holds where its query finds no row; the observed value is how many it finds."""

    metric_dependencies: ClassVar[tuple[str, ...]] = (_COUNT,)

    def _validate(self, metrics: dict[str, Any], *_runtime: object, **_given: object) -> dict[str, Any]:
        return {"success": metrics[_COUNT] == 0, "result": {"observed_value": metrics[_COUNT]}}
