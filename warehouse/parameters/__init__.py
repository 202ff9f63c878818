"""Dated facts that are not data: law, terms, weights, thresholds, the place and its villages.

Belongs here: anything a decision-maker may change from a day on, with its source and the day it takes effect.
Does not belong here: constants in code, facts about files (registries) or tables (contracts).
"""

from warehouse.parameters.completeness import SourcePair, source_pairs_on
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
    terms_after_holidays_on,
    terms_on,
)
from warehouse.parameters.deadlines import Deadline, deadlines_on
from warehouse.parameters.direction import VoiceWeight, declared_direction, voice_weights_on
from warehouse.parameters.working_days import CalendarDay, MovedDay, calendar_days, moved_days

__all__ = [
    "CalendarDay",
    "Deadline",
    "Indicator",
    "IndicatorDeclaration",
    "MovedDay",
    "Place",
    "Round",
    "SourcePair",
    "Term",
    "Village",
    "VoiceWeight",
    "calendar_days",
    "deadlines_on",
    "declared_direction",
    "declared_indicators",
    "declared_terms",
    "in_force_on",
    "indicators_on",
    "moved_days",
    "read_place",
    "rounds_on",
    "source_pairs_on",
    "terms_after_holidays_on",
    "terms_on",
    "voice_weights_on",
]
