"""Every model, and every relation that models may name, can be said on Spark too. Needs no Spark."""

import pytest
import sqlglot
from sqlglot import exp

from warehouse.catalogue import catalogue
from warehouse.engines import relations
from warehouse.engines.portable import foreign, to_spark

MODELS = {table: model.sql for table, model in catalogue().models.items()}
RELATIONS = {
    **{f"latest_{layout.registry}": relations.latest_sql(layout) for layout in catalogue().layouts.values()},
    **relations.unions(catalogue()),
}
SELECTS = MODELS | RELATIONS


def columns(sql, dialect):
    return [selected.alias_or_name for selected in sqlglot.parse_one(sql, read=dialect).selects]


@pytest.mark.parametrize("name", SELECTS)
def test_it_is_one_select_of_the_portable_subset(name):
    [statement] = sqlglot.parse(SELECTS[name], read="duckdb")
    assert isinstance(statement, exp.Query)
    assert foreign(SELECTS[name]) == set(), "see warehouse/engines/portable.py, or register a named function"


@pytest.mark.parametrize("name", SELECTS)
def test_spark_reads_the_same_columns(name):
    named = columns(SELECTS[name], "duckdb")
    spark = columns(to_spark(SELECTS[name]), "spark")
    assert spark == named or (spark == ["*"] and "*" in named)


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("select try_strptime(a, '%Y') from t", "TRY_STRPTIME"),
        ("select jaro_winkler_similarity(a, b) from t", "JAROWINKLER_SIMILARITY"),
        ("select quantile_cont(a, 0.5) from t", "PERCENTILE_CONT"),
        ("select strip_accents(a) from t", "STRIP_ACCENTS"),
        ("select a from t asof join u on t.d >= u.d", "ASOF JOIN"),
        ("select * from t positional join u", "POSITIONAL JOIN"),
        ("select * from read_csv('a.csv')", "READ_CSV"),
    ],
)
def test_what_spark_lacks_is_found(sql, found):
    assert foreign(sql) == {found}


def test_a_star_does_not_show_what_a_qualify_is_made_of():
    sql = "with u as (select * from t qualify rank() over (order by a) = 1) select u.* from u union all select * from u"
    assert "* EXCEPT (_w)" in to_spark(sql)
    assert "* EXCEPT (_w, _w_2)" in to_spark("select * from t qualify rank() over (order by a) = max(b) over ()")
    both = to_spark("select t.*, a + 1 as b from t qualify rank() over (order by a) = 1")
    assert both.startswith("SELECT * EXCEPT (_w) FROM (SELECT t.*, a + 1 AS b, RANK()")
    assert "EXCEPT" not in to_spark("select a from t qualify rank() over (order by a) = 1")


def test_named_functions_and_plain_sql_pass():
    assert foreign("select name_cause(a, b), sum(c) filter (where a <> b and c > 0) from t group by all") == set()
