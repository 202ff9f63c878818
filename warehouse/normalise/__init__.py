"""Normalisation: how a value is brought to one form before it is compared.

Belongs here: pure functions of one column (text, dates, citizen ids, codes), with no knowledge of any registry.
Does not belong here: reading files, joining tables, deciding what a difference means.
"""
