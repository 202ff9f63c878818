"""The disclosure as an asset: written from the edition that was just published."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.fees.disclosure import write_disclosure
from assets.given import Warehouse
from assets.publication.stage import STAGE
from assets.publication.written import checked_files, written_asset
from warehouse.catalogue import Catalogue
from warehouse.engines.duckdb_engine import connect

DISCLOSURE = dg.AssetKey([STAGE, "disclosure"])
_DESCRIPTION = """**三规范一公开** · the disclosure

`disclosure/<日期>/`：收费项目、裁量基准、投诉办理，网页和 XLSX，全部取自发布库；先检查后写出。

Fees, discretion benchmarks and complaints handled, as a page and a workbook, checked before they are put in place."""


def assets(_catalogue: Catalogue, partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """disclosure: depends on the published warehouse and reads nothing else."""

    @written_asset(partitions, DISCLOSURE, _DESCRIPTION, {"html", "excel"}, checked=True)
    def disclosure(context: dg.AssetExecutionContext) -> Iterator[Any]:
        warehouse: Warehouse = context.resources.warehouse
        with connect(warehouse.home.published_database, read_only=True) as published:
            written = write_disclosure(warehouse.home, published)
        shown = not written.findings
        yield dg.MaterializeResult(
            metadata={"page": dg.MetadataValue.url(written.page.resolve().as_uri())} if shown else {}
        )
        yield checked_files(warehouse, DISCLOSURE, 0 if shown else 1, written.findings)
        warehouse.announce(STAGE, "disclosure", int(shown))

    return disclosure
