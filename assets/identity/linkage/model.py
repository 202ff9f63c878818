"""The model file: which fields are compared, what each level weighs, where candidates come from, when a pair is a link.

A model is a reviewed YAML file that carries the report of its training. Nothing in a day changes it.
"""

from __future__ import annotations

import math
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from assets.identity.linkage.fields import KINDS, Kind
from warehouse.document import read_yaml
from warehouse.files import write_atomically

NAME = r"^[a-z][a-z0-9_]*$"
SMALLEST = 1e-9
MISSING = "missing"  # the level of a field that a side does not give


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Odds(_Part):
    """How often a level occurs among records of one person (m) and of two (u)."""

    m: float = Field(gt=0, le=1)
    u: float = Field(gt=0, le=1)

    @property
    def weight(self) -> float:
        """The level's weight in bits."""
        return math.log2(self.m / self.u)


class LinkField(_Part):
    """A compared field: a column of both tables, its kind, and the odds of each level by code."""

    name: str = Field(pattern=NAME)
    kind: str
    zh: str
    en: str
    former: str | None = Field(default=None, pattern=NAME)  # another column whose value counts as well
    levels: dict[str, Odds] = {}

    @model_validator(mode="after")
    def _is_known(self) -> LinkField:
        if self.kind not in KINDS:
            raise ValueError(f"{self.name}: 没有这个种类 / unknown kind {self.kind}; 应为 / one of {', '.join(KINDS)}")
        unknown = set(self.levels) - {level.code for level in self.declared.levels}
        if unknown:
            raise ValueError(f"{self.name}: 没有这些等级 / unknown levels: {', '.join(sorted(unknown))}")
        return self

    @property
    def declared(self) -> Kind:
        """The field's kind."""
        return KINDS[self.kind]

    @property
    def look_parts(self) -> list[str]:
        """The parts of a value that the looks of the field's kind name."""
        return sorted({part for look in self.declared.looks for part in look.parts})

    def odds(self, code: str) -> Odds:
        """The odds of a level: trained, else declared."""
        level = self.declared.level(code)
        return self.levels.get(code, Odds(m=level.m, u=level.u))


class TrainingReport(_Part):
    """What the model was trained on, and how it did."""

    data: str
    records_a: int
    records_b: int
    links: int
    rounds: list[str]


class LinkageModel(_Part):
    """Fields, blocking keys, how many records are expected to have a partner, and the limits of a decision in bits.

    A pair is linked at `accept` bits or more when no rival of either record comes within `margin` bits; it goes to the
    review queue from `review` bits on. Of the `identifying` fields that both records give, at least `at_least` must
    agree strongly, or all where fewer are given: agreements about the place alone do not make twins one person.
    """

    fields: tuple[LinkField, ...]
    keys: tuple[tuple[str, ...], ...]
    largest_block: int = 64
    share: float = Field(default=0.5, gt=0, lt=1)  # of the records of the first table, those that have a partner
    accept: float = 6.0
    review: float = 0.0
    margin: float = 3.0
    identifying: tuple[str, ...] = ()
    at_least: int = 0
    training: TrainingReport | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> LinkageModel:
        by_name = {field.name: field for field in self.fields}
        if len(by_name) != len(self.fields):
            raise ValueError("一个字段列了两次 / a field is listed twice")
        for key in self.keys:
            for part in key:
                name, _, piece = part.partition(".")
                if name not in by_name or (piece and piece not in by_name[name].declared.parts):
                    raise ValueError(
                        f"{part}: 分块键没有指向字段或其部分 / a blocking key that names no field or no part of one"
                    )
        if unknown := set(self.identifying) - set(by_name):
            raise ValueError(f"没有这个字段 / no such field: {', '.join(sorted(unknown))}")
        return self

    @property
    def least(self) -> float:
        """The fewest bits that a pair needs to be a link or to be reviewed."""
        return min(self.accept, self.review)

    @property
    def columns(self) -> list[str]:
        """The columns that both tables must have, beside their key."""
        return [*(field.name for field in self.fields), *(field.former for field in self.fields if field.former)]


def read_model(path: Path) -> LinkageModel:
    """A model file. Raises ValueError where it contradicts itself."""
    return LinkageModel.model_validate(read_yaml(path))


def write_model(model: LinkageModel, path: Path) -> None:
    """Writes a model with six significant digits, so that a reviewer can read what changed."""
    document = model.model_dump(mode="json", exclude_none=True)
    for field in document["fields"]:
        for odds in field["levels"].values():
            odds["m"], odds["u"] = float(f"{odds['m']:.6g}"), float(f"{odds['u']:.6g}")
    document["share"] = float(f"{document['share']:.6g}")
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120)
    write_atomically(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))
