"""Codes with the words for them, as commands that explain say them: Chinese, then the code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cached_property

from expectations.rules import read_rules
from warehouse.catalogue import Catalogue
from warehouse.forms import read_form
from warehouse.parameters import declared_indicators


class Spoken:
    """Words of what is declared, and of files by their ids. A code for which there are none stands alone."""

    def __init__(self, catalogue: Catalogue, files: Mapping[str, str] | None = None) -> None:
        self._catalogue = catalogue
        self._files = files or {}

    @cached_property
    def indicators(self) -> dict[str, str]:
        """The names of indicators by their codes."""
        return {declared.indicator: declared.zh for declared in declared_indicators(self._catalogue.site)}

    @cached_property
    def _rules(self) -> dict[str, str]:
        return {code: rule.zh for code, rule in read_rules().items()}

    def indicator(self, code: str) -> str:
        """An indicator, or the score that is made of them."""
        return said({"score": "得分"} | self.indicators, code)

    def rule(self, code: str) -> str:
        """What a rule finds, and its code."""
        return said(self._rules, code)

    def registry(self, code: str) -> str:
        """A registry by its name."""
        return said({name: layout.zh for name, layout in self._catalogue.layouts.items()}, code)

    def cause(self, code: str) -> str:
        """How two values differ."""
        return said({name: words.zh for name, words in read_form().causes.items()}, code)

    def code(self, table: str, column: str, code: str) -> str:
        """A code of a table's column, as its contract says it."""
        [element] = (each for each in self._catalogue.contract(table).columns if each.name == column)
        return said(element.codes or {}, code)

    def source(self, registry: str, day: dt.date | None, file_id: str) -> str:
        """A landed file: of which registry, and its name or day."""
        named = self._files.get(file_id) or f"{day} {file_id}"
        return f"{self.registry(registry)} {named}"

    def file(self, file_id: str) -> str:
        """A file or list by its name."""
        return self._files.get(file_id, file_id)


def said(words: dict[str, str], code: str) -> str:
    """A code after the words for it, if there are any."""
    return f"{words[code]} {code}" if code in words else code
