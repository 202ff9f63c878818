"""The data dictionary says what is declared now, and says it of every table, rule, indicator and parameter."""

import pytest

from expectations.rules import read_measurement, read_rules
from pipelines import dictionary as pages
from pipelines.dictionary import LAG_WORDS, LAYER_DIFFERS, LAYER_WORDS, LAYERS, PAGE, dictionary, owner_words
from warehouse.catalogue import catalogue
from warehouse.parameters import declared_indicators, declared_terms
from warehouse.parameters.retention import declared_retention

FOUND = catalogue()


@pytest.fixture(scope="module")
def page():
    return dictionary(FOUND)


def test_the_page_is_not_stale(page):
    assert PAGE.read_text(encoding="utf-8") == page, "docs/data-dictionary.md is stale: run `make docs`"


def test_everything_declared_has_its_place(page):
    sections = {line.removeprefix("### ").lower() for line in page.splitlines() if line.startswith("### ")}
    assert set(FOUND.tables) <= sections
    assert {rule.code.lower() for rule in read_rules().values()} <= sections
    assert {FOUND.indicator_tables[declared.indicator] for declared in declared_indicators()} <= sections
    for term in declared_terms():
        for version in term.versions:
            assert f"| `{term.name}` | {term.zh} / {term.en} | {version.value} |" in page
            assert version.source in page


def test_how_long_is_kept_what_is_not_kept_for_good_has_its_place(page):
    for kept in declared_retention():
        for version in kept.versions:
            assert f"| `{kept.name}` | {kept.zh} / {kept.en} | {version.value} |" in page


def test_a_rule_that_was_not_measured_yet_has_its_place(monkeypatch):
    found = read_measurement()
    fewer = found.model_copy(update={"rules": {code: rule for code, rule in found.rules.items() if code != "ID_SEX"}})
    monkeypatch.setattr(pages, "read_measurement", lambda: fewer)
    assert "not measured yet" in dictionary(FOUND)


def test_every_column_is_described(page):
    for contract in FOUND.tables.values():
        for column in contract.columns:
            if contract.layer == "raw" and column.name.endswith("_original"):
                continue
            assert f"| {column.type} | {column.zh} / {column.en} |" in page


def test_links_lead_to_a_section(page):
    sections = {line.lstrip("# ").lower() for line in page.splitlines() if line.startswith("### ")}
    linked = {part.split(")")[0] for part in page.split("](#")[1:]} - {"规则--rules", "指标--indicators"}
    assert linked <= sections
    assert "## 规则 / rules" in page
    assert "## 指标 / indicators" in page


def test_words_exist_for_every_layer_owner_and_lag():
    for layer in LAYERS:
        assert layer in LAYER_WORDS, f"{layer}: add its words to pipelines/dictionary.py"
        assert layer in LAYER_DIFFERS, f"{layer}: say in pipelines/dictionary.py why its figures differ"
    for contract in FOUND.tables.values():
        assert contract.lag in LAG_WORDS, f"{contract.table}: add the Chinese of its lag to pipelines/dictionary.py"
        assert " / " in owner_words(FOUND, contract.owner), f"{contract.table}: add the Chinese of its owner"


def test_a_changed_contract_makes_the_page_stale(page):
    changed = FOUND.contract("village_ranking").model_copy(update={"zh": "改过的名称"})
    other = type(FOUND)()
    other.__dict__["tables"] = FOUND.tables | {"village_ranking": changed}
    other.__dict__["_contracts"] = FOUND._contracts | {"village_ranking": changed}
    assert dictionary(other) != page
