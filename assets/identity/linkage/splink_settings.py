"""The model as Splink reads it: training learns by Splink, and a test holds the day's weights against its own."""

from __future__ import annotations

from typing import Any

from assets.identity.linkage.model import MISSING, LinkageModel, LinkField
from assets.identity.linkage.weights import RAREST, agreement_sql, condition_sql


def _comparison(field: LinkField, *, with_odds: bool, with_frequencies: bool) -> dict[str, Any]:
    """A field's comparison; with_odds gives each level the model's m and u."""
    levels: list[dict[str, Any]] = [
        {
            "sql_condition": f'"{field.name}_l" is null or "{field.name}_r" is null',
            "label_for_charts": MISSING,
            "is_null_level": True,
        }
    ]
    for level in field.declared.levels:
        condition = condition_sql(field, level.condition, agreement_sql(field))
        entry: dict[str, Any] = {"sql_condition": condition or "ELSE", "label_for_charts": level.code}
        if with_odds:
            odds = field.odds(level.code)
            entry |= {"m_probability": odds.m, "u_probability": odds.u}
        if level.code == "equal" and field.declared.frequent and with_frequencies:
            entry |= {"tf_adjustment_column": field.name, "tf_adjustment_weight": 1.0, "tf_minimum_u_value": RAREST}
        levels.append(entry)
    return {
        "output_column_name": field.name,
        "comparison_description": field.name,
        "comparison_levels": levels,
    }


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
            _comparison(field, with_odds=with_odds, with_frequencies=with_frequencies) for field in model.fields
        ],
        "blocking_rules_to_generate_predictions": ["1 = 1"],  # never used: training and the test give their own pairs
        "retain_matching_columns": True,  # without them Splink drops the levels
        "retain_intermediate_calculation_columns": True,
        "em_convergence": 1e-5,
        "max_iterations": 50,
    }
