"""Assets that are files written once the day is published, and the check of those meant for the public.

Belongs here: what every such asset has in common. Does not belong here: what a file says (board, benefits, fees).
"""

from collections import Counter
from collections.abc import Callable, Iterable

import dagster as dg

from assets.given import Warehouse
from assets.publication.stage import PUBLISHED, STAGE, again
from assets.stage import STEP_POOL, check_spec
from expectations.bridge import CheckResult
from expectations.posting import Finding

_MAY_BE_POSTED = "may_be_posted"
_ZH, _EN = "没有身份号码、账号、个人电话、详细住址", "no id number, account, telephone or full address of a person"


def written_asset(
    partitions: dg.PartitionsDefinition,
    key: dg.AssetKey,
    description: str,
    kinds: set[str],
    *,
    deps: Iterable[dg.AssetKey] = (),
    public: bool = True,
    checked: bool = False,
) -> Callable[..., dg.AssetsDefinition]:
    """The decorator of such an asset: it waits for the published warehouse. `checked` adds the check of its files."""
    asset = dg.asset(
        key=key,
        deps=[PUBLISHED, *deps],
        check_specs=[_check(key, partitions)] if checked else None,
        group_name=STAGE,
        description=description,
        owners=["team:township-office"],
        kinds=kinds,
        tags={"layer": STAGE, "published": "yes" if public else "no"},
        partitions_def=partitions,
        required_resource_keys={"warehouse"},
        pool=STEP_POOL,
    )
    return lambda step: asset(again(step))


def _check(asset: dg.AssetKey, partitions: dg.PartitionsDefinition) -> dg.AssetCheckSpec:
    """The check of an asset that writes files for the public. It stops a file, never the day."""
    return check_spec(asset, _MAY_BE_POSTED, f"{_ZH} / {_EN}", partitions, blocking=False)


def checked_files(
    warehouse: Warehouse, asset: dg.AssetKey, withheld: int, findings: Iterable[Finding]
) -> dg.AssetCheckResult:
    """How the check came out: files withheld and kinds of findings, never a value, a name or a place in a file."""
    warehouse.note(
        CheckResult(asset.path[-1], _MAY_BE_POSTED, _ZH, _EN, "warning", withheld == 0, withheld, _MAY_BE_POSTED)
    )
    kinds = Counter(finding.kind for finding in findings)
    return dg.AssetCheckResult(
        asset_key=asset,
        check_name=_MAY_BE_POSTED,
        passed=withheld == 0,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={"withheld files": withheld, **{f"{kind}: findings": number for kind, number in kinds.items()}},
    )
