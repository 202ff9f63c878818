"""The first step of a day: land the inbox, then lay out the day's input."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.identity.decisions import decision_files
from assets.registries.landing import LandingReport, Manifest, explain, land_inbox, read_manifests
from assets.registries.received import files_known_on, fingerprint, landed_files, received_rows
from assets.stage import GROUPS, STEP_POOL, Warehouse, asset_spec, check_specs, day_of, report
from expectations.rules import read_rules
from warehouse.catalogue import Catalogue
from warehouse.engines.duckdb_engine import Built
from warehouse.reference import Rows, reference_rows
from warehouse.registries import Layout, reading_rules

STAGE = "registries"
RETRY = dg.RetryPolicy(max_retries=3, delay=2, backoff=dg.Backoff.EXPONENTIAL)


def rule_rows() -> Rows:
    """Rows of the rule table."""
    return [{"rule_code": rule.code, **rule.model_dump(exclude={"code"})} for rule in read_rules().values()]


def lay_out(warehouse: Warehouse, day: dt.date, manifests: list[Manifest]) -> list[Built]:
    """Puts everything the day's models read into the work schema: reference tables, received files and raw rows."""
    engine, catalogue, home = warehouse.engine, warehouse.catalogue, warehouse.home
    engine.begin_day(day)
    known = files_known_on(manifests, day)
    inputs = [*(manifest.file_id for manifest in known), *(path.stem for path in decision_files(home, day))]
    rows = reference_rows(day, catalogue.site) | {
        "rule": rule_rows(),
        "received_file": received_rows(known),
        "day_run": [{"as_of": day, "fingerprint": fingerprint(catalogue, inputs)}],
    }
    built = [engine.put_rows(table, content) for table, content in rows.items()]
    for table, kind in (("rejected_row", "rejected"), ("cell_notice", "notices")):
        built.append(engine.put_files(table, landed_files(home, known, kind)))
    for registry in catalogue.layouts:
        built.append(engine.put_files(f"raw_{registry}", landed_files(home, known, "rows", registry)))
    engine.relate()
    return built


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
        landing = land_inbox(
            warehouse.home, catalogue.layouts, announce=lambda registry: warehouse.announce(STAGE, registry, 0)
        )
        built = lay_out(warehouse, day_of(context), read_manifests(warehouse.home))
        yield from report(warehouse, STAGE, built, {"received_file": _landing_metadata(landing, catalogue.layouts)})

    return _registries
