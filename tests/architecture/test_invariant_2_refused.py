"""Invariant 2: nothing selects people by pregnancy, contraception, number of children, health check or its result.

Columns with such content are refused while a file is read, by their headings; nothing declared has a place for them;
and no model counts anybody's children. That the values are nowhere on disk after a day is shown in
test_invariant_7_no_personal_data.
"""

import re

import pytest
import sqlglot
import yaml
from sqlglot import exp

from expectations.rules import read_rules
from expectations.suites import read_suites
from tests.integration.extracts import HEALTH, WANG, inbox, write_csv
from tests.integration.traces import traces
from warehouse.catalogue import Catalogue, catalogue
from warehouse.contracts import Contract, Element
from warehouse.home import Home
from warehouse.registries import layout as layouts
from warehouse.registries import reading_rules
from warehouse.registries.layout import heading_key

FOUND = catalogue()
# Headings as registries write them, with the liberties they take.
REFUSED_HEADINGS = (
    "避孕措施", "避孕方法", "避孕 措施", "【避孕措施】", "孕情", "是否怀孕", "现孕周", "孕次", "末次月经",
    "末次月经日期", "产次", "胎次政策属性", "政策属性", "胎次", "节育手术", "节育措施", "绝育日期", "上环日期",
    "取环", "流产次数", "引产", "人流日期", "手术名称", "妇检结果", "妇检日期", "妇科检查", "体检结果",
    "健康检查结论", "查体", "子女数", "现有子女数", "存活子女", "孩次", "曾生子女数", "分娩方式", "生育意愿",
    "生育史", "病史", "诊断", "Contraception", "PREGNANCY_STATUS", "gravidity", "Parity",
)  # fmt: skip
ALLOWED_HEADINGS = (
    "姓名",
    "胎次序",
    "胎数",
    "出生日期",
    "分娩登记号",
    "分娩时间",
    "婚姻状况",
    "母亲姓名",
    "出生医学证明编号",
)
# English words of the same content, for names of tables and columns and for SQL.
REFUSED_WORDS = re.compile(
    r"contracept|pregnan|gravid|parity|parous|menstru|abortion|steriliz|iud\b|ligation|gestation|fertilit"
    r"|(number|count|total)_of_(children|births)|children_(count|number)|child_(count|number)|births_given"
    r"|health_check|checkup|check_up|gyn|diagnos|childbearing_(intention|history)",
    re.IGNORECASE,
)
PARENTS = {"mother_id", "father_id", "parent_id", "mother_name", "father_name", "other_mother_id", "mother_key"}


def refuses(heading: str) -> bool:
    return any(reading_rules().refuses(heading, layout) for layout in FOUND.layouts.values())


def speaks_of_it(text: str) -> bool:
    return bool(REFUSED_WORDS.search(text)) or any(
        re.search(pattern, heading_key(text)) for pattern in reading_rules().refused
    )


def refused_content(tables: dict[str, Contract]) -> list[str]:
    """Tables and columns that have a place for refused content."""
    return [
        f"{table}.{column.name}"
        for table, contract in tables.items()
        for column in contract.columns
        if speaks_of_it(column.name) or speaks_of_it(column.zh) or speaks_of_it(column.en)
    ] + [table for table, contract in tables.items() if speaks_of_it(table) or speaks_of_it(contract.en)]


def children_counted(sql: str) -> list[str]:
    """Aggregates by parent: how many children somebody has, however it is written."""
    tree = sqlglot.parse_one(sql, read="duckdb")
    found = []
    for select in tree.find_all(exp.Select):
        group = select.args.get("group")
        by = {column.name for column in group.find_all(exp.Column)} if group else set()
        if by & PARENTS and list(select.find_all(exp.Count)):
            found.append(select.sql())
    for window in tree.find_all(exp.Window):
        by = {column.name for part in window.args.get("partition_by") or [] for column in part.find_all(exp.Column)}
        if by & PARENTS and window.find(exp.Count):
            found.append(window.sql())
        # Numbering the children of one mother is for keeping twins apart: the birth date must be among its keys.
        if by & PARENTS and window.find(exp.RowNumber, exp.Rank, exp.DenseRank) and "birth_date" not in by:
            found.append(window.sql())
    return found


