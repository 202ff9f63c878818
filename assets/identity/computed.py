"""Tables of the identity stage that code computes between its models."""

from __future__ import annotations

import datetime as dt

import polars as pl

from assets.identity.day import link, model_in_force
from assets.identity.decisions import decision_rows
from assets.stage import Computed, Warehouse
from warehouse.reference import Rows


def _decisions(warehouse: Warehouse, day: dt.date) -> dict[str, Rows]:
    return {"link_decision": decision_rows(warehouse.home, day)}


def _links(warehouse: Warehouse, _day: dt.date) -> dict[str, Rows]:
    def rows(table: str) -> pl.DataFrame:
        return pl.DataFrame(warehouse.engine.read(table))

    found = link(
        rows("unplaced_record"),
        rows("linkable_person"),
        rows("settled_person"),
        rows("link_decision"),
        model_in_force(warehouse.catalogue.site),
    )
    return {
        "probable_link": found.links.to_dicts(),
        "probable_group": found.groups.to_dicts(),
        "link_evidence": found.evidence.to_dicts(),
    }


COMPUTED = (
    Computed(("link_decision",), _decisions),
    Computed(("probable_link", "probable_group", "link_evidence"), _links),
)
