"""The childcare subsidy for every month of birth, worked out by hand.

A child born before 2025 gets 300 yuan for every month from January 2025 up to and including the month in which it turns
three; one born since then 3,600 yuan for each of its first three years.
"""

import datetime as dt
from decimal import Decimal

from tests.benefits.office import child

# month of birth: months in 2025, 2026, 2027, then the total in yuan
BY_HAND_BEFORE_2025 = {
    "2021-12": (0, 0, 0, 0),
    "2022-01": (1, 0, 0, 300),
    "2022-02": (2, 0, 0, 600),
    "2022-03": (3, 0, 0, 900),
    "2022-04": (4, 0, 0, 1200),
    "2022-05": (5, 0, 0, 1500),
    "2022-06": (6, 0, 0, 1800),
    "2022-07": (7, 0, 0, 2100),
    "2022-08": (8, 0, 0, 2400),
    "2022-09": (9, 0, 0, 2700),
    "2022-10": (10, 0, 0, 3000),
    "2022-11": (11, 0, 0, 3300),
    "2022-12": (12, 0, 0, 3600),
    "2023-01": (12, 1, 0, 3900),
    "2023-02": (12, 2, 0, 4200),
    "2023-03": (12, 3, 0, 4500),
    "2023-04": (12, 4, 0, 4800),
    "2023-05": (12, 5, 0, 5100),
    "2023-06": (12, 6, 0, 5400),
    "2023-07": (12, 7, 0, 5700),
    "2023-08": (12, 8, 0, 6000),
    "2023-09": (12, 9, 0, 6300),
    "2023-10": (12, 10, 0, 6600),
    "2023-11": (12, 11, 0, 6900),
    "2023-12": (12, 12, 0, 7200),
    "2024-01": (12, 12, 1, 7500),
    "2024-02": (12, 12, 2, 7800),
    "2024-03": (12, 12, 3, 8100),
    "2024-04": (12, 12, 4, 8400),
    "2024-05": (12, 12, 5, 8700),
    "2024-06": (12, 12, 6, 9000),
    "2024-07": (12, 12, 7, 9300),
    "2024-08": (12, 12, 8, 9600),
    "2024-09": (12, 12, 9, 9900),
    "2024-10": (12, 12, 10, 10200),
    "2024-11": (12, 12, 11, 10500),
    "2024-12": (12, 12, 12, 10800),
}
# month of birth: days on which the three years open (for a birth on the 15th), 3,600 yuan each, 10,800 in all
BY_HAND_SINCE_2025 = {
    "2025-01": ("2025-01-15", "2026-01-15", "2027-01-15"),
    "2025-02": ("2025-02-15", "2026-02-15", "2027-02-15"),
    "2025-03": ("2025-03-15", "2026-03-15", "2027-03-15"),
    "2025-04": ("2025-04-15", "2026-04-15", "2027-04-15"),
    "2025-05": ("2025-05-15", "2026-05-15", "2027-05-15"),
    "2025-06": ("2025-06-15", "2026-06-15", "2027-06-15"),
    "2025-07": ("2025-07-15", "2026-07-15", "2027-07-15"),
    "2025-08": ("2025-08-15", "2026-08-15", "2027-08-15"),
    "2025-09": ("2025-09-15", "2026-09-15", "2027-09-15"),
    "2025-10": ("2025-10-15", "2026-10-15", "2027-10-15"),
    "2025-11": ("2025-11-15", "2026-11-15", "2027-11-15"),
    "2025-12": ("2025-12-15", "2026-12-15", "2027-12-15"),
    "2026-01": ("2026-01-15", "2027-01-15", "2028-01-15"),
    "2026-02": ("2026-02-15", "2027-02-15", "2028-02-15"),
    "2026-03": ("2026-03-15", "2027-03-15", "2028-03-15"),
    "2026-04": ("2026-04-15", "2027-04-15", "2028-04-15"),
    "2026-05": ("2026-05-15", "2027-05-15", "2028-05-15"),
    "2026-06": ("2026-06-15", "2027-06-15", "2028-06-15"),
    "2026-07": ("2026-07-15", "2027-07-15", "2028-07-15"),
    "2026-08": ("2026-08-15", "2027-08-15", "2028-08-15"),
    "2026-09": ("2026-09-15", "2027-09-15", "2028-09-15"),
    "2026-10": ("2026-10-15", "2027-10-15", "2028-10-15"),
    "2026-11": ("2026-11-15", "2027-11-15", "2028-11-15"),
}


def births(months):
    return {month: dt.date.fromisoformat(f"{month}-15") for month in months}


def registered(office, months):
    """One child for each month of birth, in the household register; the month by the child's id number."""
    entries = {month: child(number, born) for number, (month, born) in enumerate(births(months).items(), start=1)}
    office.deliver("household_register", "2026-11-20", list(entries.values()), mode="full")
    return {entry["id_number"]: month for month, entry in entries.items()}


def due(office):
    return office.rows(
        """select person.id_number, due.period, due.opens_on, due.months, due.amount
           from benefit_due as due inner join person using (person_key) where due.programme = 'childcare_subsidy'
           and due.months > 0"""
    )


def test_there_are_sixty_months():
    months = [*BY_HAND_BEFORE_2025, *BY_HAND_SINCE_2025]
    assert len(months) == 60
    assert months[0] == "2021-12"
    assert months[-1] == "2026-11"


def test_months_and_amounts_of_births_before_2025(office):
    month_of = registered(office, BY_HAND_BEFORE_2025)
    office.run("2029-12-31", "benefits")
    found = {month: dict.fromkeys(("2025", "2026", "2027"), 0) | {"yuan": Decimal(0)} for month in BY_HAND_BEFORE_2025}
    for number, period, _, months, amount in due(office):
        found[month_of[number]][period] += months
        found[month_of[number]]["yuan"] += amount
    assert {month: tuple(values.values()) for month, values in found.items()} == {
        month: (*months, Decimal(total)) for month, (*months, total) in BY_HAND_BEFORE_2025.items()
    }


def test_months_and_amounts_of_births_since_2025(office):
    month_of = registered(office, BY_HAND_SINCE_2025)
    office.run("2029-12-31", "benefits")
    found = {}
    for number, period, opens_on, months, amount in sorted(due(office)):
        assert (months, amount) == (12, Decimal("3600.00")), period
        found.setdefault(month_of[number], []).append(opens_on.isoformat())
    assert {month: tuple(days) for month, days in found.items()} == BY_HAND_SINCE_2025


def test_only_periods_that_have_begun_are_due(office):
    month_of = registered(office, ["2021-12", "2022-01", "2023-12", "2024-12", "2025-11", "2025-12", "2026-11"])
    office.run("2026-11-24", "benefits")
    found = sorted((month_of[number], period, months) for number, period, _, months, _ in due(office))
    assert found == [
        ("2022-01", "2025", 1),
        ("2023-12", "2025", 12),
        ("2023-12", "2026", 12),
        ("2024-12", "2025", 12),
        ("2024-12", "2026", 12),
        ("2025-11", "Y1", 12),
        ("2025-11", "Y2", 12),
        ("2025-12", "Y1", 12),
        ("2026-11", "Y1", 12),
    ]
