"""Penalties by discretion with their benchmarks, village contract penalties, and every fault in them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np

from tests.synthetic.calendar import date_of
from tests.synthetic.offices.fees import Finding
from tests.synthetic.offices.files import KNOWN, Rows
from tests.synthetic.world import World

_VIOLATIONS = ("占道经营", "露天焚烧秸秆", "未按规定公示收费", "违规堆放垃圾", "损毁公共设施")
_CIRCUMSTANCES = ("轻微", "一般", "严重")
_RENEWED = dt.date(2025, 7, 1)  # the earlier benchmarks, twice as severe, end the day before
_FAULTS = (None, "ABOVE_RANGE", "BELOW_RANGE", "NO_BENCHMARK")
_FAULT_SHARES = (0.7, 0.12, 0.08, 0.1)
_PENALTIES, _CONTRACTS = 150, 90
_WITHOUT_BASIS, _REFUNDED = 0.4, 0.5
_ZERO = Decimal(0)


def _benchmarks(beginning: dt.date) -> Rows:
    """Every violation and circumstance, each with an earlier and a present range."""
    rows: Rows = []
    for place, (violation, circumstance) in enumerate((v, c) for v in _VIOLATIONS for c in _CIRCUMSTANCES):
        low, high = Decimal(50 * (place % 3) + 50), Decimal(150 * (place % 3) + 150)
        common: dict[str, Any] = {
            "benchmark_no": f"CL{place:03d}",
            "violation": violation,
            "legal_basis": f"模拟条例第{place // 3 + 11}条",
            "circumstance": circumstance,
            "conditions": ("初次且及时改正", "未造成后果", "造成后果或拒不改正")[place % 3],
            KNOWN: beginning,
        }
        first, last = dt.date(2021, 7, 15), _RENEWED - dt.timedelta(days=1)
        rows.append({**common, "amount_low": 2 * low, "amount_high": 2 * high, "valid_from": first, "valid_to": last})
        rows.append({**common, "amount_low": low, "amount_high": high, "valid_from": _RENEWED, "valid_to": None})
    return rows


def _penalty(number: int, benchmarks: Rows, today: dt.date, rng: np.random.Generator) -> tuple[dict, Finding | None]:
    """One penalty, within the range of its day or not."""
    day = today - dt.timedelta(days=int(rng.integers(0, 900)))
    in_force = [row for row in benchmarks if row["valid_from"] <= day and (row["valid_to"] or day) >= day]
    benchmark = in_force[rng.integers(len(in_force))]
    low, high = int(benchmark["amount_low"]), int(benchmark["amount_high"])
    row = {
        "penalty_no": f"级罚〔{day.year}〕{number}号",
        "violation": benchmark["violation"],
        "circumstance": benchmark["circumstance"],
        "amount": Decimal(int(rng.integers(low, high + 1))),
        "decided_date": day,
    }
    kind = _FAULTS[rng.choice(len(_FAULTS), p=_FAULT_SHARES)]
    to_refund = _ZERO
    match kind:
        case None:
            return row, None
        case "ABOVE_RANGE":
            to_refund = Decimal(int(rng.integers(1, 50_000))) / 100
            row["amount"] = Decimal(high) + to_refund
        case "BELOW_RANGE":
            row["amount"] = Decimal(low) - Decimal(int(rng.integers(1, 100 * low))) / 100
        case "NO_BENCHMARK":
            row["violation"] = "其他违法行为"
    return row, ("discretion_penalty", row["penalty_no"], kind, to_refund, "open")


def simulate(world: World) -> tuple[dict[str, Rows], list[Finding]]:
    """Registers of benchmarks, penalties and contract penalties, and every fault in them."""
    rng = world.stream("penalties")
    today, beginning = date_of(world.last_day), date_of(world.first_day)
    benchmarks = _benchmarks(beginning)
    penalties: Rows = []
    contracts: Rows = []
    truth: list[Finding] = []
    for number in range(_PENALTIES):
        row, found = _penalty(number, benchmarks, today, rng)
        penalties.append({**row, KNOWN: max(row["decided_date"], beginning)})
        truth += [found] if found else []
    for number in range(_CONTRACTS):
        day = today - dt.timedelta(days=int(rng.integers(0, 700)))
        without = rng.random() < _WITHOUT_BASIS
        amount = Decimal(int(rng.integers(5, 200)) * 10)
        row = {
            "contract_no": f"HT{number:05d}",
            "village_code": world.villages["village_code"][int(rng.integers(len(world.villages)))],
            "clause": ("乱堆乱放", "红白事超标", "不参加义务劳动")[rng.integers(3)],
            "legal_basis": None if without else "模拟条例第八条",
            "amount": amount,
            "collected_date": day,
            KNOWN: max(day, beginning),
        }
        if without:
            # Paid back whole, in part, or not at all: only the whole amount closes a finding.
            share = (Decimal(1), Decimal("0.5"), _ZERO)[rng.choice(3, p=(_REFUNDED, 0.1, 0.9 - _REFUNDED))]
            if share:
                row |= {"refund_amount": amount * share, "refunded_date": today, KNOWN: today}
            status = "closed" if share == 1 else "open"
            truth.append(("contract_penalty", row["contract_no"], "CONTRACT_WITHOUT_BASIS", amount, status))
        contracts.append(row)
    registers = {
        "discretion_benchmark": benchmarks,
        "discretion_penalty": penalties,
        "contract_penalty": contracts,
    }
    return registers, truth
