"""A town of some sixty people written by hand: every rule fires in it, once for a man and once for a woman.

All that identifies a person carries a mark that occurs nowhere else, so that a test can look for it anywhere: every
name and address begins with NAME_MARK, every id number with AREA_MARK, every registry number with NUMBER_MARK.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from tests.integration.extracts import inbox, write_csv
from warehouse.catalogue import catalogue

DAY = dt.date(2026, 11, 2)
NAME_MARK, AREA_MARK, NUMBER_MARK = "仉龘", "379010", "ZQXJVK"
HOME_VILLAGE, OTHER_VILLAGE = "370481105200", "370481105201"
MAN, WOMAN = "1", "2"
SEXES = (MAN, WOMAN)
LAYOUTS = catalogue().layouts
_GIVEN = "子丑寅卯辰巳午未申酉戌亥甲乙丙丁戊己庚辛壬癸"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def citizen_id(birth: dt.date, sex: str, place: int) -> str:
    """An id number of GB 11643 with a right check character; `place` keeps people of one day apart."""
    sequence = 100 + 2 * place + (1 if sex == MAN else 0)
    digits = f"{AREA_MARK}{birth:%Y%m%d}{sequence:03d}"
    remainder = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True)) % 11
    return digits + "10X98765432"[remainder]


def with_wrong_check(number: str) -> str:
    """The number with a check character that cannot be right."""
    return number[:-1] + ("0" if number[-1] != "0" else "1")


@dataclass(frozen=True)
class Person:
    """Somebody as the documents have it."""

    number: int
    name: str
    sex: str
    birth: dt.date
    id_number: str
    household: str


@dataclass
class SmallTown:
    """Rows of each registry, by column code; `heading` of the layout is added when they are written."""

    rows: dict[str, list[dict[str, str]]] = field(default_factory=lambda: defaultdict(list))
    _numbers: count = field(default_factory=lambda: count(1))

    def person(self, sex: str, birth: dt.date, household: str | None = None) -> Person:
        number = next(self._numbers)
        name = NAME_MARK + _GIVEN[number % len(_GIVEN)] + _GIVEN[number // len(_GIVEN)]
        return Person(
            number, name, sex, birth, citizen_id(birth, sex, number), household or f"{NUMBER_MARK}-H{number:03d}"
        )

    def adult(self, sex: str) -> Person:
        return self.person(sex, dt.date(1985, 3, 7))

    def number(self, kind: str) -> str:
        return f"{NUMBER_MARK}-{kind}{next(self._numbers):03d}"

    def health(self, person: Person, **changes: str) -> str:
        code = self.number("R")
        self.rows["health_registry"].append(
            {
                "person_code": code,
                "name": person.name,
                "sex": person.sex,
                "birth_date": person.birth.isoformat(),
                "id_number": person.id_number,
                "registered_village_code": HOME_VILLAGE,
                "residence_village_code": HOME_VILLAGE,
            }
            | changes
        )
        return code

    def household(self, person: Person, **changes: str) -> None:
        self.rows["household_register"].append(
            {
                "household_no": person.household,
                "head_name": person.name,
                "name": person.name,
                "sex": person.sex,
                "birth_date": person.birth.isoformat(),
                "id_number": person.id_number,
                "registered_village_code": HOME_VILLAGE,
                "address": f"{NAME_MARK}巷{person.number}号",
                "moved_in_date": "2001-01-01",
            }
            | changes
        )

    def both(self, person: Person, **health_changes: str) -> None:
        """In the household register as documented, in the health registry with changes."""
        self.household(person)
        self.health(person, **health_changes)

    def marriage(self, man: Person, woman: Person, day: str, event: str = "结婚登记") -> None:
        self.rows["marriage_register"].append(
            {
                "certificate_no": self.number("J"),
                "event_type": event,
                "event_date": day,
                "authority": "滕州市民政局",
                "husband_name": man.name,
                "husband_id": man.id_number,
                "husband_place": f"{NAME_MARK}里",
                "wife_name": woman.name,
                "wife_id": woman.id_number,
                "wife_place": f"{NAME_MARK}里",
            }
        )

    def delivery(self, child: Person, mother: Person, father: Person, **changes: str) -> None:
        self.rows["hospital_delivery"].append(
            {
                "delivery_no": self.number("F"),
                "facility": "滕州市中心人民医院",
                "mother_name": mother.name,
                "mother_id": mother.id_number,
                "birth_date": child.birth.isoformat(),
                "sex": child.sex,
                "plurality": "1",
                "birth_order": "1",
                "father_name": father.name,
                "father_id": father.id_number,
                "residence_village_code": HOME_VILLAGE,
            }
            | changes
        )

    def certificate(self, child: Person, mother: Person, father: Person, **changes: str) -> str:
        number = self.number("C")
        self.rows["birth_certificate"].append(
            {
                "certificate_no": number,
                "name": child.name,
                "sex": child.sex,
                "birth_date": child.birth.isoformat(),
                "mother_name": mother.name,
                "mother_id": mother.id_number,
                "mother_village_code": HOME_VILLAGE,
                "father_name": father.name,
                "father_id": father.id_number,
                "issued_date": (child.birth + dt.timedelta(days=5)).isoformat(),
            }
            | changes
        )
        return number

    def floating(self, person: Person, **changes: str) -> None:
        self.rows["floating_population"].append(
            {
                "registration_no": self.number("L"),
                "name": person.name,
                "sex": person.sex,
                "id_number": person.id_number,
                "residence_village_code": HOME_VILLAGE,
                "flow_type": "流入",
                "arrived_date": "2024-05-01",
                "registered_date": "2024-05-03",
            }
            | changes
        )


def _people(town: SmallTown, sex: str) -> None:
    """Errors about one person, whose sex does not matter."""
    town.both(town.adult(sex))
    town.both(person := town.adult(sex), id_number=with_wrong_check(person.id_number))  # ID_FORMAT
    town.both(town.adult(sex), birth_date="1985-07-03")  # ID_BIRTH_DATE, BIRTH_DATE_DIFFERS
    town.both(town.adult(sex), sex=WOMAN if sex == MAN else MAN)  # ID_SEX, SEX_DIFFERS
    town.both(first := town.adult(sex))  # ID_SHARED, with the next
    town.health(town.person(sex, dt.date(1990, 1, 2)), id_number=first.id_number)
    town.both(person := town.adult(sex))  # DUPLICATE_RECORD, with the next
    town.health(person)
    town.household(town.adult(sex))  # PERSON_OMITTED
    town.household(town.person(sex, dt.date(2015, 8, 8)))  # BIRTH_OMITTED
    town.both(person := town.adult(sex), name=f"{person.name[:3]}误")  # NAME_DIFFERS
    town.both(town.adult(sex), registered_village_code=OTHER_VILLAGE)  # VILLAGE_DIFFERS
    town.household(person := town.adult(sex), cancelled_date="2025-02-01", cancelled_reason="死亡")
    town.health(person)  # DEREGISTERED_ACTIVE
    town.both(person := town.adult(sex))
    town.floating(person, name=f"{person.name[:3]}异")


def _couple(town: SmallTown, man_changes: dict[str, str], woman_changes: dict[str, str]) -> tuple[Person, Person]:
    """A couple married in 2015, recorded rightly but for the changes."""
    man, woman = town.adult(MAN), town.adult(WOMAN)
    right = {"marital_status": "21", "first_marriage_date": "2015-05-05"}
    town.both(man, **(right | {"spouse_name": woman.name, "spouse_id": woman.id_number} | man_changes))
    town.both(woman, **(right | {"spouse_name": man.name, "spouse_id": man.id_number} | woman_changes))
    town.marriage(man, woman, "2015-05-05")
    return man, woman


def _couples(town: SmallTown) -> None:
    """Errors about marriages, each once on his record and once on hers."""
    _couple(town, {}, {})
    for changes in (
        {"marital_status": "10", "first_marriage_date": "", "spouse_name": "", "spouse_id": ""},  # MARRIAGE_OMITTED
        {"marital_status": "40"},  # MARITAL_STATUS_DIFFERS
        {"first_marriage_date": "2016-06-06"},  # MARRIAGE_DATE_DIFFERS
        {"spouse_id": "", "spouse_name": ""},  # SPOUSE_DIFFERS
        {"spouse_id": citizen_id(dt.date(1980, 1, 1), MAN, 1)},  # SPOUSE_DIFFERS
    ):
        _couple(town, changes, {})
        _couple(town, {}, changes)
    divorced = {"marital_status": "21"}
    man, woman = _couple(town, divorced, divorced)
    town.marriage(man, woman, "2020-07-07", "离婚登记")  # MARITAL_STATUS_DIFFERS, both


def _births(town: SmallTown, sex: str) -> None:
    """Errors about newborns of either sex."""
    father, mother = _couple(town, {}, {})
    day = dt.date(2019, 9, 9) if sex == MAN else dt.date(2018, 4, 4)

    def child(born: dt.date) -> Person:
        return town.person(sex, born, mother.household)

    right = child(day)
    number = town.certificate(right, mother, father)
    town.delivery(right, mother, father)
    town.both(right, mother_id=mother.id_number, father_id=father.id_number, birth_certificate_no=number)
    blank = child(day + dt.timedelta(days=400))
    number = town.certificate(blank, mother, father)
    town.both(blank, id_number="", mother_id=mother.id_number, birth_certificate_no=number)  # ID_DIFFERS
    for parent in ("mother_id", "father_id"):  # PARENT_DIFFERS, once each
        doubted = child(day + dt.timedelta(days=800 if parent == "mother_id" else 1200))
        number = town.certificate(doubted, mother, father)
        parents = {"mother_id": mother.id_number, "father_id": father.id_number}
        other = citizen_id(dt.date(1979, 2, 2), WOMAN if parent == "mother_id" else MAN, 3)
        town.both(doubted, **(parents | {parent: other, "birth_certificate_no": number}))
    town.delivery(child(DAY - dt.timedelta(days=60)), mother, father)  # BIRTH_NO_CERTIFICATE
    other_father, other_mother = _couple(town, {}, {})
    unregistered = town.person(sex, DAY - dt.timedelta(days=70), other_mother.household)
    town.certificate(unregistered, other_mother, other_father)  # BIRTH_NOT_REGISTERED, BIRTH_OMITTED
    town.delivery(unregistered, other_mother, other_father)


def small_town() -> SmallTown:
    """The town: the same every time."""
    town = SmallTown()
    for sex in SEXES:
        _people(town, sex)
        _births(town, sex)
    _couples(town)
    return town


def write_town(home: Path, town: SmallTown, day: dt.date = DAY, extra: dict[str, str] | None = None) -> None:
    """Writes full extracts of every registry into a home's inbox; `extra` adds columns by heading with one value."""
    write_rows(home, town.rows, f"{day}_full", extra)


def write_rows(
    home: Path, found: dict[str, list[dict[str, str]]], name: str, extra: dict[str, str] | None = None
) -> None:
    """Writes rows by registry as extracts of one name into a home's inbox; `extra` as in write_town."""
    extra = extra or {}
    for registry, rows in found.items():
        columns = LAYOUTS[registry].columns
        table = [[*(column.headings[0] for column in columns.values()), *extra]]
        table += [[*(row.get(column, "") for column in columns), *extra.values()] for row in rows]
        write_csv(inbox(home, registry, f"{name}.csv"), table, "gb18030")


def identifying_marks(town: SmallTown) -> list[str]:
    """Texts that stand in everything that identifies one of the town's people."""
    numbers = {value for rows in town.rows.values() for row in rows for name, value in row.items() if name[-2:] == "id"}
    numbers |= {row["id_number"] for rows in town.rows.values() for row in rows if "id_number" in row}
    return sorted({NAME_MARK, NUMBER_MARK} | {number[:10] for number in numbers if number})
