"""Keeping the day and publishing the edition that everybody reads."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.board.figures import listed_villages
from assets.board.markdown import ranking_table
from assets.board.write import PAGE, board_folder
from assets.given import Warehouse
from assets.replay import DIGESTS, add_up_and_put_digests, digested
from assets.stage import STEP_POOL, asset_key, asset_spec, check_specs, day_of, report, tried_again
from warehouse.catalogue import Catalogue
from warehouse.publish import publish

STAGE = "publication"
PUBLISHED = dg.AssetKey([STAGE, "published_warehouse"])
DOCUMENTS = dg.AssetKey([STAGE, "validation_documents"])
again = tried_again(times=2, seconds=4)
_DESCRIPTION = """**发布库** · the published warehouse

`published/current/hedui.duckdb`：只含契约允许发布的表，一次性原子替换；读者要么看到上一版，要么看到完整的新版。

Only tables whose contract allows publication, swapped in atomically: a reader sees one whole edition, old or new."""


_DOCUMENTS_DESCRIPTION = """**校验报告** · Data Docs

`documents/index.html`：当日每项检查的结果，离线可读，只有数目。

How every check of the day came out: pages that open without a network and hold counts only."""


def _last(catalogue: Catalogue) -> list[str]:
    """The tables that no other is made of: once these are there and checked, all are."""
    read = {name for table in catalogue.order for name in catalogue.inputs(table)}
    return [DIGESTS, *(table for table in catalogue.order if table not in read and table != DIGESTS)]


def documents(catalogue: Catalogue, partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """validation_documents: the last step before publication; it has no say in what is published."""

    @dg.asset(
        key=DOCUMENTS,
        deps=[asset_key(catalogue, table) for table in _last(catalogue)],
        group_name=STAGE,
        description=_DOCUMENTS_DESCRIPTION,
        owners=["team:township-data-clerk"],
        kinds={"html", "greatexpectations"},
        tags={"layer": STAGE, "published": "no"},
        partitions_def=partitions,
        required_resource_keys={"warehouse"},
        pool=STEP_POOL,
    )
    def validation_documents(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        warehouse: Warehouse = context.resources.warehouse
        written = warehouse.write_documents(day_of(context))
        overview = warehouse.home.documents / "index.html"
        return dg.MaterializeResult(
            metadata={"checks": written, "overview": dg.MetadataValue.url(overview.resolve().as_uri())}
        )

    return validation_documents


def digests(catalogue: Catalogue, partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """day_digest: what every kept table of the day holds, so that the day can be replayed and compared."""

    @dg.multi_asset(
        name="day_digest",
        specs=[
            asset_spec(catalogue, DIGESTS, partitions, kinds={"python"}).replace_attributes(
                deps=[asset_key(catalogue, contract.table) for contract in digested(catalogue)]
            )
        ],
        check_specs=check_specs(catalogue, [DIGESTS], partitions),
        required_resource_keys={"warehouse"},
        pool=STEP_POOL,
    )
    def day_digest(context: dg.AssetExecutionContext) -> Iterator[Any]:
        warehouse: Warehouse = context.resources.warehouse
        day = day_of(context)
        warehouse.engine.require_day(day)
        built = warehouse.built_ahead(DIGESTS) or [add_up_and_put_digests(warehouse.engine, day)]
        yield from report(warehouse, STAGE, built)
        warehouse.all_is_checked(day)

    return day_digest


def publication(catalogue: Catalogue, partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """published_warehouse: depends on every table that is kept, so that any blocking check stops it."""
    kept = [name for name, contract in catalogue.tables.items() if contract.keep != "day" or contract.publish]

    @dg.asset(
        key=PUBLISHED,
        deps=[asset_key(catalogue, table) for table in kept],
        group_name=STAGE,
        description=_DESCRIPTION,
        owners=["team:township-office"],
        kinds={"duckdb"},
        tags={"layer": STAGE, "published": "yes"},
        partitions_def=partitions,
        required_resource_keys={"warehouse"},
        pool=STEP_POOL,
    )
    @again
    def published_warehouse(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        warehouse: Warehouse = context.resources.warehouse
        day = day_of(context)
        warehouse.engine.keep_day(day)
        published = publish(warehouse.engine.connection, catalogue, warehouse.home)
        ranking = ranking_table(*listed_villages(warehouse.home.published_database, day))
        page = board_folder(warehouse.home, day) / PAGE
        warehouse.announce(STAGE, "published_warehouse", sum(published.rows.values()))
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": sum(published.rows.values()),
                "tables": len(published.rows),
                "as_of": day.isoformat(),
                "board": dg.MetadataValue.url(page.resolve().as_uri()),
                "ranking": dg.MetadataValue.md(ranking),
            }
        )

    return published_warehouse
