"""Which rows of a table a changed row of its inputs can move: reading and checking renewal.yaml.

Most tables are made of pieces that know nothing of each other: the records with one number, of one group, of one
person. A table declared there is renewed from one day to the next piece by piece: only those that a changed row reaches
are computed again. What is not declared is built whole, and so is a declared table when something changed from which
no way to its pieces is declared. So a declaration saves time, and forgetting one costs time, nothing else; a wrong one
is found by the tests that hold every table of renewed days against the same days built from nothing.
"""

from __future__ import annotations

from functools import cache

from pydantic import BaseModel, ConfigDict, model_validator

from warehouse.document import read_yaml
from warehouse.models.model import FOLDER, LATEST, relations_of

CHANGED_ROWS, PIECE = "changed", "piece"


class Renewal(BaseModel):
    """How a table is renewed.

    by: the columns that name a piece. cut: inputs of which a piece needs only its own rows, and the columns of theirs
    that name it. reached: other inputs, and for each a SELECT of the pieces that its rows `changed` (as they were and
    as they are; of latest_<registry> the raw ones that came) can move. also: a SELECT of further pieces that belong to
    those in `piece`. replaces: the input whose rows in a piece have the key of the table's own, where the table itself
    does not bear the columns of `by`. no_matter: inputs whose changes move nothing by themselves. afresh: on a new day
    only pieces reached have rows.
    row_by_row: each row comes from one row of one input; nothing else is declared then.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    by: tuple[str, ...] = ()
    cut: dict[str, tuple[str, ...]] = {}
    reached: dict[str, str] = {}
    also: str | None = None
    replaces: str | None = None
    no_matter: tuple[str, ...] = ()
    afresh: bool = False
    row_by_row: bool = False

    @model_validator(mode="after")
    def _holds_together(self) -> Renewal:
        if self.row_by_row == bool(self.by):
            raise ValueError("a table is renewed either row by row or by pieces")
        if any(len(columns) != len(self.by) for columns in self.cut.values()):
            raise ValueError("an input that is cut needs a column for each of `by`")
        if self.replaces is not None and self.replaces not in self.cut:
            raise ValueError(f"{self.replaces} is not cut, so it cannot say which rows are replaced")
        for name, sql in self.reached.items():
            if CHANGED_ROWS not in relations_of(sql):
                raise ValueError(f"the way from {name} does not start at its changed rows")
        return self

    @property
    def registry(self) -> str | None:
        """The registry whose records the table holds, where a piece is a record."""
        return next((name.removeprefix(LATEST) for name in self.cut if name.startswith(LATEST)), None)

    @property
    def knows(self) -> frozenset[str]:
        """Inputs whose changes the declaration follows."""
        return frozenset((*self.cut, *self.reached, *self.no_matter))


@cache
def read_renewals() -> dict[str, Renewal]:
    """Every declaration, by table. Raises pydantic.ValidationError where one contradicts itself."""
    return {table: Renewal.model_validate(entry) for table, entry in read_yaml(FOLDER / "renewal.yaml").items()}
