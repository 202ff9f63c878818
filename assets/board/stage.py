"""The board as an asset: written from the edition that was just published."""

import dagster as dg

from assets.board.markdown import ranking_table
from assets.board.write import write_board
from assets.given import Warehouse
from assets.publication.stage import STAGE
from assets.publication.written import written_asset
from assets.stage import day_of
from warehouse.catalogue import Catalogue

BOARD = dg.AssetKey([STAGE, "board"])
_DESCRIPTION = """**17:00 看板** · the day's board

`board/<日期>/index.html`：单页、不联网，另有 XLSX 和 CSV；数字全部取自发布库中可公开的表。

One page that loads nothing, with XLSX and CSV; every figure comes from the published warehouse's release tables."""


def assets(catalogue: Catalogue, partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """board: depends on the published warehouse and reads nothing else."""

    @written_asset(partitions, BOARD, _DESCRIPTION, {"html", "excel"})
    def board(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        warehouse: Warehouse = context.resources.warehouse
        written = write_board(warehouse.home, catalogue, day_of(context))
        villages = written.board.totals["villages"].value
        warehouse.announce(STAGE, "board", villages)
        return dg.MaterializeResult(
            metadata={
                "board": dg.MetadataValue.url(written.page.resolve().as_uri()),
                "bytes": written.page.stat().st_size,
                "ranking": dg.MetadataValue.md(ranking_table(written.board.villages, villages)),
            }
        )

    return board
