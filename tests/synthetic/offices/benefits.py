"""Benefits as an office and a bank handle them, with the truth of every person and period.

Truth is worked out from the people: day of birth, where registered on which day, day of death, what the office did.
usable: the person's own records, and for a child its parents', carry no planted error, so that whoever reads the
registers can know who is meant and since when.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl

from tests.synthetic.calendar import date_of
from tests.synthetic.errors import Planted
from tests.synthetic.offices.files import KNOWN, Rows
from tests.synthetic.register import KNOWN as DAY_KNOWN
from tests.synthetic.register import ROW, Register
from tests.synthetic.world import World
from warehouse.parameters import calendar_days

CHILD, REWARD = "childcare_subsidy", "reward_assistance"
NAMES = {CHILD: "育儿补贴", REWARD: "奖励扶助"}
MONTH = Decimal("300.00")
REWARD_MONTH = Decimal("80.00")
DAY = dt.timedelta(days=1)
SCHEME_BEGINS, PRORATED_SINCE = dt.date(2025, 1, 1), dt.date(2022, 1, 1)
APPLICATIONS_BEGIN = dt.date(2025, 8, 15)
DECISION_WORKING_DAYS, PAYMENT_DAYS = 30, 92
# What the office or the bank does with a child's period, and how often.
_CHILD_FATES = (
    ("right", 0.82),
    ("over", 0.02),
    ("under", 0.02),
    ("twice", 0.02),
    ("failed", 0.02),
    ("repeated", 0.02),
    ("wrong_account", 0.02),
    ("never_listed", 0.03),
    ("late_line", 0.03),
)
_NOT_APPLIED, _REFUSED, _STILL_PENDING, _NOT_ENTITLED = 0.07, 0.01, 0.02, 0.02
_REWARD_FATES = (
    ("right", 0.86),
    ("twice", 0.03),
    ("elsewhere", 0.03),
    ("wrong_account", 0.03),
    ("failed", 0.02),
    ("left_out", 0.03),
)
_REWARD_SHARE, _REWARD_AGE = 0.12, 60
# A preliminary list is posted for a week, this long before the list that is paid; what comes later is posted by itself.
_POSTED_AHEAD, _POSTED_FOR = 20, 6
_UNDATED = 0.05  # of preliminary lines: nobody wrote down when they were to hang


@dataclass
class Benefits:
    """Registers' rows by registry, and the truth.

    truth: programme, period, subject, outcome, why, usable. posted: list_no, item_no, amount of every line that hangs
    out on the last day.
    """

    registers: dict[str, Rows]
    truth: pl.DataFrame
    posted: pl.DataFrame


@dataclass
class _Book:
    """The office's books as they are written."""

    world: World
    rng: np.random.Generator
    today: dt.date
    stays: _Stays
    applications: Rows = field(default_factory=list)
    lines: Rows = field(default_factory=list)
    payments: Rows = field(default_factory=list)
    truth: list[tuple[str, str, str, str, str | None, bool]] = field(default_factory=list)
    posted: list[tuple[str, str, Decimal]] = field(default_factory=list)
    items: int = 0

    def said(self, column: str, person: int) -> str:
        """What is true of one person."""
        return str(self.world.said[column][int(person)])

    def account(self) -> str:
        """A new account number."""
        return f"62170012{self.rng.integers(10**10, 10**11)}"

    def item(
        self, programme: str, person: int, period: str, amount: Decimal, on: dt.date, **more: Any
    ) -> dict[str, Any]:
        """What every list says of a person and period; `on` is the day of the list that is paid."""
        name = self.said("name", person)
        self.items += 1
        return {
            "item_no": f"L{self.items:07d}",
            "list_no": f"{programme[:2].upper()}-{on:%Y%m%d}",
            "programme_name": NAMES[programme],
            "period": period,
            "beneficiary_name": name,
            "beneficiary_id": self.said("id_number", person),
            "payee_name": name,
            "account_no": self.account(),
            "account_name": name,
            "amount": amount,
            "confirmed_date": on,
            **more,
        }

    def post(self, item: dict[str, Any], ready: dt.date) -> None:
        """Puts a line on a preliminary list, unless that lies in the future; it keeps its number."""
        on = item["confirmed_date"]
        begins = max(on - dt.timedelta(days=_POSTED_AHEAD), ready)
        ends = begins + dt.timedelta(days=_POSTED_FOR)
        if begins > self.today:
            return
        dated = self.rng.random() >= _UNDATED
        self.lines.append(
            {
                **item,
                "list_stage": "公示",
                "confirmed_date": None,
                "posted_from": begins if dated else None,
                "posted_to": ends if dated else None,
                KNOWN: begins,
            }
        )
        if dated and self.today <= ends:
            self.posted.append((item["list_no"], item["item_no"], item["amount"]))

    def confirm(self, item: dict[str, Any]) -> dict[str, Any]:
        """Puts a line on the list that is paid, unless that lies in the future."""
        line = {**item, "list_stage": "确认", KNOWN: item["confirmed_date"]}
        if item["confirmed_date"] <= self.today:
            self.lines.append(line)
        return line

    def line(
        self, programme: str, person: int, period: str, amount: Decimal, on: dt.date, **more: Any
    ) -> dict[str, Any]:
        """A line of a confirmed list that hung out nowhere before."""
        return self.confirm(self.item(programme, person, period, amount, on, **more))

    def pay(self, line: dict[str, Any], on: dt.date, status: str = "成功") -> None:
        """A payment of a line, unless it lies in the future."""
        if on <= self.today:
            self.payments.append(
                {
                    "payment_no": f"P{len(self.payments):07d}",
                    "batch_no": f"B{on:%Y%m%d}",
                    "programme_name": line["programme_name"],
                    "period": line["period"],
                    "item_no": line["item_no"],
                    "payee_name": line["account_name"],
                    "payee_id": line["beneficiary_id"],
                    "account_no": line["account_no"],
                    "amount": line["amount"],
                    "paid_date": on,
                    "payment_status": status,
                    "failure_reason": "账户状态异常" if status == "失败" else None,
                    KNOWN: on,
                }
            )


