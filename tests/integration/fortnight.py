"""Five villages, fourteen days, five kinds of clerk; extracts change as clerks and police correct them, rightly or not.

Everything is a function of the seed: who differs how, what the documents say, and what each clerk does and when.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import numpy as np

from assets.cases import lists
from tests.integration.days import HOUSEHOLD
from tests.integration.extracts import HEALTH, inbox, write_csv
from tests.integration.returned_lists import WORDS, bring_back, fill, rows_of
from tests.integration.whole_day import kept_day
from warehouse.catalogue import catalogue
from warehouse.engines.duckdb_engine import connect
from warehouse.home import Home
from warehouse.normalise.citizen_id import check_characters

FIRST, DAYS, CASES = dt.date(2026, 11, 2), 14, 40
VILLAGES = {
    "370481105200": "quick",
    "370481105201": "slow",
    "370481105203": "careless",
    "370481105204": "gaming",
    "370481105205": "late",
}
# Slow is honest and in time, late is honest and answers everything after the term.
ANSWERS_AFTER = {"quick": 1, "slow": 4, "careless": 2, "gaming": 1, "late": 9}
POLICE_AFTER = 2  # days from a village's report to the police's correction
RECHECKS_ON = (7, 12)  # days of the fortnight on which re-checks are drawn; the first is the lists' due day
GIVEN, WRONG_GIVEN = "甲乙丙丁戊己庚辛壬癸", "梅兰竹菊松柏桃李杏梨"
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"


@dataclass
class Person:
    """What the documents say, what the two registries say, and since when a case of hers is on the village's list."""

    code: str
    village: str
    number: str
    birth_date: str
    true_name: str
    health_name: str
    household_name: str
    listed_on: dt.date | None = None
    settled: bool = False


@dataclass
class Town:
    """The people, and corrections that are on their way into a registry."""

    seed: int
    people: list[Person] = field(default_factory=list)
    coming: list[tuple[dt.date, Person, str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        chance = random.Random(self.seed)
        for village in VILLAGES:
            for place in range(CASES):
                birth_date = dt.date(1960, 1, 1) + dt.timedelta(days=chance.randrange(15_000))
                self.people.append(self._person(village, place, birth_date, chance))

    def _person(self, village: str, place: int, birth_date: dt.date, chance: random.Random) -> Person:
        head = f"370481{birth_date:%Y%m%d}{len(self.people):03d}"
        digits = np.array([[int(character) for character in head]])
        number = head + chr(check_characters(digits)[0])
        true = SURNAMES[place % len(SURNAMES)] + GIVEN[place % 10] + GIVEN[(place // 10 + int(village[-1])) % 10]
        wrong = true[:2] + WRONG_GIVEN[chance.randrange(10)]
        # In three of ten cases it is the police register that is wrong: who copies it blindly makes an error.
        health, household = (true, wrong) if chance.random() < 0.3 else (wrong, true)
        return Person(f"R{len(self.people)}", village, number, birth_date.isoformat(), true, health, household)

    def correct(self, day: dt.date) -> None:
        """Corrections whose day has come enter their registry."""
        for due, person, registry, value in self.coming:
            if due == day:
                setattr(person, f"{registry}_name", value)

    def deliver(self, home: Home, day: dt.date) -> None:
        """The day's full extracts of both registries."""
        health = [[p.code, p.health_name, "", p.birth_date, p.number, p.village] for p in self.people]
        household = [["H" + p.code, p.household_name, "", p.birth_date, p.number, p.village] for p in self.people]
        write_csv(inbox(home.path, "health_registry", f"{day}_full.csv"), [HEALTH, *health])
        write_csv(inbox(home.path, "household_register", f"{day}_full.csv"), [HOUSEHOLD, *household])


def _answer(kind: str, person: Person, chance: random.Random) -> tuple[str, str]:
    """The reply and the corrected value that a clerk of a kind gives."""
    honest = kind in ("quick", "slow", "late") or (kind == "careless" and chance.random() > 0.4)
    if not honest:
        return "health_wrong", person.household_name
    return ("health_wrong" if person.household_name == person.true_name else "other_wrong"), person.true_name


def instant(day: dt.date) -> dt.datetime:
    """Noon of a day."""
    return dt.datetime.combine(day, dt.time(4), dt.UTC)


@dataclass
class Fortnight:
    """The fourteen days on a home."""

    home: Home
    folder: Path
    town: Town

    @property
    def days(self) -> list[dt.date]:
        """The days, in order."""
        return [FIRST + dt.timedelta(days=place) for place in range(DAYS)]

    def run_day(self, day: dt.date) -> None:
        """Morning: what clerks answered comes back. Then extracts, the run, and the lists for the village."""
        self.town.correct(day)
        self._clerks(day)
        self.town.deliver(self.home, day)
        kept_day(self.home, day)
        self._hand_over(day)

    def _person(self, row: dict[str, str]) -> Person:
        """Whom a row of a list is about: the last four digits, which are shown, tell all apart here."""
        [person] = [p for p in self.town.people if p.number.endswith(row["身份号码"][-4:])]
        return person

    def _clerks(self, day: dt.date) -> None:
        for village, kind in VILLAGES.items():
            listed = day - dt.timedelta(days=ANSWERS_AFTER[kind])
            path = self.home.worklists / listed.isoformat() / f"{village}.xlsx"
            if not path.exists():
                continue
            answers = {}
            for number, row in enumerate(rows_of(path), start=1):
                person = self._person(row)
                if person.settled:
                    continue
                chance = random.Random(f"{self.town.seed}|{person.code}")
                reply, value = _answer(kind, person, chance)
                answers[number] = {"reply": WORDS[reply], "corrected": value, "answered_on": day.isoformat()}
                person.settled = True
                registry, wait = ("health", 0) if reply == "health_wrong" else ("household", POLICE_AFTER)
                self.town.coming.append((day + dt.timedelta(days=wait), person, registry, value))
                if not wait:
                    setattr(person, f"{registry}_name", value)
            if answers:
                returned = fill(path, self.folder / f"{day}_{village}.xlsx", answers)
                bring_back(self.home, returned, on=day)

    def _hand_over(self, day: dt.date) -> None:
        with connect(self.home.private_database, read_only=True) as connection:
            writer = lists.writer(self.home, catalogue(None), connection, day, instant(day))
            lists.write_lists(writer, connection)
            if (day - FIRST).days in RECHECKS_ON:
                drawn = lists.write_recheck(writer, connection)
                if drawn:
                    self._recheck(drawn.path, day)

    def _recheck(self, path: Path, day: dt.date) -> None:
        """The inspector looks at the document and writes what it says, on the following day."""
        answers = {}
        rows = rows_of(path)
        villages = [row["村"] for row in rows]
        assert len([village for village, _ in groupby(villages)]) == len(set(villages)), "one round of visits"
        for number, row in enumerate(rows, start=1):
            person = self._person(row)
            answers[number] = {"reply": WORDS["seen"], "corrected": person.true_name, "source_seen": "户口簿"}
        filled = fill(path, self.folder / f"{day}_recheck.xlsx", answers)
        bring_back(self.home, filled, on=day + dt.timedelta(days=1))
