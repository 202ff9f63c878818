"""The case loop: lists go out, answers come back, and both become immutable input like any extract.

Belongs here: writing worklists, recording what was handed over, reading what came back, drawing re-checks.
Does not belong here: what becomes of a case (warehouse/models/cases derives the ledger from what is recorded here).
"""
