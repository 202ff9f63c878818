"""Why a benefit came out as it did: the clause in force, the sum, the records used, and what is still open."""

from __future__ import annotations

from typing import Any

import duckdb

from warehouse.engines.duckdb_engine import KEPT, WORK

_COLUMNS = (
    "as_of", "programme", "period", "outcome", "direction", "difference", "reason", "open_record", "due", "months",
    "listed", "paid", "failed", "outstanding", "rule", "certificate_no", "household_record", "application_no",
    "person_key",
)  # fmt: skip
_CLAUSE = ("clause_zh", "clause_en", "document")
_NAMES = ("zh", "en")


def explain_benefit(connection: duckdb.DuckDBPyConnection, key: str) -> list[dict[str, Any]]:
    """Every decision about the person that a number names, each with its list lines and payments.

    key: the number of an application, a list line, a certificate or a household record, or a person_key.
    Shape: one dict per programme and period, with the programme's names `zh` and `en`, and `items`: a list of dicts,
    each with `payments`.
    """
    people = connection.execute(
        f"""select distinct person_key from {KEPT}.benefit_decision
            where $key in (person_key, application_no, certificate_no, household_record)
            union
            select person_key from {WORK}.benefit_item where item_no = $key""",
        {"key": key},
    ).fetchall()
    keys = [person for (person,) in people]
    decisions = connection.execute(
        f"""select {", ".join(f"decision.{name}" for name in _COLUMNS)}, {", ".join(f"law.{name}" for name in _CLAUSE)},
                {", ".join(f"programme.{name}" for name in _NAMES)}
            from {KEPT}.benefit_decision as decision
            left join {KEPT}.benefit_programme as programme on decision.programme = programme.programme
            left join {KEPT}.benefit_rule_period as law
                on decision.programme = law.programme and decision.rule = law.rule and decision.period = law.period
            where list_contains(?, decision.person_key)
            order by decision.programme, decision.period, decision.person_key""",
        [keys],
    ).fetchall()
    found = [dict(zip((*_COLUMNS, *_CLAUSE, *_NAMES), row, strict=True)) for row in decisions]
    for decision in found:
        decision["items"] = _items(connection, decision)
    return found


def _items(connection: duckdb.DuckDBPyConnection, decision: dict[str, Any]) -> list[dict[str, Any]]:
    columns = ("item_no", "list_no", "listed", "paid", "failed", "outstanding", "overpaid", "other_place")
    rows = connection.execute(
        f"""select {", ".join(columns)} from {WORK}.benefit_item
            where person_key = ? and programme = ? and period = ? order by item_no""",
        [decision["person_key"], decision["programme"], decision["period"]],
    ).fetchall()
    items = [dict(zip(columns, row, strict=True)) for row in rows]
    for item in items:
        paid = connection.execute(
            f"""select batch_no, record_id, amount, paid_date, payment_status from {WORK}.stg_benefit_payment
                where item_no = ? order by paid_date, batch_no, record_id""",
            [item["item_no"]],
        ).fetchall()
        names = ("batch_no", "payment_no", "amount", "paid_date", "payment_status")
        item["payments"] = [dict(zip(names, row, strict=True)) for row in paid]
    return items
