"""A town in extracts whose villages have so many times as many births, marriages and moves, handled just as well.

With each event comes what the office does for it: a request, a follow-up, a file, help, an invitation.

Four days: the moves are delivered, which villages have longer for; then everything else; some of it is corrected; what
was due later follows. Lists are handed over after the first two. On the last day the round is public in which the terms
of all births and cases are over.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from itertools import count
from pathlib import Path

from tests.integration.returned_lists import hand_out
from tests.integration.small_town import MAN, WOMAN, Person, SmallTown, citizen_id, write_rows
from tests.integration.whole_day import kept_day
from warehouse.home import Home

MOVED, DELIVERED, CORRECTED, DAY = (dt.date(2026, 11, day) for day in (9, 16, 20, 25))
# The first days on which those are born whose term is over in the round of 22 to 24 November, a day after its last; the
# 21st and the 22nd are a weekend.
_TO_REGISTER, _TO_CERTIFY = dt.date(2026, 10, 21), dt.date(2026, 11, 6)
_EARLY, _CERTIFIED_LATE = dt.timedelta(days=4), dt.timedelta(days=16)
_DUE, _ANSWER_TERM = dt.date(2026, 11, 23), dt.timedelta(days=7)
# Per village: of so many births to register, births to certify, marriages and moves each, so many are dealt with in
# time. A move counts for the village where the health registry still has the person; the police have them in the next.
EVENTS = 24
IN_TIME = {
    "370481105200": (19, 19, 19, 19),
    "370481105201": (19, 18, 18, 19),
    "370481105202": (18, 18, 18, 18),
    "370481105203": (18, 18, 17, 18),
    "370481105204": (8, 7, 7, 7),
    "370481105205": (6, 6, 6, 6),
}
# Names are characters far apart, so that no two people are taken for one.
_FIRST_CHARACTER, _STEP, _CHARACTERS = ord("一"), 13, 1597
_NO_FATHER = {"father_name": "", "father_id": ""}


class GrowingTown(SmallTown):
    """Names and numbers for thousands of people; `later` holds the rows of all days but DELIVERED, by day."""

    def __init__(self) -> None:
        super().__init__()
        self.later: dict[dt.date, dict[str, list[dict[str, str]]]] = defaultdict(lambda: defaultdict(list))
        self._people, self._adults = count(1), count(1)
        self._born: Counter[tuple[dt.date, str]] = Counter()

    def person(self, sex: str, birth: dt.date, household: str | None = None) -> Person:
        number = next(self._people)
        name = "".join(chr(_FIRST_CHARACTER + _STEP * (number * prime % _CHARACTERS)) for prime in (1, 7, 11))
        self._born[birth, sex] += 1
        return Person(
            number, name, sex, birth, citizen_id(birth, sex, self._born[birth, sex]), household or f"H{number:05d}"
        )

    def adult(self, sex: str) -> Person:
        """Somebody whose birthday is nobody else's."""
        return self.person(sex, dt.date(1970, 1, 1) + dt.timedelta(days=next(self._adults) * 5 % 9000))

    def postpone(self, registry: str, day: dt.date) -> None:
        """What was entered last becomes known on another day."""
        self.later[day][registry].append(self.rows[registry].pop())

    def correct(self, registry: str, **changes: str) -> None:
        """What was entered last is corrected in time."""
        self.later[CORRECTED][registry].append(self.rows[registry][-1] | changes)


def _birth(town: GrowingTown, village: str, place: int, born: dt.date, *, certified: bool, registered: bool) -> None:
    mother = town.adult(WOMAN)
    here = {"registered_village_code": village}
    town.household(mother, **here)
    town.health(mother, **here)
    child = town.person((MAN, WOMAN)[place % 2], born, mother.household)
    town.delivery(child, mother, mother, residence_village_code=village, **_NO_FATHER)
    issued = born + (_EARLY if certified else _CERTIFIED_LATE)
    number = town.certificate(
        child, mother, mother, mother_village_code=village, issued_date=issued.isoformat(), **_NO_FATHER
    )
    if not certified:
        town.postpone("birth_certificate", DAY)
    moved_in = born + _EARLY if registered else DAY
    town.household(child, moved_in_date=moved_in.isoformat(), **here)
    if not registered:
        town.postpone("household_register", DAY)
    town.health(child, mother_id=mother.id_number, birth_certificate_no=number, **here)


