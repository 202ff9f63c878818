"""What leaves the benefit tables: posting lists, text messages, and the explanation of one decision.

Belongs here: writing files from tables of the benefits layer, each checked before it is written.
Does not belong here: deciding outcomes (warehouse/models/benefits), what may be posted (expectations/posting).
"""
