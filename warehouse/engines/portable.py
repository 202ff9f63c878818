"""The portable subset in which models are written, and how it is said in Spark's dialect.

sqlglot passes on what it does not know, so silence is no proof: a function counts as portable once it has been tried on
both engines, by an example of the specification, and given equal answers.
"""

from __future__ import annotations

from functools import cache

import sqlglot
from sqlglot import exp
from sqlglot.transforms import eliminate_qualify

from warehouse.engines.functions import FUNCTIONS

# sqlglot's names. To add one: use it in a model, see its examples pass on both engines, then list it here.
PORTABLE = {
    exp.Abs, exp.AnyValue, exp.Avg, exp.Case, exp.Cast, exp.Ceil, exp.Coalesce, exp.Concat, exp.Count, exp.DateDiff,
    exp.DenseRank, exp.Exp, exp.Extract, exp.FirstValue, exp.Floor, exp.Greatest, exp.If, exp.Lag, exp.LastValue,
    exp.Lead, exp.Least, exp.Length, exp.Levenshtein, exp.Ln, exp.Lower, exp.MD5, exp.Max, exp.Min, exp.Nullif,
    exp.PercentRank, exp.Pow, exp.Rank, exp.RegexpLike, exp.RegexpReplace, exp.Replace, exp.Round, exp.RowNumber,
    exp.Sqrt, exp.Substring, exp.Sum, exp.Trim, exp.Upper,
}  # fmt: skip
# Parsed as functions of two truth values by sqlglot, and no functions to anybody else.
_CONNECTIVES = (exp.And, exp.Or, exp.Xor)
# Relations and clauses that only DuckDB has, and that sqlglot hands on in silence.
_DUCKDB_JOINS = {"ASOF", "POSITIONAL"}


def _hide_helpers(tree: exp.Expr) -> exp.Expr:
    """The same statement, where `select * ... qualify` no longer shows the columns that stand for its windows.

    sqlglot says QUALIFY by a subquery. A star outside it repeats the columns that stand for windows, and columns that
    the model names beside its own star come twice; what the model shows is everything inside but the former.
    """
    for select in list(tree.find_all(exp.Select)):
        if not (select.args.get("qualify") and select.is_star):
            continue
        place = exp.Placeholder()
        is_root = select.parent is None
        select.replace(place)
        shown = len(select.selects)
        outer = eliminate_qualify(select)
        hidden = [exp.to_identifier(helper.alias) for helper in select.selects[shown:]]
        outer.set("expressions", [exp.Star(except_=hidden)])
        if is_root:
            tree = outer
        else:
            place.replace(outer)
    return tree


@cache
def to_spark(sql: str) -> str:
    """A model's SELECT in Spark's dialect. Raises UnsupportedError where sqlglot knows that it cannot be said."""
    tree = _hide_helpers(sqlglot.parse_one(sql, read="duckdb"))
    return tree.sql("spark", comments=False, unsupported_level=sqlglot.ErrorLevel.RAISE)


def foreign(sql: str) -> set[str]:
    """What a model uses outside the portable subset, by name in capitals; empty for a portable model."""
    tree = sqlglot.parse_one(sql, read="duckdb")
    named = {function.name.upper() for function in FUNCTIONS}
    found = set()
    for call in tree.find_all(exp.Func):
        if isinstance(call, exp.Anonymous):
            found.add(call.name.upper())
        elif type(call) not in PORTABLE and not isinstance(call, _CONNECTIVES):
            found.add(call.sql_name())
    found |= {f"{join.method} JOIN" for join in tree.find_all(exp.Join) if join.method in _DUCKDB_JOINS}
    return found - named
