"""How each registry's files look: one YAML file per registry.

Belongs here: headings and their synonyms, types, codes, what is refused, what identifies a record.
Does not belong here: Python that knows one registry by name. Adding a registry means adding a file,
and a contract and a model of its records (docs/adding.md).
"""

from warehouse.registries.layout import COMMON, FOLDER, Column, Layout, ReadingRules, read_layouts, reading_rules

__all__ = ["COMMON", "FOLDER", "Column", "Layout", "ReadingRules", "read_layouts", "reading_rules"]
