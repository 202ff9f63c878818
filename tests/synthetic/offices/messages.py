"""The gateway's receipts of the office's text messages: most delivered, some not, some missing, and some of others.

A message's number follows from its event, as the outbox writes it, so that receipts find their messages.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from hashlib import md5

import polars as pl

from tests.synthetic.calendar import date_of
from tests.synthetic.offices.files import KNOWN, Rows
from tests.synthetic.world import World

_FAILED, _NO_RECEIPT, _STRANGERS = 0.04, 0.02, 3
_DECISIONS = {"通过": "application_approved", "不通过": "application_refused", "待审核": "application_received"}
_PAYMENTS = {"成功": "payment_made", "失败": "payment_failed"}


def _number(event: str, registry: str, record: str) -> str:
    return "M" + md5(f"{event}|{registry}|{record}".encode(), usedforsecurity=False).hexdigest()[:16]


def _events(applications: Rows, lines: Rows, payments: Rows) -> Iterator[tuple[str, str, dt.date, dt.date]]:
    """Everything a family is told: number of the message, event, when it happened, when the office knew."""
    for row in applications:
        event = _DECISIONS[row["decision"]]
        happened = row["decided_date"] or row["applied_date"]
        yield _number(event, "benefit_application", row["application_no"]), event, happened, row[KNOWN]
    applied = {line["item_no"]: line.get("application_no") for line in lines}
    for row in payments:
        if applied.get(row["item_no"]):
            event = _PAYMENTS[row["payment_status"]]
            record = f"{row['batch_no']}|{row['payment_no']}"
            yield _number(event, "benefit_payment", record), event, row["paid_date"], row[KNOWN]


def simulate(world: World, applications: Rows, lines: Rows, payments: Rows) -> tuple[Rows, pl.DataFrame]:
    """Receipts, and the truth of every message: message_id, event, happened_on, status (null: no receipt yet)."""
    rng = world.stream("messages")
    today, beginning = date_of(world.last_day), date_of(world.first_day)
    receipts: Rows = []
    truth = []
    for message, event, happened, known in _events(applications, lines, payments):
        sent = known + dt.timedelta(days=1)
        lost = rng.random() < _NO_RECEIPT
        status = "失败" if rng.random() < _FAILED else "成功"
        has_receipt = not lost and sent <= today
        if has_receipt:
            row = {"message_id": message, "sent_date": sent, "message_status": status, KNOWN: max(sent, beginning)}
            receipts.append(row)
        truth.append((message, event, happened, ("success" if status == "成功" else "failed") if has_receipt else None))
    for stranger in range(_STRANGERS):
        number = _number("other", "other_office", f"{stranger}")
        receipts.append({"message_id": number, "sent_date": today, "message_status": "成功", KNOWN: today})
        truth.append((number, "-", today, "success"))
    schema = {"message_id": pl.String, "event": pl.String, "happened_on": pl.Date, "status": pl.String}
    return receipts, pl.DataFrame(truth, schema=schema, orient="row")
