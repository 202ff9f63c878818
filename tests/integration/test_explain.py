"""Every kind of link is explained by what was compared; what is said of two values is true of them."""

from __future__ import annotations

import datetime as dt
import json

import duckdb
import polars as pl
import pytest
from typer.testing import CliRunner

from assets.identity.day import model_in_force
from assets.identity.decisions import load_decisions
from assets.identity.explain import Explanation, explain
from pipelines.cli import app
from tests.integration.small_town import (
    DAY,
    MAN,
    NAME_MARK,
    WOMAN,
    SmallTown,
    citizen_id,
    small_town,
    with_wrong_check,
    write_rows,
    write_town,
)
from tests.integration.whole_day import kept_day
from warehouse.home import Home

BORN = dt.date(2017, 6, 5)
CHILD, ODD_MOTHER, WED, DECIDED = "R-CHILD", "F-ODD", "J-WED", "R-DECIDED"
BORROWED = "R-BORROWED"


def _with_links_of_every_kind(town: SmallTown) -> SmallTown:
    """The small town and, beside it, a link of each kind that it has not."""
    mother, father = town.adult(WOMAN), town.adult(MAN)
    town.both(mother)
    town.both(father, spouse_id=mother.id_number, spouse_name=mother.name)
    child = town.person(WOMAN, BORN, mother.household)
    number = town.certificate(child, mother, father)
    town.household(child)
    town.health(  # by certificate; the number is wrong in its check character
        child, person_code=CHILD, id_number=with_wrong_check(child.id_number), birth_certificate_no=number
    )
    odd_number = citizen_id(dt.date(1985, 3, 7), WOMAN, mother.number + 50)
    town.delivery(child, mother, father, delivery_no=ODD_MOTHER, mother_id=odd_number)  # by the parents' names
    town.marriage(mother, father, "2016-01-01")
    town.rows["marriage_register"][-1] |= {
        "certificate_no": WED,
        "husband_name": father.name,
        "husband_id": with_wrong_check(father.id_number),  # made good by partner and name
        "wife_name": mother.name,
        "wife_id": mother.id_number,
    }
    town.household(robbed := town.person(WOMAN, dt.date(1961, 7, 8)))
    town.health(robbed, person_code=BORROWED, id_number=mother.id_number)  # by weight; the number is the mother's
    unlisted = town.person(MAN, dt.date(2014, 3, 3), mother.household)
    town.certificate(unlisted, mother, father)  # in a parent's household
    town.household(unlisted)
    elsewhere = town.person(WOMAN, dt.date(2015, 4, 4))
    town.certificate(elsewhere, mother, father)  # in a household of its own: by name, date and sex
    town.household(elsewhere)
    uncertified = town.person(MAN, dt.date(2012, 10, 20), mother.household)
    town.delivery(uncertified, mother, father)  # by the mother's number and the date
    town.health(uncertified, id_number="", mother_id=mother.id_number)
    town.health(town.person(MAN, dt.date(1950, 2, 3)), person_code=DECIDED, id_number="")
    namesake = town.person(MAN, dt.date(1931, 9, 9))
    town.household(namesake)
    return town


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The small town with its day kept, after one decision by people."""
    home = Home(tmp_path_factory.mktemp("explained"))
    made = _with_links_of_every_kind(small_town())
    write_town(home.path, made)
    gone = {
        "birth_certificate": [made.rows["birth_certificate"][-1] | {"certificate_no": "C-GONE"}],
        "hospital_delivery": [made.rows["hospital_delivery"][-1] | {"delivery_no": "F-GONE"}],
    }
    write_rows(home.path, gone, f"{DAY - dt.timedelta(days=1)}_full")
    last = made.rows["household_register"][-1]
    pair = {
        "registry": "health_registry",
        "record_key": DECIDED,
        "other_registry": "household_register",
        "other_record_key": f"{last['household_no']}|{last['id_number']}",
        "decision": "同一人",
    }
    now = dt.datetime.combine(DAY, dt.time(), tzinfo=dt.UTC)
    assert load_decisions(home, pl.DataFrame({name: [value] for name, value in pair.items()}), DAY, now) == 1
    kept_day(home, DAY)
    return home


@pytest.fixture(scope="module")
def links(town: Home) -> list[Explanation]:
    """Every link of every record."""
    with duckdb.connect(str(town.private_database), read_only=True) as connection:
        numbers = connection.sql("select distinct record_id from person_record order by all").fetchall()
        return [link for (number,) in numbers for link in explain(connection, model_in_force(None), number)]


def _of(links: list[Explanation], record: str, role: str = "subject") -> Explanation:
    return next(link for link in links if link.record_id == record and link.role == role)


def _levels(link: Explanation) -> dict[tuple[str, str], str]:
    return {(item.compared_with[0], item.field[1]): item.level[1] for item in link.evidence}


@pytest.mark.slow
def test_every_link_to_another_record_has_its_evidence(links: list[Explanation]) -> None:
    assert {(link.registry, link.role, link.method) for link in links if link.others and not link.evidence} == set()
    assert {link.method for link in links} >= {
        "id",
        "certificate_no",
        "mother_and_birth_date",
        "parents_household",
        "name_date_sex",
        "mother_date_sex",
        "parent_name_date_sex",
        "replaced",
        "partner_and_name",
        "probability",
        "decision",
    }
    assert {link.role for link in links} == {"subject", "mother", "father", "husband", "wife"}


def test_what_is_said_to_be_missing_is_missing_and_nothing_else(links: list[Explanation]) -> None:
    for link in links:
        for item in link.evidence:
            mine, other = item.values
            assert ("missing" in item.level[1] or "not compared" in item.level[1]) == (mine is None or other is None)
            assert item.level[1] != "missing on both sides" or mine is other is None
            if mine is not None and mine == other:
                assert "same" in item.level[1] or "in common" in item.level[1], item.level


def test_an_invalid_number_is_compared_as_it_is_written(links: list[Explanation]) -> None:
    link = _of(links, CHILD)
    assert link.method == "certificate_no"
    assert link.compared_with is not None
    assert link.compared_with[0] == "birth_certificate"
    levels = _levels(link)
    assert levels["birth_certificate", "certificate number"] == "same number"
    assert levels["household_register", "id number"] == "one digit differs"


def test_a_number_that_is_somebody_elses_is_said_to_be_left_out(links: list[Explanation]) -> None:
    link = _of(links, BORROWED)
    assert link.method == "probability"
    assert _levels(link)["household_register", "id number"] == "the number is somebody else's and was not compared"


def test_links_by_rule_tell_nothing_that_was_not_compared(links: list[Explanation]) -> None:
    for link in links:
        fields = {item.field[1] for item in link.evidence}
        by_number = {item.compared_with for item in link.evidence if item.level[1] == "same number"}
        for item in link.evidence:
            assert item.compared_with not in by_number or not item.field[1].startswith("household")
        if link.role != "subject" and link.method == "id":
            assert fields <= {"id number", "name"}


def test_children_on_paper_parents_and_couples_are_explained(links: list[Explanation]) -> None:
    delivery = _levels(_of(links, ODD_MOTHER))
    assert delivery["birth_certificate", "mother's name"] == "same name"
    assert delivery["birth_certificate", "mother's number"] not in ("same number", "missing on one side")
    assert delivery["birth_certificate", "birth date"] == "same date"
    assert _levels(_of(links, "C-GONE"))["birth_certificate", "name"] == "same name"
    assert _levels(_of(links, "F-GONE"))["hospital_delivery", "birth date"] == "same date"
    husband = _levels(_of(links, WED, "husband"))
    assert {level for (_, field), level in husband.items() if field == "partner's number"} == {"same number"}
    assert {level for (_, field), level in husband.items() if field == "id number"} == {"one digit differs"}
    wife = _of(links, WED, "wife")
    assert _levels(wife)["household_register", "id number"] == "same number"
    decided = _of(links, DECIDED)
    assert decided.method == "decision"
    assert _levels(decided)["household_register", "name"] != "same name"


def test_values_are_shown_side_by_side_only_where_they_are_asked_for(town: Home) -> None:
    runner = CliRunner()

    def shown(*options: str) -> str:
        result = runner.invoke(app, ["--home", str(town.path), "explain", ODD_MOTHER, *options])
        assert result.exit_code == 0, result.output
        return result.output

    assert "母亲号码 / mother's number" in " ".join(shown().split())
    assert NAME_MARK not in shown()
    assert NAME_MARK not in shown("--json")
    assert all("values" not in item for link in json.loads(shown("--json")) for item in link["evidence"])
    assert NAME_MARK in shown("--private")
    assert any(
        NAME_MARK in str(item["values"])
        for link in json.loads(shown("--json", "--private"))
        for item in link["evidence"]
    )
