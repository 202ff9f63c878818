"""The first stage: extracts from the inbox become immutable landed rows.

Belongs here: finding files, reading every format, parsing by declared layout, accepting and rejecting.
Does not belong here: anything that knows one registry by name; anything that compares registries.
"""
