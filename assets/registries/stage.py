"""The first step of a day: land the inbox, then lay out the day's input."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.building import GROUPS
from assets.cases.return_landing import ReturnReport
from assets.given import Warehouse
from assets.registries.contradictions import contradictions
from assets.registries.manifest import explain
from assets.registries.taking_in import STAGE, TakenIn, take_in
from assets.stage import STEP_POOL, asset_spec, check_specs, day_of, report, tried_again
from warehouse.catalogue import Catalogue
from warehouse.home import Home
from warehouse.registries import Layout, reading_rules


def _return_metadata(landing: ReturnReport) -> dict[str, Any]:
    return {
        "new_files": len(landing.new),
        "recognised_files": landing.recognised,
        "files_before_their_list": len(landing.early),
        "rows_accepted": sum(manifest.rows_accepted for manifest in landing.new),
        "rows_rejected": sum(manifest.rows_rejected for manifest in landing.new),
    }


def _landing_metadata(taken: TakenIn, layouts: dict[str, Layout], home: Home) -> dict[str, Any]:
    """What a landing did, in counts, reasons and declared words; never a value or a name that somebody typed."""
    landing = taken.landing
    refused = {
        reading_rules().refused_word(heading, layouts[manifest.registry]) or ""
        for manifest in landing.new
        for heading in manifest.refused_headings
    }
    differing = contradictions(home, layouts, landing.new, taken.received)
    quarantined = [f"{m.registry if m.registry in layouts else '?'}: {explain(m)}" for m in landing.new if m.reason]
    return {
        "new_files": len(landing.new),
        "recognised_files": landing.recognised,
        "waiting_files": landing.waiting,
        "left_files": landing.left,
        "rows_read": sum(manifest.rows_read for manifest in landing.new),
        "rows_accepted": sum(manifest.rows_accepted for manifest in landing.new),
        "rows_rejected": sum(manifest.rows_rejected for manifest in landing.new),
        "refused_columns": ", ".join(sorted(refused)) or "-",
        "quarantined": "\n".join(quarantined) or "-",
        "records_that_differ_between_full_extracts": sum(records for _, records in differing),
    }


def assets(catalogue: Catalogue, partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """received_file, rejected_row, cell_notice, raw_<registry> and the reference tables of the day."""
    tables = [name for name, c in catalogue.tables.items() if GROUPS[c.layer] == STAGE and name not in catalogue.models]

    @dg.multi_asset(
        name=STAGE,
        specs=[asset_spec(catalogue, table, partitions, kinds={"file"}) for table in tables],
        check_specs=check_specs(catalogue, tables, partitions),
        required_resource_keys={"warehouse"},
        pool=STEP_POOL,
    )
    @tried_again(times=3, seconds=5)
    def _registries(context: dg.AssetExecutionContext) -> Iterator[Any]:
        warehouse: Warehouse = context.resources.warehouse
        day = day_of(context)
        taken = warehouse.taken_in_ahead(day) or take_in(warehouse, day)
        extras = {
            "received_file": _landing_metadata(taken, catalogue.layouts, warehouse.home),
            "received_return": _return_metadata(taken.returns),
        }
        yield from report(warehouse, STAGE, taken.built, extras)

    return _registries
