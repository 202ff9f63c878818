"""One input, two engines, equal tables: every model of the catalogue on a simulated town, every function on its own."""

import datetime as dt
from itertools import chain

import pytest
from sqlglot import exp

from assets.building import build_tables
from assets.computed import COMPUTED
from assets.registries.landing import land_inbox
from tests.spec.runner import lay_out
from tests.synthetic import simulate
from warehouse.catalogue import catalogue
from warehouse.engines.duckdb_engine import DuckDBEngine, connect
from warehouse.engines.functions import FUNCTIONS
from warehouse.engines.portable import PORTABLE, foreign, to_spark
from warehouse.home import Home

pytestmark = [pytest.mark.spark, pytest.mark.usefixtures("compiled")]

START = dt.date(2026, 11, 1)
DAYS = 3
SPECIMEN = """(values
    ('王芳', '王方', 7, 2.5, date '1990-02-03', true),
    ('abc', 'abd', -3, -0.5, date '1988-08-15', false),
    ('abc', null, null, 0.25, date '2026-01-31', null),
    (' x ', '370481198001011028', 12, null, null, true)
) as t (a, b, n, x, d, p)"""
EXPRESSIONS = {
    exp.Abs: ["abs(n)"],
    exp.AnyValue: ["any_value(b)"],
    exp.Avg: ["avg(n)"],
    exp.Case: ["case when n > 0 then a end", "case a when 'abc' then 1 else 2 end"],
    exp.Cast: ["cast(n as varchar)", "cast(d as varchar)", "cast('7' as bigint)", "cast('2026-01-31' as date)"],
    exp.Ceil: ["ceil(n * 0.3)"],
    exp.Coalesce: ["coalesce(b, a)"],
    exp.Concat: ["concat(a, '-', b)"],
    exp.Count: ["count(n)", "count(distinct a)", "count(*) filter (where p)"],
    exp.DateDiff: ["datediff('day', d, date '2026-11-24')"],
    exp.DenseRank: ["dense_rank() over (order by a)"],
    exp.Exp: ["round(exp(n / 10), 9)"],
    exp.Extract: ["extract(year from d)", "extract(month from d)", "extract(day from d)", "extract(doy from d)"],
    exp.FirstValue: ["first_value(a) over (order by b)"],
    exp.Floor: ["floor(n * 0.3)"],
    exp.Greatest: ["greatest(n, 5)"],
    exp.Lag: ["lag(a) over (order by b)"],
    exp.LastValue: ["last_value(a) over (order by b)"],
    exp.Lead: ["lead(a) over (order by b desc)"],
    exp.Least: ["least(n, 5)"],
    exp.Length: ["length(a)"],
    exp.Levenshtein: ["levenshtein('370481198001011028', b)"],
    exp.Ln: ["round(ln(n + 4), 9)"],
    exp.Lower: ["lower(upper(a))"],
    exp.MD5: ["md5(a)"],
    exp.Max: ["max(b)", "max(d)"],
    exp.Min: ["min(b)", "min(n)"],
    exp.Nullif: ["nullif(a, 'abc')"],
    exp.PercentRank: ["percent_rank() over (order by n)"],
    exp.Pow: ["pow(n, 2)"],
    exp.Rank: ["rank() over (order by a desc)", "rank() over (partition by p order by n)"],
    exp.RegexpLike: ["regexp_matches(a, '^[a-z]+$')"],
    exp.RegexpReplace: ["regexp_replace(a, '[a-b]', '-', 'g')"],
    exp.Replace: ["replace(a, 'b', 'x')"],
    exp.Round: ["round(x, 0)", "round(x * 10, 1)", "cast(round(100 * x, 1) as varchar)"],
    exp.RowNumber: ["row_number() over (order by b)", "row_number() over (order by n desc nulls last)"],
    exp.Sqrt: ["sqrt(abs(n))"],
    exp.Substring: ["substr(b, 7, 4)", "substr(a, 2)"],
    exp.Sum: ["sum(n)", "sum(n) over (order by b rows between 1 preceding and current row)"],
    exp.Trim: ["trim(a)"],
    exp.Upper: ["upper(b)"],
}
EXPRESSIONS_WITHOUT_FUNCTION = ["d + 3", "n % 5", "n / 2", "a || b", "a is distinct from b", "a < b", "a like 'a%'"]


