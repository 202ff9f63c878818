"""The first step of a day: land the inbox, then lay out the day's input."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.cases.return_landing import ReturnReport, land_returns, waiting
from assets.known import everything_known, known_on
from assets.registries.day_input import lay_out
from assets.registries.landing import LandingReport, explain
from assets.stage import GROUPS, STEP_POOL, Warehouse, asset_spec, check_specs, day_of, report
from warehouse.catalogue import Catalogue
from warehouse.clock import today
from warehouse.parameters import read_place
from warehouse.registries import Layout, reading_rules

STAGE = "registries"
RETRY = dg.RetryPolicy(max_retries=3, delay=2, backoff=dg.Backoff.EXPONENTIAL)


def _return_metadata(landing: ReturnReport) -> dict[str, Any]:
    return {
        "new_files": len(landing.new),
        "recognised_files": landing.recognised,
        "rows_accepted": sum(manifest.rows_accepted for manifest in landing.new),
        "rows_rejected": sum(manifest.rows_rejected for manifest in landing.new),
    }


def _landing_metadata(landing: LandingReport, layouts: dict[str, Layout]) -> dict[str, Any]:
    """What a landing did, in counts, reasons and declared words; never a value or a name that somebody typed."""
    refused = {
        reading_rules().refused_word(heading, layouts[manifest.registry]) or ""
        for manifest in landing.new
        for heading in manifest.refused_headings
    }
    quarantined = [f"{m.registry if m.registry in layouts else '?'}: {explain(m)}" for m in landing.new if m.reason]
    return {
        "new_files": len(landing.new),
        "recognised_files": landing.recognised,
        "waiting_files": landing.waiting,
        "rows_read": sum(manifest.rows_read for manifest in landing.new),
        "rows_accepted": sum(manifest.rows_accepted for manifest in landing.new),
        "rows_rejected": sum(manifest.rows_rejected for manifest in landing.new),
        "refused_columns": ", ".join(sorted(refused)) or "-",
        "quarantined": "\n".join(quarantined) or "-",
    }


def assets(catalogue: Catalogue, partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """received_file, rejected_row, cell_notice, raw_<registry> and the reference tables of the day."""
    tables = [name for name, c in catalogue.tables.items() if GROUPS[c.layer] == STAGE and name not in catalogue.models]

    @dg.multi_asset(
        name=STAGE,
        specs=[asset_spec(catalogue, table, partitions, kinds={"file"}) for table in tables],
        check_specs=check_specs(catalogue, tables),
        required_resource_keys={"warehouse"},
        pool=STEP_POOL,
        retry_policy=RETRY,
    )
    def _registries(context: dg.AssetExecutionContext) -> Iterator[Any]:
        warehouse: Warehouse = context.resources.warehouse
        landing = warehouse.land(lambda registry: warehouse.announce(STAGE, registry, 0))
        day = day_of(context)
        villages = {village.village_code: village.village_name for village in read_place(day, catalogue.site).villages}
        returns = land_returns(warehouse.home, waiting(warehouse.home), villages, received_on=today())
        known = known_on(everything_known(warehouse.home), day, warehouse.engine.recorded_input(day))
        with warehouse.input_of(day):
            built = lay_out(warehouse.engine, warehouse.home, day, known)
        extras = {
            "received_file": _landing_metadata(landing, catalogue.layouts),
            "received_return": _return_metadata(returns),
        }
        yield from report(warehouse, STAGE, built, extras)

    return _registries
