"""Reading the rule files of this folder."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from warehouse.document import read_as

FOLDER = Path(__file__).parent


class Rule(BaseModel):
    """A rule: what is wrong, in words; who can correct it; whether resolving it counts for the village's score.

    `event` is what a look-back limit of the rule is held against; a rule without one has no limit.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    zh: str
    en: str
    owner: Literal["village", "police", "civil_affairs", "hospital"]
    scored: bool
    event: Literal["birth", "marriage"] | None = None
    legal_basis: str | None = None
    action_zh: str
    action_en: str

    @property
    def table(self) -> str:
        """The model that computes the rule's cases."""
        return self.code.lower()


@cache
def read_rules(*folders: Path) -> dict[str, Rule]:
    """Every rule of the folders, by code. Raises ValueError where a file's name is not its rule's."""
    rules = {}
    for folder in folders or (FOLDER,):
        for path in sorted(folder.glob("*.yaml")):
            rule = read_as(Rule, path)
            if rule.table != path.stem:
                raise ValueError(f"{path.name} describes {rule.code}: file and rule must have one name")
            rules[rule.code] = rule
    return rules
