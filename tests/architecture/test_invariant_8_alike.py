"""Invariant 8: checks treat all residents alike; no group of women is singled out.

Proof by mirror: everybody's sex is changed, in the sex columns and inside the id numbers, and husbands change places
with wives. If the rules treat men and women alike, the mirrored town has exactly the mirrored cases. Mother and father
keep their places: a delivery names the mother, and a father who is not given is valid (PARENT_DIFFERS says so).
"""

import polars as pl
import pytest
import sqlglot
from sqlglot import exp

from assets.registries.landing import land_inbox
from assets.registries.manifest import landed_rows, read_manifests
from assets.registries.recognition import in_force
from tests.integration.small_town import DAY, SmallTown, small_town, write_town
from tests.integration.whole_day import built_day
from tests.part import Part
from tests.synthetic import simulate
from warehouse.catalogue import Catalogue, catalogue
from warehouse.home import Home
from warehouse.models import Model

FOUND = catalogue()
OTHER_SEX = {"1": "2", "2": "1"}
ROLES = {"husband": "wife", "wife": "husband"}
ALPHABET = "0123456789X"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_LENGTH, OLD_ID_LENGTH, SEX_PLACE = 18, 15, 16


def _check_value(first_17: str) -> int:
    return (12 - sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first_17, strict=True))) % 11


def mirrored_id(text: str | None) -> str | None:
    """The number with the sex digit of the other sex: valid numbers stay valid, invalid ones as invalid as they were.

    Mirroring twice gives the number back. Text that is no number stays as it is.
    """
    if text is None or not text[:17].isdigit() or text[-1:] not in ALPHABET:
        return text
    if len(text) == OLD_ID_LENGTH:
        return text[:-1] + str(int(text[-1]) ^ 1)
    if len(text) != ID_LENGTH:
        return text
    first_17 = text[:SEX_PLACE] + str(int(text[SEX_PLACE]) ^ 1)
    off = ALPHABET.index(text[17]) - _check_value(text[:17])
    return first_17 + ALPHABET[(_check_value(first_17) + off) % 11]


def mirrored_rows(rows: pl.DataFrame, registry: str) -> pl.DataFrame:
    """Landed rows of a registry, mirrored."""
    changed = []
    for name, column in FOUND.layouts[registry].columns.items():
        if column.type == "citizen_id":
            numbers = rows[name].unique().drop_nulls()
            mirror = pl.Series([mirrored_id(number) for number in numbers], dtype=pl.String)
            changed.append(rows[name].replace_strict(numbers, mirror, default=None, return_dtype=pl.String))
        elif column.codes == "sex":
            changed.append(rows[name].replace(OTHER_SEX))
    rows = rows.with_columns(changed)
    swapped = {
        name: name.replace(role, other, 1)
        for name in rows.columns
        for role, other in ROLES.items()
        if name.startswith(f"{role}_")
    }
    return rows.rename(swapped).select(rows.columns)


def mirror(home: Home) -> None:
    """Mirrors everything that a home has landed, in place."""
    for manifest in in_force(read_manifests(home)):
        path = landed_rows(home, manifest, "rows")
        mirrored_rows(pl.read_parquet(path), manifest.registry).write_parquet(path)


def cases(home: Home, found: Catalogue = FOUND) -> set[tuple]:
    """Every case of the day: rule, registries, records, field, values, cause, village."""
    with built_day(home, DAY, Part(found, ["finding"])) as engine:
        return set(
            engine.connection.execute(
                "select rule_code, registry_a, record_a, registry_b, record_b, field, value_a, value_b, cause, "
                "village_code from work.finding"
            ).fetchall()
        )


def mirrored_value(value: str | None, registry: str | None, field: str) -> str | None:
    """A field's value, mirrored where it is a sex or an id number of that registry."""
    layout = FOUND.layouts.get(registry or "")
    column = layout.columns.get(layout.record_id if field == "record_id" else field) if layout else None
    if column and column.codes == "sex":
        return OTHER_SEX.get(value or "", value)
    return mirrored_id(value) if column and column.type == "citizen_id" else value


def mirrored_case(case: tuple) -> tuple:
    """The case that the mirrored town must have in the place of this one."""
    rule, registry_a, record_a, registry_b, record_b, field, value_a, value_b, cause, village = case
    role = field.split("_")[0]
    named_by_b = registry_b if field == "record_id" else registry_a
    return (
        rule,
        registry_a,
        mirrored_value(record_a, registry_a, "record_id"),
        registry_b,
        mirrored_value(record_b, registry_b, "record_id"),
        field.replace(role, ROLES[role], 1) if role in ROLES else field,
        mirrored_value(value_a, registry_a, field),
        mirrored_value(value_b, named_by_b, field),
        cause,
        village,
    )


