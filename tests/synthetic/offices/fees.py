"""Fees as offices charge them, most rightly, with the truth of every fault."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from tests.synthetic.calendar import date_of
from tests.synthetic.offices.files import KNOWN, Rows
from tests.synthetic.world import World

_FAULTS = (
    None,
    "NO_ITEM",
    "EXPIRED",
    "OVER_STANDARD",
    "WRONG_PAYER",
    "WRONG_BODY",
    "NO_RECEIPT",
    "ABOLISHED",
    "FREE",
)
_FAULT_SHARES = (0.76, 0.03, 0.03, 0.04, 0.03, 0.03, 0.05, 0.02, 0.01)
_REFUNDED = 0.4
_CHARGES_PER_THOUSAND = 40
_BODIES = ("镇便民服务中心", "镇卫生院", "派出所", "自然资源所")


def _catalogue(beginning: dt.date) -> Rows:
    """Twelve items, each with an earlier and a present line; the last two have expired."""
    rows: Rows = []
    for place in range(12):
        old, new = Decimal(10 + 5 * place), Decimal(5 + 5 * place)
        common: dict[str, Any] = {
            "item_code": f"SF{place:03d}",
            "item_name": f"模拟收费项目{place + 1}",
            "charging_body": _BODIES[place % 4],
            "payer_kind": ("申请人", "单位")[place % 2],
            "unit": ("证", "次", "宗")[place % 3],
            "procedure": "申请、核验、缴费、领取",
            "fund_management": "缴入国库",
            "hotline": ("12345", "12315", "12358")[place % 3],
            KNOWN: beginning,
        }
        rows.append(
            {
                **common,
                "document_no": f"鲁价费〔2015〕{place + 1}号",
                "standard": old,
                "valid_from": dt.date(2015, 1, 1),
                "valid_to": dt.date(2023, 12, 31),
            }
        )
        if place < 10:
            rows.append(
                {
                    **common,
                    "document_no": f"鲁价费〔2023〕{place + 1}号",
                    "standard": new,
                    "valid_from": dt.date(2024, 1, 1),
                    "valid_to": None,
                }
            )
    return rows


# A finding as the truth has it: registry, record_id, finding, to_refund, status.
Finding = tuple[str, str, str, Decimal, str]


def _printed_hotlines(catalogue: Rows, today: dt.date) -> list[Finding]:
    """Catalogue lines in force that print a hotline which nobody answers any more."""
    return [
        ("fee_catalogue", f"{row['item_code']}|{row['valid_from']}", "OBSOLETE_HOTLINE", Decimal(0), "open")
        for row in catalogue
        if row["hotline"] == "12358" and (row["valid_to"] is None or row["valid_to"] >= today)
    ]


def simulate(world: World) -> tuple[dict[str, Rows], list[Finding]]:
    """Fee registers by registry, and every fault in them."""
    rng = world.stream("fees")
    today, beginning = date_of(world.last_day), date_of(world.first_day)
    catalogue = _catalogue(beginning)
    in_force = [row for row in catalogue if row["valid_to"] is None]
    expired = [row for row in catalogue if row["item_code"] in ("SF010", "SF011")]
    charges: Rows = []
    truth = _printed_hotlines(catalogue, today)
    for number in range(max(200, len(world.said) * _CHARGES_PER_THOUSAND // 1000)):
        fault = rng.choice(len(_FAULTS), p=_FAULT_SHARES)
        day = today - dt.timedelta(days=int(rng.integers(0, 700)))
        item = in_force[rng.integers(len(in_force))]
        quantity = int(rng.integers(1, 4))
        row: dict[str, Any] = {
            "charge_no": f"C{number:06d}",
            "item_code": item["item_code"],
            "item_name": item["item_name"],
            "charging_body": item["charging_body"],
            "payer_kind": item["payer_kind"],
            "quantity": quantity,
            "amount": item["standard"] * quantity,
            "charged_date": day,
            "receipt_no": f"P{number:08d}",
            "village_code": world.villages["village_code"][int(rng.integers(len(world.villages)))],
            KNOWN: max(day, beginning),
        }
        kind = _FAULTS[fault]
        to_refund = row["amount"]
        match kind:
            case "NO_ITEM":
                row |= {"item_code": None, "item_name": "管理服务费", "amount": Decimal(int(rng.integers(10, 300)))}
            case "EXPIRED":
                old = expired[rng.integers(len(expired))]
                row |= {name: old[name] for name in ("item_code", "item_name", "charging_body", "payer_kind")}
                row["amount"] = old["standard"] * quantity
            case "OVER_STANDARD":
                row["amount"] += Decimal(int(rng.integers(1, 5000))) / 100
            case "WRONG_PAYER":
                row["payer_kind"] = "村民"
            case "WRONG_BODY":
                row["charging_body"] = "村民委员会"
            case "NO_RECEIPT":
                row["receipt_no"] = None
            case "ABOLISHED":
                row |= {"item_code": None, "item_name": "社会抚养费", "amount": Decimal(int(rng.integers(1000, 30000)))}
            case "FREE":
                row |= {"item_code": None, "item_name": "户口登记费", "amount": Decimal(5)}
        if kind:
            to_refund = {"OVER_STANDARD": row["amount"] - item["standard"] * quantity, "NO_RECEIPT": Decimal(0)}.get(
                kind, row["amount"]
            )
            refunded = to_refund if rng.random() < _REFUNDED else Decimal(0)
            if refunded:
                row |= {"refund_amount": refunded, "refunded_date": today}
            truth.append(("fee_charge", row["charge_no"], kind, to_refund, "closed" if refunded else "open"))
        charges.append(row)
    return {"fee_catalogue": catalogue, "fee_charge": charges}, truth
