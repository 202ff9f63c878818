"""Posting lists and text messages as assets: written once the day is published, the same when it is run again."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.benefits.messages import write_messages
from assets.benefits.posting import write_postings
from assets.given import Warehouse
from assets.publication.stage import STAGE
from assets.publication.written import checked_files, written_asset
from assets.stage import asset_key, day_of
from warehouse.catalogue import Catalogue
from warehouse.engines.duckdb_engine import WORK

POSTINGS = dg.AssetKey([STAGE, "posting_lists"])
MESSAGES = dg.AssetKey([STAGE, "message_outbox"])
_POSTINGS_DESCRIPTION = """**公示名单** · lists for public posting

`postings/<日期>/<名单>.xlsx`：先检查后写出，查出不能公示的不写出，其余照常。

Each list is checked before it is put in place; one that shows what must not be is withheld, the rest is not."""
_MESSAGES_DESCRIPTION = """**待发短信** · text messages for the operator's gateway

`outbox/sms/<日期>.txt`：每个事件一条，已写出的不再写；仅供本单位，不公开。

One per event and never twice, for the owner alone."""


def assets(catalogue: Catalogue, partitions: dg.PartitionsDefinition) -> list[dg.AssetsDefinition]:
    """posting_lists and message_outbox: nothing leaves the house before its day is published."""

    @written_asset(
        partitions,
        POSTINGS,
        _POSTINGS_DESCRIPTION,
        {"excel"},
        deps=[asset_key(catalogue, "benefit_posting")],
        checked=True,
    )
    def posting_lists(context: dg.AssetExecutionContext) -> Iterator[Any]:
        warehouse: Warehouse = context.resources.warehouse
        warehouse.engine.require_day(day_of(context))
        postings = write_postings(warehouse.home, warehouse.engine.connection, WORK)
        passed = [posting for posting in postings if not posting.findings]
        yield dg.MaterializeResult(
            metadata={"dagster/row_count": sum(posting.lines for posting in passed), "lists": len(passed)}
        )
        findings = [finding for posting in postings for finding in posting.findings]
        yield checked_files(warehouse, POSTINGS, len(postings) - len(passed), findings)
        warehouse.announce(STAGE, "posting_lists", len(passed))

    @written_asset(
        partitions,
        MESSAGES,
        _MESSAGES_DESCRIPTION,
        {"text"},
        deps=[asset_key(catalogue, "outgoing_message")],
        public=False,
    )
    def message_outbox(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        warehouse: Warehouse = context.resources.warehouse
        written = write_messages(warehouse.home, warehouse.engine.connection)
        warehouse.announce(STAGE, "message_outbox", written.messages)
        return dg.MaterializeResult(metadata={"dagster/row_count": written.messages})

    return [posting_lists, message_outbox]