@pytest.mark.parametrize("heading", REFUSED_HEADINGS)
def test_a_heading_of_refused_content_is_refused_in_every_registry(heading):
    assert all(reading_rules().refuses(heading, layout) for layout in FOUND.layouts.values())


@pytest.mark.parametrize("heading", ALLOWED_HEADINGS)
def test_a_heading_of_a_fact_of_record_is_not(heading):
    assert not refuses(heading)


@pytest.mark.parametrize("registry", sorted(FOUND.layouts))
def test_no_layout_declares_refused_content(registry):
    layout = FOUND.layouts[registry]
    columns = layout.columns.values()
    headings = [heading for column in columns for heading in (*column.headings, *column.vague_headings)]
    assert [heading for heading in headings if speaks_of_it(heading)] == []
    assert [name for name in layout.columns if speaks_of_it(name)] == []


def test_no_table_has_a_place_for_it():
    assert refused_content(FOUND.tables) == []


@pytest.mark.parametrize("table", sorted(FOUND.models))
def test_no_model_speaks_of_it_or_counts_children(table):
    sql = FOUND.models[table].sql
    without_comments = sqlglot.parse_one(sql, read="duckdb").sql(dialect="duckdb", comments=False)
    assert not speaks_of_it(without_comments)
    assert children_counted(sql) == []


def test_no_rule_and_no_check_is_about_it():
    for rule in read_rules().values():
        words = (rule.code, rule.zh, rule.en, rule.action_zh, rule.action_en)
        assert not any(speaks_of_it(text) for text in words)
    for expectations in read_suites().values():
        for expectation in expectations:
            assert not any(speaks_of_it(text) for text in (expectation.name, expectation.zh, expectation.unexpected))


# -- each of these checks can fail -----------------------------------------------------------------------------------


def test_a_column_for_it_is_found():
    contract = FOUND.contract("person")
    for element in (
        Element(name="contraception_method", zh="措施", en="method"),
        Element(name="state", zh="孕情", en="state"),
        Element(name="children_count", zh="人数", en="how many"),
    ):
        tables = {"person": contract.model_copy(update={"columns": (*contract.columns, element)})}
        assert refused_content(tables) == [f"person.{element.name}"]


@pytest.mark.parametrize(
    "sql",
    [
        "select mother_id, count(*) as n from stg_health_registry group by mother_id",
        "select mother_id from stg_health_registry group by mother_id having count(*) > 1",
        "select record_id, count(*) over (partition by mother_id) as n from stg_health_registry",
        "select record_id, row_number() over (partition by mother_id order by name) as n from stg_health_registry",
    ],
)
def test_counting_children_is_found(sql):
    assert children_counted(sql) != []


@pytest.fixture
def site(tmp_path):
    """A home whose own layout declares a refused heading."""
    home = Home(tmp_path / "home")
    declared = yaml.safe_load((layouts.FOLDER / "health_registry.yaml").read_text(encoding="utf-8"))
    declared |= {"registry": "wis", "columns": declared["columns"] | {"method": {"headings": ["避孕措施"]}}}
    (home.site / "registries").mkdir(parents=True)
    (home.site / "registries" / "wis.yaml").write_text(yaml.safe_dump(declared, allow_unicode=True), encoding="utf-8")
    write_csv(inbox(home.path, "wis", "2026-11-01.csv"), [[*HEALTH, "避孕措施"], [*WANG, "鼱鼱"]])
    return home


def test_a_site_cannot_declare_it_either(site):
    with pytest.raises(ValueError, match="refused content"):
        assert Catalogue(site.site).layouts


def test_without_the_refusal_its_values_would_be_stored(site, monkeypatch):
    """What the refusal prevents, seen: the search for traces finds the value as soon as nothing is refused."""
    from assets.registries.landing import land_inbox

    nothing_refused = reading_rules().model_copy(update={"refused": ()})
    monkeypatch.setattr("warehouse.registries.layout.reading_rules", lambda: nothing_refused)
    monkeypatch.setattr("assets.registries.parse.reading_rules", lambda: nothing_refused)
    land_inbox(site, Catalogue(site.site).layouts)
    assert [name.split("/")[0] for name in traces(site.path, ["鼱鼱"], [site.inbox])] == ["landed"]
