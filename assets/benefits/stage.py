"""Posting lists and text messages as assets: written once the day is published, the same when it is run again."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import dagster as dg

from assets.benefits.messages import write_messages
from assets.benefits.posting import write_postings
from assets.publication.stage import PUBLISHED, STAGE
from assets.stage import STEP_POOL, Warehouse, asset_key, day_of
from expectations.bridge import CheckResult
from expectations.posting import Finding
from warehouse.catalogue import Catalogue
from warehouse.engines.duckdb_engine import WORK

POSTINGS = dg.AssetKey([STAGE, "posting_lists"])
MESSAGES = dg.AssetKey([STAGE, "message_outbox"])
MAY_BE_POSTED = "may_be_posted"
ZH, EN = "没有身份号码、账号、个人电话、详细住址", "no id number, account, telephone or full address of a person"
_POSTINGS_DESCRIPTION = """**公示名单** · lists for public posting

`postings/<日期>/<名单>.xlsx`：先检查后写出，查出不能公示的不写出，其余照常。

Each list is checked before it is put in place; one that shows what must not be is withheld, the rest is not."""
_MESSAGES_DESCRIPTION = """**待发短信** · text messages for the operator's gateway

`outbox/sms/<日期>.txt`：每个事件一条，已写出的不再写；仅供本单位，不公开。

One per event and never twice, for the owner alone."""


def posting_check(asset: dg.AssetKey) -> dg.AssetCheckSpec:
    """The check of an asset that writes files for the public. It stops a file, never the day."""
    return dg.AssetCheckSpec(name=MAY_BE_POSTED, asset=asset, description=f"{ZH} / {EN}", blocking=False)


def posting_result(
    warehouse: Warehouse, asset: dg.AssetKey, withheld: int, findings: Iterable[Finding]
) -> dg.AssetCheckResult:
    """How the check came out: files withheld and kinds of findings, never a value, a name or a place in a file."""
    warehouse.note(
        CheckResult(asset.path[-1], MAY_BE_POSTED, ZH, EN, "warning", withheld == 0, withheld, MAY_BE_POSTED)
    )
    kinds = Counter(finding.kind for finding in findings)
    return dg.AssetCheckResult(
        asset_key=asset,
        check_name=MAY_BE_POSTED,
        passed=withheld == 0,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={"withheld files": withheld, **{f"{kind}: findings": number for kind, number in kinds.items()}},
    )


def assets(catalogue: Catalogue, partitions: dg.PartitionsDefinition) -> list[dg.AssetsDefinition]:
    """posting_lists and message_outbox: nothing leaves the house before its day is published."""
    common: dict[str, Any] = {
        "group_name": STAGE,
        "owners": ["team:township-office"],
        "partitions_def": partitions,
        "required_resource_keys": {"warehouse"},
        "pool": STEP_POOL,
        "retry_policy": dg.RetryPolicy(max_retries=2, delay=4),
    }

    @dg.asset(
        key=POSTINGS,
        deps=[PUBLISHED, asset_key(catalogue, "benefit_posting")],
        check_specs=[posting_check(POSTINGS)],
        description=_POSTINGS_DESCRIPTION,
        kinds={"excel"},
        tags={"layer": STAGE, "published": "yes"},
        **common,
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
        yield posting_result(warehouse, POSTINGS, len(postings) - len(passed), findings)
        warehouse.announce(STAGE, "posting_lists", len(passed))

    @dg.asset(
        key=MESSAGES,
        deps=[PUBLISHED, asset_key(catalogue, "outgoing_message")],
        description=_MESSAGES_DESCRIPTION,
        kinds={"text"},
        tags={"layer": STAGE, "published": "no"},
        **common,
    )
    def message_outbox(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        warehouse: Warehouse = context.resources.warehouse
        written = write_messages(warehouse.home, warehouse.engine.connection)
        warehouse.announce(STAGE, "message_outbox", written.messages)
        return dg.MaterializeResult(metadata={"dagster/row_count": written.messages})

    return [posting_lists, message_outbox]
