"""Working days of China: the yearly notices, years without one, and a site's own exceptions."""

import datetime as dt

import pytest

from warehouse.document import DeclarationError
from warehouse.parameters import calendar_days, deadlines_on
from warehouse.parameters.working_days import OVERRIDES


def working(first, last, site=None):
    return {entry.day: entry.working for entry in calendar_days(first, last, site)}


def test_holidays_and_the_working_weekends_that_pay_for_them():
    found = working(dt.date(2026, 9, 19), dt.date(2026, 10, 11))
    assert not found[dt.date(2026, 10, 1)]
    assert not found[dt.date(2026, 10, 7)]
    assert found[dt.date(2026, 9, 20)]  # a Sunday, worked for 6 October
    assert found[dt.date(2026, 10, 10)]  # a Saturday, worked for 7 October


def test_a_year_whose_notice_is_not_out_has_plain_weekends_and_says_so():
    entries = {entry.day: entry for entry in calendar_days(dt.date(2099, 1, 1), dt.date(2099, 1, 4))}
    assert not any(entry.announced for entry in entries.values())
    assert [entry.working for entry in entries.values()] == [True, True, False, False]


def test_a_site_overrides_single_days(tmp_path):
    (tmp_path / OVERRIDES).write_text("2026-10-08: {working: false, source: county notice 3}\n", encoding="utf-8")
    assert not working(dt.date(2026, 10, 8), dt.date(2026, 10, 8), tmp_path)[dt.date(2026, 10, 8)]


@pytest.mark.parametrize(
    "text",
    [
        "someday: {working: false, source: notice}",
        "2026/10/8: {working: false, source: notice}",
        "2026-10-08: {working: false}",
        "2026-10-08: false",
        "- 2026-10-08",
        # Taken for true, a holiday would be a working day.
        "2026-10-08: {working: 否, source: notice}",
        '2026-10-08: {working: "false", source: notice}',
    ],
)
def test_a_malformed_override_is_refused(tmp_path, text):
    (tmp_path / OVERRIDES).write_text(f"{text}\n", encoding="utf-8")
    with pytest.raises(DeclarationError, match=r"(?s)working_days\.yaml:.*entry reads"):
        calendar_days(dt.date(2026, 10, 8), dt.date(2026, 10, 8), tmp_path)


def test_numbers_count_working_days_only():
    numbers = [entry.working_number for entry in calendar_days(dt.date(2026, 11, 6), dt.date(2026, 11, 10))]
    assert numbers == [1, 1, 1, 2, 3]


def test_a_rules_term_wins_over_its_owners():
    found = {
        each.rule_code: each
        for each in deadlines_on(dt.date(2026, 11, 1), {"NAME_DIFFERS": "village", "BIRTH_OMITTED": "village"})
    }
    assert found["BIRTH_OMITTED"].points > found["NAME_DIFFERS"].points


def test_an_owner_without_terms_is_an_error():
    with pytest.raises(LookupError):
        deadlines_on(dt.date(2026, 11, 1), {"NEW_RULE": "nobody"})
