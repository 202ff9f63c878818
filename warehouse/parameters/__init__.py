"""Dated facts that are not data: law, terms, weights, thresholds, the place and its villages.

Belongs here: anything a decision-maker may change from a day on, with its source and the day it takes effect.
Does not belong here: constants in code, facts about files (registries) or tables (contracts).
"""

from warehouse.parameters.dated import (
    Indicator,
    IndicatorDeclaration,
    Place,
    Round,
    Term,
    Village,
    declared_indicators,
    declared_terms,
    in_force_on,
    indicators_on,
    read_place,
    rounds_on,
    terms_on,
)

__all__ = [
    "Indicator",
    "IndicatorDeclaration",
    "Place",
    "Round",
    "Term",
    "Village",
    "declared_indicators",
    "declared_terms",
    "in_force_on",
    "indicators_on",
    "read_place",
    "rounds_on",
    "terms_on",
]