def _months(born: dt.date, year: int) -> int:
    """Months of a calendar year that a child born before 2025 is paid for: up to the month in which it turns three."""
    return sum(
        1
        for month in range(1, 13)
        if (born.year, born.month) < (year, month) and (year - born.year) * 12 + month - born.month <= 36
    )


def _birthday(born: dt.date, years: int) -> dt.date:
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return dt.date(born.year + years, 2, 28)


def child_periods(born: dt.date, today: dt.date) -> Iterator[tuple[str, dt.date, dt.date, Decimal]]:
    """Periods of a child that have begun: label, first day, last day, amount."""
    if born >= SCHEME_BEGINS:
        for year in range(3):
            opens = _birthday(born, year)
            if opens <= today:
                yield f"第{year + 1}年", opens, _birthday(born, year + 1) - dt.timedelta(days=1), 12 * MONTH
    elif born >= PRORATED_SINCE:
        for year in range(SCHEME_BEGINS.year, today.year + 1):
            if months := _months(born, year):
                yield f"{year}年", dt.date(year, 1, 1), dt.date(year, 12, 31), months * MONTH


def _label(period: str) -> str:
    return f"Y{period[1]}" if period.startswith("第") else period[:4]


# Since when registered (long ago for a birth), until when, and when it became known.
Stay = tuple[dt.date, dt.date | None, dt.date]


class _Stays:
    """Where each person is registered, as offices know it: looked up person by person."""

    def __init__(self, world: World) -> None:
        self._last_day = world.last_day
        self._codes = world.villages["village_code"].to_list()
        entries = world.residence.entries.filter(pl.col("since") <= world.last_day).sort("person", "since")
        self._columns = {name: entries[name].to_numpy() for name in ("since", "until", "cancelled", "born_into")}
        self._village = entries["village"].to_numpy()
        # The entries of person n stand from place begins[n] up to begins[n + 1].
        self._begins = np.searchsorted(entries["person"].to_numpy(), np.arange(len(world.said) + 1))

    def __contains__(self, person: int) -> bool:
        return bool(self._begins[person + 1] > self._begins[person])

    def _entries(self, person: int) -> slice:
        return slice(self._begins[person], self._begins[person + 1])

    def of(self, person: int) -> list[Stay]:
        """Since when registered (long ago for a birth), until when, and when it became known."""
        own = self._entries(person)
        found = []
        for since, until, cancelled, born_into in zip(
            *(it[own].tolist() for it in self._columns.values()), strict=True
        ):
            end = min(until, cancelled)
            starts = dt.date(1900, 1, 1) if born_into else date_of(since)
            found.append((starts, date_of(end) if end <= self._last_day else None, date_of(since)))
        return found

    def village(self, person: int) -> str:
        """The village in which somebody was registered last."""
        return self._codes[self._village[self._entries(person)][-1]]

    def death(self, person: int) -> dt.date | None:
        """The day of deregistration of somebody who died: what the police tell, and what offices go by."""
        days = self._columns["cancelled"][self._entries(person)]
        return next((date_of(day) for day in days.tolist() if day <= self._last_day), None)


