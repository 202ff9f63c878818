"""Weights of candidate pairs by Splink, field by field, from a model that is not touched."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

from assets.identity.linkage.candidates import candidate_pairs
from assets.identity.linkage.model import SMALLEST, LinkageModel, LinkField
from warehouse.engines.duckdb_engine import register_functions

if TYPE_CHECKING:
    from splink import Linker

A, B, CANDIDATES = "side_a", "side_b", "candidate_pair"
ENOUGH_FOR_FREQUENCIES = 1_000  # records: below, a value's share says little
PAIR_SCHEMA = {"key_a": pl.String, "key_b": pl.String, "weight": pl.Float64}


def open_linkage() -> duckdb.DuckDBPyConnection:
    """A database in memory, of one linkage alone; one thread, so that sums have one order and results one value."""
    connection = duckdb.connect(config={"threads": 1, "preserve_insertion_order": True})
    register_functions(connection)
    logging.getLogger("splink").setLevel(logging.CRITICAL)  # it names values of records and warns of rare levels
    return connection


def put_side(connection: duckdb.DuckDBPyConnection, name: str, side: pl.DataFrame, model: LinkageModel) -> None:
    """Registers one side's records (column `key`, then the model's columns) in the order of their keys."""
    columns = ["key", *dict.fromkeys(model.columns)]
    ordered = side.select(columns).sort("key").to_arrow()
    connection.register(f"{name}_given", ordered)
    connection.execute(f"create or replace table {name} as select '{name}' as source_dataset, * from {name}_given")
    connection.unregister(f"{name}_given")


def _condition(field: LinkField, condition: str) -> str:
    left, right = f'"{field.name}_l"', f'"{field.name}_r"'
    if condition == "{former}":
        if field.former is None:
            return "false"
        return f'{left} = "{field.former}_r" or "{field.former}_l" = {right}'
    return condition.format(l=left, r=right)


def comparison(field: LinkField, *, with_odds: bool, with_frequencies: bool) -> dict[str, Any]:
    """A field's comparison as Splink reads it; with_odds gives each level the model's m and u."""
    levels: list[dict[str, Any]] = [
        {
            "sql_condition": f'"{field.name}_l" is null or "{field.name}_r" is null',
            "label_for_charts": "missing",
            "is_null_level": True,
        }
    ]
    for level in field.declared.levels:
        entry: dict[str, Any] = {
            "sql_condition": _condition(field, level.condition) if level.condition else "ELSE",
            "label_for_charts": level.code,
        }
        if with_odds:
            odds = field.odds(level.code)
            entry |= {"m_probability": odds.m, "u_probability": odds.u}
        if level.code == "equal" and field.declared.frequent and with_frequencies:
            entry |= {"tf_adjustment_column": field.name, "tf_adjustment_weight": 1.0, "tf_minimum_u_value": 1e-5}
        levels.append(entry)
    return {
        "output_column_name": field.name,
        "comparison_description": field.name,
        "comparison_levels": levels,
    }


def prior(model: LinkageModel, records_b: int) -> float:
    """The odds, as a probability, of a record of a being one of b rather than nobody of b, before anything is compared.

    b is taken for everybody there is: a record without a partner in b has none. So the better known it is that a record
    must be somebody of b, the less it takes to say who.
    """
    odds = model.share / (1.0 - model.share) / max(records_b, 1)
    return min(max(odds / (1.0 + odds), SMALLEST), 0.5)


def settings(
    model: LinkageModel, link_type: str, before: float, *, with_odds: bool, with_frequencies: bool = False
) -> dict[str, Any]:
    """The model as Splink's settings; `before` is the probability of a match before anything is compared."""
    return {
        "link_type": link_type,
        "unique_id_column_name": "key",
        "source_dataset_column_name": "source_dataset",
        "probability_two_random_records_match": before,
        "comparisons": [
            comparison(field, with_odds=with_odds, with_frequencies=with_frequencies) for field in model.fields
        ],
        "blocking_rules_to_generate_predictions": ["1 = 1"],  # never used: the candidates are given
        "retain_matching_columns": True,  # without them Splink drops the levels
        "retain_intermediate_calculation_columns": True,
        "em_convergence": 1e-5,
        "max_iterations": 50,
    }