def differences(home: Home, found: Catalogue = FOUND) -> set[tuple]:
    """Cases that one town has and its mirror has not, either way."""
    straight = {mirrored_case(case) for case in cases(home, found)}
    mirror(home)
    return straight ^ cases(home, found)


@pytest.fixture
def home(tmp_path):
    home = Home(tmp_path / "home")
    write_town(home.path, small_town())
    land_inbox(home, FOUND.layouts)
    return home


def test_the_mirrored_town_has_the_mirrored_cases(home):
    before = cases(home)
    assert {case[0] for case in before} == {table.upper() for table in FOUND.rule_tables}
    assert differences(home) == set()


def test_a_simulated_town_mirrored_has_the_mirrored_cases(tmp_path):
    """The same with errors of every kind, correlated and combined as they come."""
    home = Home(tmp_path / "home")
    simulate(home.path, persons=1000, days=1, seed=8, start=DAY)
    assert len(cases(home)) > 50
    assert differences(home) == set()


def with_model(table: str, sql: str) -> Catalogue:
    """The catalogue with one model replaced."""
    changed = Catalogue()
    changed.__dict__["models"] = FOUND.models | {table: Model(table, FOUND.models[table].layer, sql)}
    return changed


UNFAIR = {
    "only women are looked for": ("person_omitted", "where", "where household.sex = '2' and"),
    "only her number is checked": ("id_format", "husband_id_is_valid", "husband_id is null"),
    "only wives' marriages count": (
        "marriage_standing",
        "from marriage_party",
        "from (select * from marriage_party where role = 'wife')",
    ),
    "the id's digit decides": (
        "village_differs",
        "where",
        "where substr(id_number_b, 17, 1) in ('0','2','4','6','8') and",
    ),
}


@pytest.mark.parametrize("name", UNFAIR)
def test_a_rule_that_singles_out_one_sex_is_found(home, name):
    table, text, other = UNFAIR[name]
    sql = FOUND.models[table].sql
    assert text in sql
    assert differences(home, with_model(table, sql.replace(text, other))) != set()


@pytest.mark.parametrize(
    "number", ["379010198503071028", "37901019850307102X", "379010850307102", "H1", "", None, "37901"]
)
def test_mirroring_twice_gives_the_number_back(number):
    assert mirrored_id(mirrored_id(number)) == number


SEX_COLUMNS = {"sex", "id_sex", "sex_a", "sex_b"}


def sexes_named(sql: str) -> list[str]:
    """Conditions that let one sex pass and not the other: a sex column held against a single code."""
    found = []
    for comparison in sqlglot.parse_one(sql, read="duckdb").find_all(
        exp.EQ, exp.NEQ, exp.In, exp.NullSafeEQ, exp.NullSafeNEQ
    ):
        column = comparison.this
        if not isinstance(column, exp.Column) or column.name not in SEX_COLUMNS:
            continue
        codes = {literal.this for literal in comparison.find_all(exp.Literal)}
        if codes and codes != {"1", "2"}:
            found.append(comparison.sql())
    return found


@pytest.mark.parametrize("table", sorted(FOUND.models))
def test_no_model_selects_by_sex(table):
    """Sexes are compared with each other, never with one of the two codes."""
    assert sexes_named(FOUND.models[table].sql) == []


@pytest.mark.parametrize("condition", ["sex = '2'", "person.sex <> '1'", "id_sex in ('2')", "sex is distinct from '1'"])
def test_a_model_that_selects_by_sex_is_found(condition):
    assert sexes_named(f"select * from person where {condition}") != []


def test_no_model_selects_by_age_of_childbearing():
    """No model asks how old somebody is: dates of birth are compared with each other and with look-back days only."""
    for table, model in FOUND.models.items():
        tree = sqlglot.parse_one(model.sql, read="duckdb")
        ages = [call.sql() for call in tree.find_all(exp.Anonymous) if call.name.lower() in ("age", "date_part")]
        ages += [
            call.sql()
            for call in tree.find_all(exp.DateDiff)
            if str(call.args.get("unit") or "").strip("'").lower() in ("year", "years", "month", "months")
        ]
        assert ages == [], table


def test_the_town_has_men_and_women_of_every_rule():
    assert isinstance(small_town(), SmallTown)
    sexes = [row["sex"] for row in small_town().rows["household_register"]]
    assert abs(sexes.count("1") - sexes.count("2")) <= 1