def _disturbed(registers: Mapping[str, Register], planted: Planted) -> set[int]:
    """Persons with an error in the household register, or a child with one on its certificate."""
    found: set[int] = set()
    log = planted.log.filter(pl.col("rule_code").is_not_null())
    for registry in ("household_register", "birth_certificate"):
        rows = log.filter(pl.col("registry") == registry)[ROW].unique()
        records = registers[registry].records
        touched = records.filter(pl.col(ROW).is_in(rows.implode()))
        found |= set(touched["_person"].to_list())
    numbers = registers["household_register"].records.select("id_number", "_person")
    shared = numbers.filter(pl.col("id_number").is_duplicated()).unique()
    found |= set(shared.filter(pl.col("id_number").is_duplicated())["_person"].to_list())
    return found


def _list_day(after: dt.date, late: bool = False) -> dt.date:
    """The next quarterly list: the 10th of March, June, September or December."""
    year, month = after.year, after.month
    while True:
        if month % 3 == 0 and (day := dt.date(year, month, 10)) >= after:
            return day if not late else _list_day(day + dt.timedelta(days=1))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def _draw(rng: np.random.Generator, fates: tuple[tuple[str, float], ...]) -> str:
    names, weights = zip(*fates, strict=True)
    return str(rng.choice(names, p=np.array(weights) / sum(weights)))


def _registered(stays: list[Stay], day: dt.date) -> bool:
    return any(since <= day and (until is None or until > day) for since, until, _ in stays)


def _one_child(book: _Book, person: int, born: dt.date, stays: list, died: dt.date | None, usable: bool) -> None:
    world, rng, today = book.world, book.rng, book.today
    number = book.said("id_number", person)
    registered_on = min(known for _, _, known in stays)
    first = max(APPLICATIONS_BEGIN, registered_on + dt.timedelta(days=5), born + dt.timedelta(days=5))
    day = first + dt.timedelta(days=int(rng.integers(0, 60)))
    moved_in = min(since for since, _, _ in stays)
    nobody_asks = rng.random() < _NOT_APPLIED or day > today or not _registered(stays, day) or (died and day >= died)
    applied = None if nobody_asks else day
    fate = "approved"
    if applied:
        draw = rng.random()
        fate = "refused" if draw < _REFUSED else "pending" if draw < _REFUSED + _STILL_PENDING else "approved"
        decided = applied + dt.timedelta(days=int(rng.integers(3, 30)))
        if decided > today:
            fate = "pending"
        book.applications.append(
            {
                "application_no": f"A{len(book.applications):07d}",
                "village_code": book.stays.village(person),
                "programme_name": NAMES[CHILD],
                "applicant_name": book.said("name", world.town.people.mother[person]),
                "applicant_id": book.said("id_number", world.town.people.mother[person]),
                "beneficiary_name": book.said("name", person),
                "beneficiary_id": number,
                "applied_date": applied,
                "decision": {"approved": "通过", "refused": "不通过", "pending": "待审核"}[fate],
                "decided_date": None if fate == "pending" else decided,
                "telephone": f"13{rng.integers(10**8, 10**9)}",
                KNOWN: max(applied, decided) if fate != "pending" else applied,
            }
        )
    for period, opens, ends, amount in child_periods(born, today):
        outcome: str = "missed"
        why: str | None = "not_applied"
        decides = max(opens, applied or min(today, ends))
        decides = min(decides, died - dt.timedelta(days=1)) if died else decides
        if (died and died < opens) or not _registered(stays, decides):
            continue
        if died and not period.startswith("第"):
            year = int(period[:4])
            months = _months(born, year) if died.year > year else min(_months(born, year), died.month)
            amount = months * MONTH  # noqa: PLW2901
            if died.year < year:
                continue
        if applied is None:
            if moved_in > opens or not _registered(stays, opens):
                outcome, why = "undetermined", "moved_in"
        elif fate == "refused":
            why = "refused"
        elif fate == "pending":
            late = sum(day.working for day in calendar_days(applied, today - DAY)[1:]) >= DECISION_WORKING_DAYS
            outcome, why = ("missed", "decision_late") if late else ("undetermined", "deciding")
        else:
            outcome, why = _listed(book, person, period, max(decided, opens), amount, book.applications[-1])
        book.truth.append((CHILD, _label(period), number, outcome, why, usable))