def told(value):
    """Numbers as numbers: engines differ in the width of whole numbers and in decimals against doubles."""
    return value if value is None or isinstance(value, (str, bool, dt.date)) else round(float(value), 9)


def rows(found):
    return sorted(([told(value) for value in row.values()] for row in found.to_pylist()), key=repr)


@pytest.mark.parametrize("text", [*chain(*EXPRESSIONS.values()), *EXPRESSIONS_WITHOUT_FUNCTION])
def test_an_expression_of_the_portable_subset(text, spark):
    sql = f"select {text} as answer from {SPECIMEN}"
    assert foreign(sql) == set()
    with connect(":memory:") as connection:
        expected = rows(connection.sql(sql).to_arrow_table())
    assert any(row != [None] for row in expected)
    assert rows(spark.sql(to_spark(sql)).toArrow()) == expected


def test_every_portable_function_is_tried():
    assert set(EXPRESSIONS) | {exp.If} == PORTABLE  # If is the inside of a CASE


def test_named_functions_agree_and_have_an_answer_for_anything(spark):
    from warehouse.engines.spark_engine import SparkEngine

    engine = SparkEngine(spark, catalogue())
    of_type = {
        "VARCHAR": ["a", "b", "cast(d as varchar)", "cast(null as varchar)"],
        "DATE": ["d", "cast(null as date)"],
        "INTEGER": ["cast(n as integer)", "cast(null as integer)"],
        "BIGINT": ["cast(n as bigint)", "cast(null as bigint)"],
        "DOUBLE": ["cast(x as double)", "cast(null as double)"],
    }
    with connect(":memory:") as connection:
        duckdb = DuckDBEngine(connection, catalogue())
        for function in FUNCTIONS:
            for shift in range(4):
                given = [of_type[t][(shift + place) % len(of_type[t])] for place, t in enumerate(function.arguments)]
                sql = f"select {function.name}({', '.join(given)}) as answer from {SPECIMEN}"
                expected = rows(duckdb.connection.sql(sql).to_arrow_table())
                assert rows(engine.session.sql(to_spark(sql)).toArrow()) == expected, sql


def comparable(found, contract):
    """A table in one order, with doubles to nine places: engines add in different orders."""
    doubles = [column.name for column in contract.columns if column.type == "DOUBLE"]
    listed = [row | {name: told(row[name]) for name in doubles} for row in found.to_pylist()]
    return sorted(listed, key=lambda row: [str(value) for value in row.values()])


def test_every_model_gives_equal_tables_on_a_simulated_town(spark, tmp_path):
    from warehouse.engines.spark_engine import SparkEngine

    home = Home(tmp_path)
    simulate(home.path, persons=1000, days=DAYS, seed=11, start=START, with_offices=True)
    declared = catalogue()
    land_inbox(home, declared.layouts, received_at=dt.datetime(2026, 11, DAYS, 12, tzinfo=dt.UTC))
    first, last = START, START + dt.timedelta(days=DAYS - 1)
    with connect(":memory:") as connection:
        duckdb, spark_engine = DuckDBEngine(connection, declared), SparkEngine(spark, declared, hold_locally=True)

        def begin(day):
            for engine in (duckdb, spark_engine):
                lay_out(engine, home, day, {})

        def build(engine, day, table):
            for _ in build_tables(engine, home, day, [table], COMPUTED):
                pass

        # The first day gives the last one a past; it is built once, and both engines keep it.
        begin(first)
        for table in declared.order:
            build(duckdb, first, table)
            spark_engine.put_rows(table, duckdb.read(table))
        for engine in (duckdb, spark_engine):
            engine.keep_day(first)
        begin(last)
        filled = set()
        for table in declared.order:
            for engine in (duckdb, spark_engine):
                build(engine, last, table)
            expected, found = (
                comparable(engine.read(table), declared.contract(table)) for engine in (duckdb, spark_engine)
            )
            assert found == expected, table
            if expected:
                filled.add(table)
    # Two empty tables are equal and prove nothing: nearly every model must have had something to say.
    assert len(filled) >= 0.8 * len(declared.order), sorted(set(declared.order) - filled)
