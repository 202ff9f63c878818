"""Last days of terms: when they are over, which move past holidays, from when, whither; and every model follows."""

import datetime as dt

import pytest
import sqlglot
import yaml
from pydantic import ValidationError
from sqlglot import exp

from warehouse.catalogue import catalogue
from warehouse.parameters import Term, declared_indicators, declared_terms, indicators_on, terms_after_holidays_on
from warehouse.parameters.dated import FOLDER, IndicatorDeclaration
from warehouse.reference import reference_rows

BIRTH = "registration_term_months"
DAY = dt.date(2026, 11, 24)


def moved(day: dt.date, site=None) -> dict[tuple[str, dt.date], dt.date]:
    return {(row["term"], row["day"]): row["last_day"] for row in reference_rows(day, site)["moved_day"]}


def site_with(tmp_path, name: str, **version):
    """A site whose terms are those delivered and one more version of one."""
    terms = yaml.safe_load((FOLDER / "terms.yaml").read_text(encoding="utf-8"))
    term = next(entry for entry in terms if entry["name"] == name)
    term["versions"].append({"value": term["versions"][0]["value"], "source": "example", **version})
    (tmp_path / "terms.yaml").write_text(yaml.safe_dump(terms, allow_unicode=True), encoding="utf-8")
    return tmp_path


def test_the_statutory_term_of_a_birth_moves_and_the_offices_own_do_not():
    found = moved(DAY)
    assert {term for term, _ in found} == {BIRTH}
    assert found[BIRTH, dt.date(2026, 10, 1)] == dt.date(2026, 10, 8)  # National Day
    assert found[BIRTH, dt.date(2026, 11, 21)] == dt.date(2026, 11, 23)  # a Saturday
    assert (BIRTH, dt.date(2026, 9, 20)) not in found  # a Sunday that is worked
    assert (BIRTH, dt.date(2026, 11, 20)) not in found


def test_it_moves_since_the_civil_code():
    assert terms_after_holidays_on(dt.date(2021, 1, 1)) == [BIRTH]
    assert terms_after_holidays_on(dt.date(2020, 12, 31)) == []


def test_a_place_decides_otherwise_from_a_day_on(tmp_path):
    site = site_with(tmp_path, BIRTH, valid_from=dt.date(2026, 11, 24))
    assert moved(DAY - dt.timedelta(days=1), site)
    assert moved(DAY, site) == {}


def test_a_place_lets_a_term_of_its_own_move(tmp_path):
    site = site_with(tmp_path, "complaint_term_days", valid_from=DAY, ends_after_holidays=True)
    assert {term for term, _ in moved(DAY, site)} == {BIRTH, "complaint_term_days"}


def test_what_has_no_last_day_cannot_move():
    version = {"valid_from": dt.date(2021, 1, 1), "source": "example", "value": 3, "ends_after_holidays": True}
    term = {"name": "round_days", "zh": "轮次", "en": "round", "unit": "days", "versions": [version]}
    with pytest.raises(ValidationError, match="last day"):
        Term.model_validate(term)
    assert Term.model_validate({**term, "has_last_day": True})


def test_every_model_that_counts_to_a_last_day_asks_where_it_moves():
    """A term that may be declared to move is named beside moved_day wherever its last day is worked out."""
    terms = {term.name for term in declared_terms() if term.has_last_day}
    asked: dict[str, set[str]] = {}
    for table, model in catalogue().models.items():
        tree = sqlglot.parse_one(model.sql, read="duckdb")
        texts = {literal.this for literal in tree.find_all(exp.Literal) if literal.is_string}
        used = {column.name for column in tree.find_all(exp.Column)} & terms
        asked[table] = texts & terms
        assert used <= asked[table], table
    assert set().union(*asked.values()) == terms


def test_what_has_a_last_day_counts_from_the_day_after_and_the_rest_on_its_own_day():
    over = {found.indicator: found.window_end + dt.timedelta(days=found.term_days) for found in indicators_on(DAY)}
    on_its_day = {"verified_accuracy", "row_quality", "service_told_once", "voluntary_round_recorded"}
    assert {indicator for indicator, day in over.items() if day == DAY} == on_its_day
    assert {day for indicator, day in over.items() if indicator not in on_its_day} == {DAY - dt.timedelta(days=1)}


def test_every_window_is_as_long_as_declared():
    windows = {entry.indicator: entry.versions[-1].window_days for entry in declared_indicators()}
    found = {one.indicator: (one.window_end - one.window_start).days + 1 for one in indicators_on(DAY)}
    assert found == windows


def test_an_indicator_with_a_term_has_a_last_day():
    [declared] = (entry for entry in declared_indicators() if entry.indicator == "certificate_in_time")
    with pytest.raises(ValidationError, match="last day"):
        IndicatorDeclaration.model_validate({**declared.model_dump(), "has_last_day": False})
