"""The disclosure as an asset: written from the edition that was just published."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.benefits.stage import posting_check, posting_result
from assets.fees.disclosure import write_disclosure
from assets.publication.stage import PUBLISHED, STAGE
from assets.stage import STEP_POOL, Warehouse
from warehouse.catalogue import Catalogue
from warehouse.engines.duckdb_engine import connect

DISCLOSURE = dg.AssetKey([STAGE, "disclosure"])
_DESCRIPTION = """**三规范一公开** · the disclosure

`disclosure/<日期>/`：收费项目、裁量基准、投诉办理，网页和 XLSX，全部取自发布库；先检查后写出。

Fees, discretion benchmarks and complaints handled, as a page and a workbook, checked before they are put in place."""


def assets(_catalogue: Catalogue, partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """disclosure: depends on the published warehouse and reads nothing else."""

    @dg.asset(
        key=DISCLOSURE,
        deps=[PUBLISHED],
        check_specs=[posting_check(DISCLOSURE)],
        group_name=STAGE,
        description=_DESCRIPTION,
        owners=["team:township-office"],
        kinds={"html", "excel"},
        tags={"layer": STAGE, "published": "yes"},
        partitions_def=partitions,
        required_resource_keys={"warehouse"},
        pool=STEP_POOL,
        retry_policy=dg.RetryPolicy(max_retries=2, delay=4),
    )
    def disclosure(context: dg.AssetExecutionContext) -> Iterator[Any]:
        warehouse: Warehouse = context.resources.warehouse
        with connect(warehouse.home.published_database, read_only=True) as published:
            written = write_disclosure(warehouse.home, published)
        shown = not written.findings
        yield dg.MaterializeResult(
            metadata={"page": dg.MetadataValue.url(written.page.resolve().as_uri())} if shown else {}
        )
        yield posting_result(warehouse, DISCLOSURE, 0 if shown else 1, written.findings)
        warehouse.announce(STAGE, "disclosure", int(shown))

    return disclosure
