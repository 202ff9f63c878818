"""The board as an asset: written from the edition that was just published."""

import dagster as dg

from assets.board.markdown import ranking_table
from assets.board.write import write_board
from assets.publication.stage import PUBLISHED
from assets.stage import STEP_POOL, Warehouse, day_of
from warehouse.catalogue import Catalogue

STAGE = "publication"
BOARD = dg.AssetKey([STAGE, "board"])
_DESCRIPTION = """**17:00 看板** · the day's board

`board/<日期>/index.html`：单页、不联网，另有 XLSX 和 CSV；数字全部取自发布库中可公开的表。

One page that loads nothing, with XLSX and CSV; every figure comes from the published warehouse's release tables."""


def assets(catalogue: Catalogue, partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """board: depends on the published warehouse and reads nothing else."""

    @dg.asset(
        key=BOARD,
        deps=[PUBLISHED],
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
    def board(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        warehouse: Warehouse = context.resources.warehouse
        written = write_board(warehouse.home, catalogue, day_of(context))
        warehouse.announce(STAGE, "board", len(written.board.villages))
        return dg.MaterializeResult(
            metadata={
                "board": dg.MetadataValue.url(written.page.resolve().as_uri()),
                "bytes": written.page.stat().st_size,
                "ranking": dg.MetadataValue.md(ranking_table(written.board)),
            }
        )

    return board