def _marriage(town: GrowingTown, village: str, *, corrected: bool) -> None:
    """The health registry does not know of it on his side."""
    man, woman = town.adult(MAN), town.adult(WOMAN)
    here = {"registered_village_code": village}
    married = {"marital_status": "21", "first_marriage_date": "2015-05-05"}
    for person in (man, woman):
        town.household(person, **here)
    town.health(woman, **here, **married, spouse_name=man.name, spouse_id=man.id_number)
    town.health(man, **here, marital_status="10")
    if corrected:
        town.correct("health_registry", **married, spouse_name=woman.name, spouse_id=woman.id_number)
    town.marriage(man, woman, "2015-05-05")


def _move(town: GrowingTown, village: str, other: str, *, corrected: bool) -> None:
    """The police know of it, the health registry does not."""
    person = town.adult(MAN)
    town.household(person, registered_village_code=village)
    town.health(person, registered_village_code=other)
    if corrected:
        town.correct("health_registry", registered_village_code=village)
    for registry in ("household_register", "health_registry"):
        town.postpone(registry, MOVED)


def _office(town: GrowingTown, village: str, number: int, *, done: tuple[bool, bool, bool, bool]) -> None:
    """What comes with an event: a request, a follow-up, a file and help, each due in the round public on DAY."""
    in_promise, told_once, followed_up, complete = done
    day, numbered = _DUE.isoformat(), f"{village}{number:04d}"
    rows = {
        "service_request": {
            "request_no": numbered, "matter_name": "生育登记", "channel": "窗口", "accepted_date": day,
            "promised_date": day, "done_date": (_DUE if in_promise else DAY).isoformat(),
            "one_time_notice": "是" if told_once else "否",
        },
        "follow_up": {
            "follow_up_no": numbered, "planned_date": (_DUE - _ANSWER_TERM).isoformat(),
            "done_date": day if followed_up else "", "satisfaction": "满意" if followed_up else "",
        },
        "archive_checklist": {"checklist_no": numbered, "due_date": day, "is_complete": "是" if complete else "否"},
        "hardship_help": {"help_no": numbered, "planned_date": day, "done_date": day if complete else ""},
    }  # fmt: skip
    for registry, row in rows.items():
        town.later[DAY][registry].append(row | {"village_code": village})


def growing_town(times: int, in_time: dict[str, tuple[int, int, int, int]] | None = None) -> GrowingTown:
    """The town with so many times as many events in every village, of which the same share is dealt with in time."""
    town = GrowingTown()
    shares = IN_TIME | (in_time or {})
    villages = list(shares)
    for place, village in enumerate(villages):
        registered, certified, married, moved = shares[village]
        for number in range(times * EVENTS):
            event = number % EVENTS
            day = dt.timedelta(days=number // 2 % 3)
            _birth(town, village, number, _TO_REGISTER + day, certified=True, registered=event < registered)
            _birth(town, village, number, _TO_CERTIFY + day, certified=event < certified, registered=True)
            _marriage(town, village, corrected=event < married)
            _move(town, villages[(place + 1) % len(villages)], village, corrected=event < moved)
            _office(town, village, number, done=(event < registered, event < certified, event < married, event < moved))
            if event >= certified:
                # Rows that cannot be read grow with what is delivered.
                town.health(town.adult(MAN), registered_village_code=village, birth_date="某日")
        invited = {"invited_count": times * EVENTS, "attended_count": times * registered, "declined_count": 0}
        town.later[DAY]["voluntary_round"].append(
            {
                "campaign_no": "Z1",
                "village_code": village,
                "invited_date": "2026-11-01",
                "closed_date": _DUE.isoformat(),
            }
            | {name: str(count) for name, count in invited.items()}
        )
    return town


def run_town(path: Path, town: GrowingTown) -> Home:
    """A home in which the town's days are run and published."""
    home = Home(path)
    days = {MOVED: town.later[MOVED], DELIVERED: town.rows, CORRECTED: town.later[CORRECTED], DAY: town.later[DAY]}
    for day, rows in days.items():
        write_rows(home.path, rows, f"{day}_{'full' if day == MOVED else 'changes'}")
        kept_day(home, day)
        if day in (MOVED, DELIVERED):
            hand_out(home, day)
    return home
