"""Tables of the identity stage that code computes between its models."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import polars as pl

from assets.building import Computed
from assets.identity.day import PLACE, link, model_in_force
from assets.identity.decisions import decision_rows
from warehouse.engines.engine import Engine, Given, arrow_schema
from warehouse.home import Home
from warehouse.reference import Rows


def _decisions(engine: Engine, home: Home, _day: dt.date) -> dict[str, Rows]:
    """What people decided on doubtful pairs of records, as far as the day knew it."""
    known = pl.DataFrame(engine.read("known_input"))["input_id"].to_list()
    return {"link_decision": decision_rows(home, frozenset(known))}


def _links(engine: Engine, home: Home, _day: dt.date) -> dict[str, Given]:
    """Records without a usable number brought to their person by name, dates and household, with the evidence."""

    def rows(table: str, columns: Collection[str] | None = None) -> pl.DataFrame:
        return pl.DataFrame(engine.read(table, columns))

    decisions = rows("link_decision")
    # Where everybody stands matters to what people decided, and to nothing else.
    nobody = pl.DataFrame(arrow_schema(engine.catalogue.contract("settled_person"), PLACE).empty_table())
    found = link(
        rows("unplaced_record"),
        rows("linkable_person"),
        nobody if decisions.is_empty() else rows("settled_person", PLACE),
        decisions,
        model_in_force(engine.catalogue.site),
        home.scratch,
    )
    return {
        "probable_link": found.links.to_arrow(),
        "probable_group": found.groups.to_arrow(),
        "link_evidence": found.evidence.to_arrow(),
    }


COMPUTED = (
    Computed(("link_decision",), _decisions),
    Computed(("probable_link", "probable_group", "link_evidence"), _links),
)
