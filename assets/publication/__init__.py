"""The last stage: the day is kept, and what may be seen is published.

Belongs here: committing the day to the private warehouse, the published edition.
Does not belong here: deciding what is publishable (contracts do).
"""
