"""Parameters that contradict themselves, or that nobody can mean, are refused with their name."""

import datetime as dt

import pytest
import yaml

from assets.registries.day_input import deadline_rows
from warehouse.catalogue import catalogue
from warehouse.document import DeclarationError, read_yaml
from warehouse.parameters.completeness import declared_pairs
from warehouse.parameters.dated import FOLDER, declared_indicators, declared_terms
from warehouse.parameters.retention import declared_retention

DAY = dt.date(2026, 11, 1)
READERS = {
    "terms.yaml": declared_terms,
    "indicators.yaml": declared_indicators,
    "completeness.yaml": declared_pairs,
    "retention.yaml": declared_retention,
    "deadlines.yaml": lambda site: deadline_rows(DAY, catalogue(site)),
}


def site(folder, name, change):
    """A site's folder with a parameter file as it is delivered, but for a change."""
    document = read_yaml(FOLDER / name)
    change(document)
    (folder / name).write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", READERS)
def test_what_is_delivered_fits(tmp_path, name):
    assert READERS[name](site(tmp_path, name, lambda _: None))


@pytest.mark.parametrize("name", READERS)
def test_of_two_with_one_name_none_counts(tmp_path, name):
    with pytest.raises(DeclarationError, match=rf"{name}: .* 写了两次"):
        READERS[name](site(tmp_path, name, lambda document: document.append(document[0])))


@pytest.mark.parametrize("name", READERS)
def test_of_two_versions_of_one_day_none_counts(tmp_path, name):
    def change(document):
        document[0]["versions"].append(document[0]["versions"][0] | {"source": "again"})

    with pytest.raises(DeclarationError, match=rf"{name}: .*\n.*1949-10-01 写了两次"):
        READERS[name](site(tmp_path, name, change))


@pytest.mark.parametrize(
    ("term", "value", "words"),
    [
        ("birth_window_start", 15, "单位是 date"),
        ("certificate_term_days", dt.date(2026, 1, 1), "单位是 days"),
        ("certificate_term_days", 15.5, "应为整数"),
        ("certificate_term_days", -15, "超出范围"),
        ("watch_share", 10, "超出范围"),
        ("round_days", 0, "至少为 1"),
    ],
)
def test_a_value_fits_its_unit(tmp_path, term, value, words):
    def change(document):
        [found] = [entry for entry in document if entry["name"] == term]
        found["versions"][0]["value"] = value

    with pytest.raises(DeclarationError, match=rf"terms.yaml: {term}:\n.*{words}"):
        declared_terms(site(tmp_path, "terms.yaml", change))


def test_a_deadline_is_of_a_rule_that_there_is(tmp_path):
    def misspell(document):
        [found] = [entry for entry in document if entry.get("rule") == "ID_FORMAT"]
        found["rule"] = "ID_FORMATS"

    with pytest.raises(LookupError, match=r"deadlines\.yaml: ID_FORMATS: 没有这条规则"):
        READERS["deadlines.yaml"](site(tmp_path, "deadlines.yaml", misspell))
