"""Reading the SQL files of this folder."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import dropwhile, takewhile
from pathlib import Path

FOLDER = Path(__file__).parent
HISTORY = "_history"
LATEST = "latest_"
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_COMMENT = re.compile(r"--[^\n]*|'[^']*'")
_RELATION = re.compile(r"\b(?:from|join)\s+([a-z_][a-z0-9_]*)\b(?!\s*\()", re.IGNORECASE)
_CTE = re.compile(r"(?:\bwith|,)\s*([a-z_][a-z0-9_]*)\s+as\s*\(", re.IGNORECASE)


def relations_of(sql: str) -> frozenset[str]:
    """Every relation a SELECT names, but for its own common table expressions."""
    text = re.sub(r"extract\s*\(\s*\w+\s+from\s+", "extract(", _COMMENT.sub("", sql), flags=re.IGNORECASE)
    text = re.sub(r"\bis\s+(not\s+)?distinct\s+from\b", "=", text, flags=re.IGNORECASE)
    return frozenset(_RELATION.findall(text)) - frozenset(_CTE.findall(text))


def in_schema(sql: str, schema: str, elsewhere: Mapping[str, str] | None = None) -> str:
    """A SELECT with every relation named in a schema: where one is missing, no namesake elsewhere stands in for it.

    elsewhere: for some relations, what is read in their place.
    """
    read = {relation: f"{schema}.{relation}" for relation in relations_of(sql)} | dict(elsewhere or {})

    def named(found: re.Match[str]) -> str:
        relation = found[1]
        return f"{found[0].removesuffix(relation)}{read[relation]}" if relation in read else found[0]

    return _RELATION.sub(named, sql)


@dataclass(frozen=True)
class Model:
    """One derived table: its name, its layer and the SELECT that computes it."""

    table: str
    layer: str
    sql: str

    @cached_property
    def reads(self) -> frozenset[str]:
        """Every relation the SELECT names, but for its own common table expressions."""
        return relations_of(self.sql)

    @property
    def zh(self) -> str:
        """The Chinese lines at the head of the file, as one paragraph."""
        return "".join(takewhile(_CHINESE.search, self._head))

    @property
    def en(self) -> str:
        """The English lines below them, as one paragraph."""
        return " ".join(dropwhile(_CHINESE.search, self._head))

    @property
    def _head(self) -> list[str]:
        lines = takewhile(lambda line: line.startswith("--"), self.sql.splitlines())
        return [line.removeprefix("--").strip() for line in lines]


@cache
def read_models(*folders: Path) -> dict[str, Model]:
    """Every model of the folders (one subfolder per layer), by table. Raises ValueError where a table has two."""
    models: dict[str, Model] = {}
    for folder in folders:
        for path in sorted(folder.glob("*/*.sql")):
            if path.stem in models:
                raise ValueError(f"{path.stem} has two models")
            models[path.stem] = Model(path.stem, path.parent.name, path.read_text(encoding="utf-8"))
    return models
