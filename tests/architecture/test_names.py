"""One thing, one name: from a table's name its files can be guessed, and from a file its table."""

import re
from collections import defaultdict

from assets.computed import COMPUTED
from expectations.rules import read_rules
from expectations.rules.rule import FOLDER as RULES
from expectations.suites import read_suites
from warehouse import contracts, models
from warehouse.catalogue import INDICATOR_FORM, RULE_FORM, catalogue
from warehouse.contracts import Contract, Element
from warehouse.parameters import declared_indicators

FOUND = catalogue()
# Tables of these layers are filled from files and declarations, not computed by a model.
GIVEN_LAYERS = ("reference", "raw", "publication")
# Words that say whose or on which side a thing is: village_a, event_spouse_id and mother_id are no second names.
WHOSE = {"a", "b", "mother", "father", "spouse", "husband", "wife", "head", "other"}
WHOSE |= {"event", "first", "marriage", "health", "household", "applicant", "beneficiary", "payee"}
# Names that interfaces fix.
NAME_OF_INTERFACE = {("mode", "extract_mode")}


def described_columns(tables: dict[str, Contract]) -> list[tuple[str, Element]]:
    return [
        (table, column)
        for table, contract in tables.items()
        for column in contract.columns
        if not column.name.endswith("_original")
    ]


def is_same_thing_of_another(name: str, other: str) -> bool:
    """Whether one name is the other with a side or role added: village_a and village_code, spouse_id and husband_id."""
    words, other_words = set(name.split("_")) - WHOSE, set(other.split("_")) - WHOSE
    return words <= other_words or other_words <= words


def columns_with_two_names(tables: dict[str, Contract]) -> set[tuple[str, str]]:
    by_meaning = defaultdict(set)
    for _, column in described_columns(tables):
        by_meaning[column.type, column.zh, column.en].add(column.name)
    pairs = {
        (name, other) for names in by_meaning.values() for name in names for other in names if name < other
    } - NAME_OF_INTERFACE
    return {pair for pair in pairs if not is_same_thing_of_another(*pair)}


def names_with_two_types(tables: dict[str, Contract]) -> set[str]:
    types = defaultdict(set)
    for _, column in described_columns(tables):
        types[column.name].add(column.type)
    return {name for name, found in types.items() if len(found) > 1}


def test_every_model_has_a_contract_and_the_reverse():
    for table, model in FOUND.models.items():
        assert FOUND.contract(table).layer == model.layer, f"{table}: its folder is not its contract's layer"
    uncomputed = {table for table, contract in FOUND.tables.items() if contract.layer not in GIVEN_LAYERS}
    assert uncomputed <= set(FOUND.models) | FOUND.computed


def test_every_table_that_code_computes_has_that_code_and_no_model():
    assert {table for code in COMPUTED for table in code.tables} == FOUND.computed
    assert not FOUND.computed & set(FOUND.models)


def test_no_given_table_has_a_model():
    assert [table for table in FOUND.models if FOUND.contract(table).layer in GIVEN_LAYERS] == []


def test_every_file_of_models_and_contracts_is_a_table():
    sql = {path.stem for path in models.FOLDER.rglob("*.sql")}
    assert sql == set(FOUND.models)
    declared = {path.stem for path in contracts.FOLDER.glob("*.yaml")} - {"elements", RULE_FORM, INDICATOR_FORM}
    assert declared <= set(FOUND.tables)


def test_names_are_singular_words_in_lower_case():
    for table, column in described_columns(FOUND.tables):
        assert re.fullmatch(r"[a-z]+(_[a-z0-9]+)*", table)
        assert re.fullmatch(r"[a-z]+[a-z0-9]*(_[a-z0-9]+)*", column.name), f"{table}.{column.name}"


def test_registries_have_raw_and_staging_tables():
    for registry in FOUND.layouts:
        assert FOUND.contract(f"raw_{registry}").layer == "raw"
        assert FOUND.contract(f"stg_{registry}").layer == "staging"
    staged = {table.removeprefix("stg_") for table, contract in FOUND.tables.items() if contract.layer == "staging"}
    assert staged == set(FOUND.layouts)


def test_every_rule_has_a_model_and_a_file():
    assert set(FOUND.rule_tables) == {rule.table for rule in read_rules().values()}
    assert {path.stem for path in RULES.glob("*.yaml")} == set(FOUND.rule_tables)


def test_every_indicator_has_a_model_and_a_declaration():
    assert set(FOUND.indicator_tables) == {declared.indicator for declared in declared_indicators()}


def test_every_suite_is_about_a_table():
    assert set(read_suites()) <= set(FOUND.tables)


def test_no_column_has_two_names():
    assert columns_with_two_names(FOUND.tables) == set()


def test_no_name_has_two_types():
    assert names_with_two_types(FOUND.tables) == set()


def test_a_second_name_for_a_column_is_found():
    contract = FOUND.contract("person")
    rogue = Element(**(contract.columns[2].model_dump() | {"name": "appellation"}))
    tables = FOUND.tables | {"person": contract.model_copy(update={"columns": (*contract.columns, rogue)})}
    assert ("appellation", "name") in columns_with_two_names(tables)


def test_a_second_type_for_a_name_is_found():
    contract = FOUND.contract("person")
    rogue = Element(**(contract.columns[-1].model_dump() | {"type": "INTEGER"}))
    tables = FOUND.tables | {"person": contract.model_copy(update={"columns": (*contract.columns[:-1], rogue)})}
    assert names_with_two_types(tables) == {"village_code"}