def _register_frequencies(
    linker: Linker, api: Any, model: LinkageModel, frequencies: Mapping[str, Mapping[str, float]]
) -> None:
    for field in model.fields:
        if field.name in frequencies:
            known = frequencies[field.name]
            rows = pl.DataFrame(
                {field.name: list(known), f"tf_{field.name}": list(known.values())},
                schema={field.name: pl.String, f"tf_{field.name}": pl.Float64},
            ).sort(field.name)
            table = api.register(rows.to_arrow(), table_name=f"frequency_{field.name}")
            linker.table_management.register_term_frequency_lookup(table, field.name)


def score(
    a: pl.DataFrame,
    b: pl.DataFrame,
    model: LinkageModel,
    frequencies: Mapping[str, Mapping[str, float]] | None = None,
) -> pl.DataFrame:
    """Every candidate pair between two tables: key_a, key_b, weight, and per field level_<f> and weight_<f>.

    a and b have a unique text column `key` and the model's columns, prepared. frequencies: by field, the share of each
    value in the whole population, where the two tables are only a part of it; without them the two tables themselves
    tell, where they are large enough. The order of rows does not matter.
    Cost: linear in the candidates, which blocking caps.
    """
    names = [field.name for field in model.fields]
    schema = (
        PAIR_SCHEMA | {f"level_{name}": pl.String for name in names} | {f"weight_{name}": pl.Float64 for name in names}
    )
    if a.is_empty() or b.is_empty():
        return pl.DataFrame(schema=schema)
    from splink import DuckDBAPI, Linker

    connection = open_linkage()
    try:
        put_side(connection, A, a, model)
        put_side(connection, B, b, model)
        if not candidate_pairs(connection, model, A, B, CANDIDATES):
            return pl.DataFrame(schema=schema)
        for name, key in ((A, "key_a"), (B, "key_b")):
            connection.execute(f"delete from {name} where key not in (select {key} from {CANDIDATES})")
        api = DuckDBAPI(connection)
        tables = [api.register(A, table_name=f"input_{A}"), api.register(B, table_name=f"input_{B}")]
        with_frequencies = frequencies is not None or len(a) + len(b) >= ENOUGH_FOR_FREQUENCIES
        declared = settings(model, "link_only", prior(model, len(b)), with_odds=True, with_frequencies=with_frequencies)
        linker = Linker(tables, declared, log_level=None)
        _register_frequencies(linker, api, model, frequencies or {})
        connection.execute(
            f"""create or replace table blocked as
                select '0' as match_key, '{A}-__-' || key_a as join_key_l, '{B}-__-' || key_b as join_key_r
                from {CANDIDATES} order by key_a, key_b"""
        )
        linker.table_management.register_blocked_pairs_for_predict(api.register("blocked", table_name="given_pairs"))
        predicted = linker.inference.predict(warning_mode="never").physical_name
        return _pairs(connection, predicted, model)
    finally:
        connection.close()


def _pairs(connection: duckdb.DuckDBPyConnection, predicted: str, model: LinkageModel) -> pl.DataFrame:
    """Splink's predictions with levels by code and one weight per field, term frequency included."""
    available = {name for name, *_ in connection.execute(f"describe {predicted}").fetchall()}
    columns = []
    for field in model.fields:
        codes = [level.code for level in field.declared.levels]
        # Splink numbers levels from the weakest (0) up; -1 is a missing value.
        cases = " ".join(f"when {len(codes) - 1 - place} then '{code}'" for place, code in enumerate(codes))
        columns.append(f"case gamma_{field.name} {cases} else 'missing' end as level_{field.name}")
        weight = f"mw_{field.name}"
        adjustment = f" + mw_tf_adj_{field.name}" if f"mw_tf_adj_{field.name}" in available else ""
        columns.append(f"round({weight}{adjustment}, 6) as weight_{field.name}")
    return connection.sql(
        f"""select key_l as key_a, key_r as key_b, round(match_weight, 6) as weight, {", ".join(columns)}
            from {predicted} order by key_l, key_r"""
    ).pl()
