"""Comparison: how two values of one field agree or differ, in the words a clerk would use.

Belongs here: pure functions of two normalised values (names, dates, numbers) and the character facts behind them.
Does not belong here: normalising one value (warehouse/normalise), weighing agreements (assets/identity/linkage), SQL.
"""

from warehouse.compare.dates import date_agreement
from warehouse.compare.names import name_agreement, name_form, name_sound
from warehouse.compare.numbers import number_agreement

__all__ = ["date_agreement", "name_agreement", "name_form", "name_sound", "number_agreement"]