def _listed(
    book: _Book, person: int, period: str, ready: dt.date, amount: Decimal, application: dict[str, Any]
) -> tuple[str, str | None]:
    """Posts, lists and pays a child's period, rightly or not; returns outcome and why."""
    today = book.today
    fate = _draw(book.rng, _CHILD_FATES)
    on = _list_day(ready)
    own = {name: application[name] for name in ("application_no", "village_code")}
    item = book.item(CHILD, person, period, amount, on, **own)
    # Of the lines that are never listed every second one hung out and was dropped from the list that is paid.
    if fate != "never_listed" or book.rng.random() < 0.5:
        book.post(item, ready)
    if fate == "never_listed" or on > today:
        late = ready + dt.timedelta(days=PAYMENT_DAYS) < today
        return ("missed", "not_listed") if late else ("undetermined", "to_be_listed")
    # Between the lists an amount or an account is written wrongly.
    listed = amount + {"over": MONTH, "under": -MONTH / 2}.get(fate, Decimal(0))
    wrong = {"account_name": "王守业"} if fate == "wrong_account" else {}
    line = book.confirm({**item, "amount": listed, **wrong})
    if fate == "late_line":
        late = on + dt.timedelta(days=PAYMENT_DAYS) < today
        return ("missed", "payment_late") if late else ("undetermined", "to_be_paid")
    return _paid(book, person, fate, line, amount)


def _paid(book: _Book, person: int, fate: str, line: dict[str, Any], amount: Decimal) -> tuple[str, str | None]:
    """Pays a line ten days after its list, and what goes wrong with it."""
    on = line["confirmed_date"] + dt.timedelta(days=10)
    again = on + dt.timedelta(days=30)
    book.pay(line, on, "失败" if fate in ("failed", "repeated") else "成功")
    if on > book.today:
        return "undetermined", "to_be_paid"
    if fate == "twice":
        book.pay(book.line(CHILD, person, line["period"], amount, line["confirmed_date"]), on)
    elif fate == "repeated" and again <= book.today:
        book.pay(line, again)
    else:
        fate = "failed" if fate == "repeated" else fate
    return {
        "right": ("paid_right", None),
        "repeated": ("paid_right", None),
        "failed": ("missed", "payment_failed"),
        "twice": ("paid_wrong", "over"),
    }.get(fate, ("paid_wrong", fate))


def _reward(book: _Book, disturbed: set[int]) -> None:
    """Two years of reward assistance: confirmed in April, paid in May."""
    world, rng, today = book.world, book.rng, book.today
    born = world.town.people.born
    old = world.first_day - int(_REWARD_AGE * 365.2425)
    for person in np.flatnonzero(born < old).tolist():
        if person not in book.stays or rng.random() > _REWARD_SHARE:
            continue
        entries = book.stays.of(person)
        dead = book.stays.death(person)
        if dead and dead.year < today.year - 1:
            continue
        here = _registered(entries, today)
        left = None if here or dead else max((until for _, until, _ in entries if until), default=None)
        number = book.said("id_number", person)
        usable = person not in disturbed
        fate = _draw(rng, _REWARD_FATES)
        for year in (today.year - 1, today.year):
            if dt.date(year, 4, 20) > today:
                continue
            alive = dead is None or dead >= dt.date(year, 1, 1)
            if fate != "left_out" or year < today.year:
                outcome, why = _reward_year(book, person, year, fate, dead, left)
            elif here and alive:
                outcome, why = "missed", "left_out"
            else:
                continue
            book.truth.append((REWARD, str(year), number, outcome, why, usable))


