"""Lists = payments + failures + outstanding, to the cent, on every day of a quarter, however the bank delivers."""

import datetime as dt
import random
from decimal import Decimal

import pytest

from expectations.suites import read_suites
from tests.benefits.office import child, line, payment

FIRST, LAST = dt.date(2026, 7, 1), dt.date(2026, 9, 30)
ZERO = Decimal("0.00")


class Ledger:
    """What a careful clerk would write down: lines, and the latest word of the bank on each payment."""

    def __init__(self):
        self.lines = {}
        self.payments = {}

    def balance(self):
        paid = failed = outstanding = over = ZERO
        for item, amount in self.lines.items():
            tries = [entry for entry in self.payments.values() if entry["item_no"] == item]
            came = sum((Decimal(e["amount"]) for e in tries if e["payment_status"] == "成功"), ZERO)
            last = max(tries, key=lambda entry: entry["paid_date"], default=None)
            rest = max(amount - came, ZERO)
            paid += min(amount, came)
            over += max(came - amount, ZERO)
            if last and last["payment_status"] == "失败":
                failed += rest
            else:
                outstanding += rest
        unlisted = sum(
            (
                Decimal(e["amount"])
                for e in self.payments.values()
                if e["item_no"] not in self.lines and e["payment_status"] == "成功"
            ),
            ZERO,
        )
        return len(self.lines), sum(self.lines.values(), ZERO), paid, failed, outstanding, over, unlisted


@pytest.mark.slow
def test_every_day_of_a_quarter(office):
    chance = random.Random(6)
    ledger = Ledger()
    most = [ZERO] * 7
    kids = [child(number, dt.date(2025, 1, 1) + dt.timedelta(days=number)) for number in range(1, 61)]
    office.deliver("household_register", FIRST.isoformat(), kids)
    lines, waiting, corrected = [], [], 0
    seen = set()
    day = FIRST
    while day <= LAST:
        text = day.isoformat()
        if day.day in (3, 20):
            new = [
                line(len(lines) + n, kid, "Y1", f"{chance.randint(100, 360000) / 100:.2f}")
                for n, kid in enumerate(chance.sample(kids, 25), start=1)
            ]
            office.deliver("benefit_list", text, new, part=f"list{day.month}{day.day}")
            lines += new
            waiting += new
            ledger.lines |= {item["item_no"]: Decimal(item["amount"]) for item in new}
        if day.day in (8, 16, 26) and waiting:
            batch = f"B{day:%m%d}"
            statuses = chance.choices(["成功", "失败", "处理中"], [80, 12, 8], k=len(waiting))
            sent = [
                payment(n, item, batch_no=batch, paid_date=day, payment_status=status)
                for n, (item, status) in enumerate(zip(waiting, statuses, strict=True))
            ]
            sent[0]["amount"] = f"{Decimal(sent[0]['amount']) + 1}"  # a cent and a yuan too many must show
            sent.append(payment(900, {**waiting[0], "item_no": "L-unknown"}, batch_no=batch, paid_date=day))
            half = len(sent) // 2
            if day.day == 8:  # the whole file, and once more under another name
                office.deliver("benefit_payment", text, sent, part="whole")
                office.deliver("benefit_payment", text, list(reversed(sent)), part="again")
                seen.add("twice")
            elif day.day == 16:  # in two parts that overlap by a line
                office.deliver("benefit_payment", text, sent[: half + 1], part="part1")
                office.deliver("benefit_payment", text, sent[half:], part="part2")
                seen.add("two parts")
            else:
                office.deliver("benefit_payment", text, sent, part="whole", mode="full")
            ledger.payments |= {(batch, entry["payment_no"]): entry for entry in sent}
            waiting = [item for item, status in zip(waiting, statuses, strict=True) if status == "失败"]
        if day.day in (11, 29):  # the bank corrects: pending ones are settled, some successes come back
            open_ones = [key for key, entry in ledger.payments.items() if entry["payment_status"] == "处理中"]
            bounced = [key for key, entry in ledger.payments.items() if entry["payment_status"] == "成功"][-3:]
            changed = {key: {**ledger.payments[key], "payment_status": "成功"} for key in open_ones}
            changed |= {key: {**ledger.payments[key], "payment_status": "失败"} for key in bounced}
            if changed:
                office.deliver("benefit_payment", text, list(changed.values()), part="corrected", mode="full")
                ledger.payments |= changed
                corrected += len(changed)
        office.run(text, "benefit_balance")
        found = office.rows(
            """select sum(lines), sum(listed), sum(paid), sum(failed), sum(outstanding), sum(overpaid), sum(unlisted)
               from benefit_balance"""
        )[0]
        if ledger.lines:
            assert found == ledger.balance(), day
            assert found[1] == found[2] + found[3] + found[4], day
            most = [max(pair) for pair in zip(most, found, strict=True)]
        day += dt.timedelta(days=1)
    assert seen == {"twice", "two parts"}
    assert corrected > 10
    assert all(amount > 0 for amount in most)  # every kind of money occurred


def test_a_payment_is_accounted_for_by_its_line_whatever_its_programme_is_called(office):
    kids = [child(number, dt.date(2025, 3, number)) for number in (1, 2)]
    lines = [line(number, kid, "Y1", "3600.00") for number, kid in enumerate(kids)]
    office.deliver("household_register", "2026-06-01", kids)
    office.deliver("benefit_list", "2026-06-01", lines)
    paid = [
        payment(1, {**lines[0], "programme_name": "惠民育儿款"}),
        payment(2, lines[1]),
        payment(3, {**lines[1], "item_no": "X"}),
    ]
    office.deliver("benefit_payment", "2026-06-01", paid)
    office.run("2026-06-30", "benefits")
    assert office.rows("select paid, unlisted from benefit_balance") == [(Decimal("7200.00"), Decimal("3600.00"))]
    (check,) = (entry for entry in read_suites()["benefit_balance"] if entry.name == "no_payment_is_lost")
    assert office.rows(check.unexpected.format(batch="benefit_balance")) == []
    office.rows("update benefit_balance set unlisted = unlisted - 0.01")
    assert office.rows(check.unexpected.format(batch="benefit_balance")) == [(1,)]


@pytest.mark.parametrize(
    ("taken_back", "expected"),
    [
        (None, ("3600.00", "-600.00", "0.00")),
        ("-600.00", ("3000.00", "0.00", "0.00")),
        ("600.00", ("3600.00", "-600.00", "600.00")),
    ],
)
def test_a_line_that_takes_back_is_no_money_that_the_bank_paid_beyond_the_list(office, taken_back, expected):
    kid = child(1, dt.date(2025, 3, 1))
    lines = [line(1, kid, "Y1", "3600.00"), line(2, kid, "Y1", "-600.00")]
    paid = [payment(1, lines[0])] + ([payment(2, lines[1], amount=taken_back)] if taken_back else [])
    office.deliver("household_register", "2026-06-01", [kid])
    office.deliver("benefit_list", "2026-06-01", lines)
    office.deliver("benefit_payment", "2026-06-01", paid)
    office.run("2026-06-30", "benefits")
    found = office.rows("select paid, outstanding, overpaid, listed = paid + failed + outstanding from benefit_balance")
    assert found == [(*map(Decimal, expected), True)]
    (check,) = (entry for entry in read_suites()["benefit_balance"] if entry.name == "no_payment_is_lost")
    assert office.rows(check.unexpected.format(batch="benefit_balance")) == []
