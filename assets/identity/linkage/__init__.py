"""Linkage by probability (Fellegi and Sunter, learnt by Splink): for records that no number brings together.

One path serves the daily run and `hedui link`: two tables of prepared fields → candidate pairs by capped blocking →
weights by a model → one-to-one decisions with a grey zone. Weights are in bits: +1 doubles the odds of a match.
Belongs here: fields and their levels of agreement, the model file, training, candidates, scoring, deciding.
Does not belong here: which records are linked on a day (the stage), or how an agreement is found (warehouse/compare).
"""
