"""Invariant 1: villages, branches and offices are ranked and warned. People never are.

Proved on what is declared (no table of ranking or warning, and no published table, has a person in its grain or its
columns) and on what a run publishes (every unit there is a unit of the place).
"""

import pytest

from tests.integration.days import published
from tests.integration.small_town import DAY, small_town, write_town
from tests.integration.whole_day import kept_day
from warehouse.catalogue import catalogue
from warehouse.contracts import Contract, Element
from warehouse.home import Home

FOUND = catalogue()
UNIT_TYPES = {"village", "branch", "office", "town"}
# What one row of a public or ranking table may be about, besides a unit.
IMPERSONAL_KEYS = {
    "as_of", "unit_type", "unit_code", "village_code", "former_code", "branch_code", "indicator", "rule_code", "level",
    "file_id", "registry", "reason_code", "round_no", "event_on", "factor", "decision", "measure", "item",
    "list", "field", "voice", "other_registry",
    "programme", "rule", "period", "finding", "item_code", "item_name", "benchmark_no", "complaint_kind", "matter_name",
    "day", "term", "kind", "input_id", "table_name",
    "case_number", "spell",  # a running number of a case, which leads to nobody
}  # fmt: skip
RANKING_LAYERS = {"ranking", "indicators"}


def person_in(contract: Contract) -> list[str]:
    """Where a table that ranks, warns or is published speaks of a person."""
    found = [
        f"{contract.table}.{column.name} is {column.pii}"
        for column in contract.columns
        if column.pii != "none" and not (column.publish_as and column.name not in column.publish_as)
    ]
    found += [f"one row per {name}" for name in contract.key if name not in IMPERSONAL_KEYS]
    found += [f"{column.name} is no code of a unit" for column in contract.columns if not unit_codes_are_good(column)]
    return found


def unit_codes_are_good(column: Element) -> bool:
    """A unit_type lists its codes, and all are kinds of units."""
    return column.name != "unit_type" or (bool(column.codes) and set(column.codes or {}) <= UNIT_TYPES)


def ranking_or_public(tables: dict[str, Contract]) -> list[Contract]:
    return [contract for contract in tables.values() if contract.publish or contract.layer in RANKING_LAYERS]


@pytest.mark.parametrize("contract", ranking_or_public(FOUND.tables), ids=lambda contract: contract.table)
def test_no_table_of_ranking_or_publication_is_about_people(contract):
    assert person_in(contract) == []


def test_every_ranking_and_warning_names_a_unit():
    tables = [contract for contract in FOUND.tables.values() if contract.layer == "ranking"]
    assert {"village_ranking", "branch_ranking", "warning"} <= {contract.table for contract in tables}
    for contract in tables:
        # Sensitivity is about a kind of unit: whose place is last depends on a weight, or not.
        assert {"unit_code", "unit_type"} & set(contract.key), contract.table


def test_ranking_reads_no_table_of_people():
    """A model of the ranking layer is made of figures of units: nothing below indicators reaches it."""
    allowed = {"reference", "indicators", "ranking"}
    for table, model in FOUND.models.items():
        if model.layer == "ranking":
            layers = {FOUND.contract(name).layer for name in FOUND.inputs(table)}
            assert layers <= allowed, f"{table} reads {layers - allowed}"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = Home(tmp_path_factory.mktemp("town") / "home")
    write_town(home.path, small_town())
    kept_day(home, DAY)
    return home


@pytest.mark.parametrize("table", ["village_ranking", "branch_ranking", "warning", "indicator_value"])
def test_every_unit_published_is_a_unit_of_the_place(home, table):
    units = {
        code for (code,) in published(home, "select village_code from village union select branch_code from branch")
    }
    units.add("all")  # the town itself
    found = {code for (code,) in published(home, f"select distinct unit_code from {table}")}
    assert found <= units
    assert found or table == "warning"


def tampered(table, **changes):
    """A contract with one more column, or with another key."""
    contract = FOUND.contract(table)
    extra = changes.pop("column", None)
    columns = (*contract.columns, Element(**extra)) if extra else contract.columns
    return contract.model_copy(update={"columns": columns, **changes})


@pytest.mark.parametrize(
    "contract",
    [
        tampered("village_ranking", column={"name": "clerk_name", "zh": "经办人", "en": "clerk", "pii": "identifying"}),
        tampered("warning", column={"name": "person_key", "zh": "人", "en": "person", "pii": "pseudonym"}),
        tampered("unit_score", key=("person_key",)),
        tampered("indicator_value", key=("as_of", "case_id")),
        FOUND.contract("warning").model_copy(
            update={
                "columns": tuple(
                    column.model_copy(update={"codes": {"person": "个人"}}) if column.name == "unit_type" else column
                    for column in FOUND.contract("warning").columns
                )
            }
        ),
    ],
    ids=["name of a clerk", "warned person", "score per person", "indicator per case", "person as a unit"],
)
def test_a_person_in_a_ranking_is_found(contract):
    assert person_in(contract) != []


def test_a_contract_that_would_publish_a_person_does_not_load():
    contract = FOUND.contract("person").model_dump() | {"publish": True}
    with pytest.raises(ValueError, match="cannot be published"):
        Contract.model_validate(contract)