def _reward_year(
    book: _Book, person: int, year: int, fate: str, dead: dt.date | None, left: dt.date | None
) -> tuple[str, str | None]:
    """Lists and pays one year of a confirmed person, rightly or not; returns outcome and why."""
    on, period = dt.date(year, 4, 20), f"{year}年"
    whole = 12 * REWARD_MONTH
    months = 12 if dead is None or dead.year > year else dead.month if dead.year == year else 0
    due = months * REWARD_MONTH
    line = book.line(
        REWARD, person, period, whole, on, **({"account_name": "赵守业"} if fate == "wrong_account" else {})
    )
    book.pay(line, on + dt.timedelta(days=30), "失败" if fate == "failed" else "成功")
    paid = Decimal(0) if fate == "failed" else whole
    if fate == "twice":
        book.pay(book.line(REWARD, person, period, whole, on), on + dt.timedelta(days=30))
        paid *= 2
    if fate == "elsewhere":
        book.line(REWARD, person, period, whole, on, area_code="370481106")
        return "undetermined", "listed_elsewhere"
    if fate == "wrong_account":
        return "paid_wrong", fate
    if left and left < dt.date(year, 1, 1):
        return "undetermined", "moved_out"
    if paid > due:
        return "paid_wrong", "over" if due else "not_entitled"
    if due == 0:
        return "undetermined", "listed_without_claim"
    return ("paid_right", None) if paid else ("missed", "payment_failed")


def _unregistered(book: _Book, registers: Mapping[str, Register], disturbed: set[int]) -> None:
    """Children who have a certificate and a mother from here, and whom nobody has entered in a household yet."""
    world = book.world
    here = set(world.villages["village_code"].to_list())
    certificates = registers["birth_certificate"].records.filter(pl.col(DAY_KNOWN) <= world.last_day)
    columns = ("_person", "_mother", "certificate_no", "mother_village_code")
    for person, mother, number, village in certificates.select(columns).iter_rows():
        usable = not ({person, mother} & disturbed)
        if not usable:
            book.truth.append((CHILD, "-", number, "undetermined", None, False))
        if person in book.stays or village not in here:
            continue
        for period, _, _, _ in child_periods(date_of(world.town.people.born[person]), book.today):
            book.truth.append((CHILD, _label(period), number, "undetermined", "not_registered", usable))


def simulate(world: World, registers: Mapping[str, Register], planted: Planted) -> Benefits:
    """Benefit registers and their truth up to the last day."""
    people = world.town.people
    today = date_of(world.last_day)
    book = _Book(world, world.stream("benefits"), today, _Stays(world))
    disturbed = _disturbed(registers, planted)
    first = (PRORATED_SINCE - dt.date(1970, 1, 1)).days
    for person in np.flatnonzero((people.born >= first - 200) & (people.born <= world.last_day)).tolist():
        if person not in book.stays:
            continue
        born = date_of(people.born[person])
        family = {person, int(people.mother[person]), int(people.father[person])}
        usable = not (family & disturbed)
        if born < PRORATED_SINCE:
            if book.rng.random() < _NOT_ENTITLED * 5:
                line = book.line(CHILD, person, "2025年", MONTH, dt.date(2025, 12, 10))
                book.pay(line, dt.date(2025, 12, 20))
                number = book.said("id_number", person)
                book.truth.append((CHILD, "2025", number, "paid_wrong", "not_entitled", usable))
            continue
        _one_child(book, person, born, book.stays.of(person), book.stays.death(person), usable)
    _reward(book, disturbed)
    _unregistered(book, registers, disturbed)
    # Numbers that stand wrongly in the household register, or on two people, name nobody who could be measured.
    police = registers["household_register"].records
    wrong = pl.concat(
        [
            planted.slips["household_register"].filter(pl.col("field") == "id_number")["value"],
            police.filter(pl.col("_person").is_in(sorted(disturbed)))["id_number"],
        ]
    )
    wrong = wrong.drop_nulls().unique()
    book.truth += [(CHILD, "-", number, "undetermined", None, False) for number in wrong.sort()]
    truth = pl.DataFrame(
        book.truth,
        schema={
            "programme": pl.String,
            "period": pl.String,
            "subject": pl.String,
            "outcome": pl.String,
            "why": pl.String,
            "usable": pl.Boolean,
        },
        orient="row",
    )
    registers_ = {
        "benefit_application": book.applications,
        "benefit_list": book.lines,
        "benefit_payment": book.payments,
    }
    posted = pl.DataFrame(
        book.posted,
        schema={"list_no": pl.String, "item_no": pl.String, "amount": pl.Decimal(14, 2)},
        orient="row",
    )
    return Benefits(registers_, truth, posted)
