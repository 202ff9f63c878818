"""How a stage's models become Dagster assets: thin, one per table, built in one step so that a day stays fast.

Belongs here: asset specs from contracts, reporting rows, seconds and checks, and which failures are tried again.
Does not belong here: how tables are built, what a model computes, or when a stage runs.
"""

import datetime as dt
import inspect
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import dagster as dg

from assets.building import GROUPS, RECORDED, Computed, build_tables, tables_of
from assets.given import Warehouse
from assets.older_parts import OlderPartError
from expectations.bridge import CONTRACT, CheckResult, checks_of
from warehouse.catalogue import Catalogue
from warehouse.contracts import Contract
from warehouse.document import DeclarationError
from warehouse.engines.engine import Built
from warehouse.process import was_interrupted
from warehouse.published_days import DayToComeError, LateDayError

STEP_POOL = "duckdb_writer"
# What somebody must mend, or has asked for in vain.
_THE_SAME_IN_A_WHILE = (dg.DagsterError, DeclarationError, OlderPartError, LateDayError, DayToComeError)


def asset_key(catalogue: Catalogue, table: str) -> dg.AssetKey:
    """A table's key: its stage, then its name."""
    return dg.AssetKey([GROUPS[catalogue.contract(table).layer], table])


def _schema(contract: Contract) -> dg.TableSchema:
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=column.name,
                type=column.type,
                description=column.comment(),
                constraints=dg.TableColumnConstraints(
                    nullable=not column.required, unique=contract.key == (column.name,)
                ),
                tags={"pii": column.pii},
            )
            for column in contract.columns
        ]
    )


def _description(contract: Contract, catalogue: Catalogue) -> str:
    model = catalogue.models.get(contract.table)
    parts = [
        f"**{contract.zh}** · {contract.en}",
        f"粒度 grain: {contract.grain_zh} / {contract.grain_en}",
        *((model.zh, model.en) if model else ()),
        f"{contract.why_differs_zh} / {contract.why_differs_en}" if contract.why_differs_zh else "",
        *(f"⚠ {warning}" for warning in contract.warnings),
    ]
    return "\n\n".join(part for part in parts if part)


def asset_spec(
    catalogue: Catalogue, table: str, partitions: dg.PartitionsDefinition, *, kinds: set[str]
) -> dg.AssetSpec:
    """The asset of a table, with everything its contract says."""
    contract = catalogue.contract(table)
    inputs = catalogue.inputs(table) if table in catalogue.order else set()
    return dg.AssetSpec(
        key=asset_key(catalogue, table),
        deps=[asset_key(catalogue, name) for name in sorted(inputs)],
        description=_description(contract, catalogue),
        group_name=GROUPS[contract.layer],
        owners=["team:" + contract.owner.replace(" ", "-")],
        kinds={"duckdb", *kinds},
        tags={"layer": contract.layer, "published": "yes" if contract.publish else "no"},
        metadata={
            "dagster/column_schema": _schema(contract),
            "dagster/table_name": f"work.{table}",
            "key": ", ".join(contract.key),
            "lag": contract.lag,
        },
        partitions_def=partitions,
    )


_CONTRACT_WORDS = (
    "符合契约：键唯一、必填列无空值、代码在代码表内 / the contract holds: key, required columns, code lists"
)


def check_spec(
    asset: dg.AssetKey, name: str, description: str, partitions: dg.PartitionsDefinition, *, blocking: bool
) -> dg.AssetCheckSpec:
    """An asset check of a day. Without partitions Dagster would show beside each one made another that was skipped."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.PreviewWarning)
        return dg.AssetCheckSpec(
            name=name, asset=asset, description=description, blocking=blocking, partitions_def=partitions
        )


def check_specs(
    catalogue: Catalogue, tables: Iterable[str], partitions: dg.PartitionsDefinition
) -> list[dg.AssetCheckSpec]:
    """The asset checks of tables: one for the contract, one per reviewed expectation.

    Blocking where going on would publish nonsense.
    """
    specs: dict[tuple[str, str], dg.AssetCheckSpec] = {}
    for table in tables:
        for check in checks_of(catalogue, table):
            specs[table, check.group] = check_spec(
                asset_key(catalogue, table),
                check.group,
                _CONTRACT_WORDS if check.group == CONTRACT else f"{check.zh} / {check.en}",
                partitions,
                blocking=check.severity == "blocking",
            )
    return list(specs.values())


def check_results(catalogue: Catalogue, results: Iterable[CheckResult]) -> Iterator[dg.AssetCheckResult]:
    """Results as Dagster shows them: counts and names, never a value."""
    groups: dict[tuple[str, str], list[CheckResult]] = {}
    for result in results:
        groups.setdefault((result.table, result.group), []).append(result)
    for (table, group), members in groups.items():
        severe = any(result.severity == "blocking" for result in members)
        yield dg.AssetCheckResult(
            asset_key=asset_key(catalogue, table),
            check_name=group,
            passed=all(result.success for result in members),
            severity=dg.AssetCheckSeverity.ERROR if severe else dg.AssetCheckSeverity.WARN,
            metadata={f"{result.name}: unexpected rows": result.unexpected_count for result in members},
        )


def day_of(context: dg.AssetExecutionContext) -> dt.date:
    """The day a run is about."""
    return dt.date.fromisoformat(context.partition_key)


def materialised(catalogue: Catalogue, built: Built, extra: dict[str, Any] | None = None) -> dg.MaterializeResult:
    """What Dagster is told of a table: rows and seconds, which its UI plots over the days."""
    return dg.MaterializeResult(
        asset_key=asset_key(catalogue, built.table),
        metadata={"dagster/row_count": built.rows, "seconds": round(built.seconds, 4), **(extra or {})},
    )


def report(
    warehouse: Warehouse, stage: str, built: Iterable[Built], extras: dict[str, dict[str, Any]] | None = None
) -> Iterator[Any]:
    """Yields the results of tables, each as soon as it is built, and then of the checks on them."""
    tables = []
    for table in built:
        tables.append(table.table)
        yield materialised(warehouse.catalogue, table, (extras or {}).get(table.table))
        warehouse.announce(stage, table.table, table.rows, table.seconds)
    yield from check_results(warehouse.catalogue, warehouse.validate(stage, tables))


def tried_again(times: int, seconds: float) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The decorator of a step that is tried again when it failed, so many times and so many seconds later.

    An interruption ends the run: Dagster's own retry policy would try again after one too.
    """

    @contextmanager
    def again() -> Iterator[None]:
        try:
            yield
        except _THE_SAME_IN_A_WHILE:
            raise
        except Exception as error:
            if was_interrupted(error):
                raise KeyboardInterrupt from error
            raise dg.RetryRequested(max_retries=times, seconds_to_wait=seconds) from error

    def decorate(step: Callable[..., Any]) -> Callable[..., Any]:
        if inspect.isgeneratorfunction(step):

            @wraps(step)
            def yielding(context: dg.AssetExecutionContext) -> Iterator[Any]:
                with again():
                    yield from step(context)

            return yielding

        @wraps(step)
        def returning(context: dg.AssetExecutionContext) -> Any:
            with again():
                return step(context)

        return returning

    return decorate


def model_stage(
    catalogue: Catalogue, stage: str, partitions: dg.PartitionsDefinition, computed: Iterable[Computed]
) -> dg.AssetsDefinition:
    """The step that builds every table of a stage, in order."""
    tables = tables_of(catalogue, stage)

    @dg.multi_asset(
        name=stage,
        specs=[
            asset_spec(catalogue, table, partitions, kinds={"sql" if table in catalogue.models else "python"})
            for table in tables
        ],
        check_specs=check_specs(catalogue, tables, partitions),
        can_subset=True,
        required_resource_keys={"warehouse"},
        pool=STEP_POOL,
        # Of the stages that could go, the first: in the order in which they are built ahead.
        op_tags={"dagster/priority": str(-RECORDED.index(stage))},
    )
    def _stage(context: dg.AssetExecutionContext) -> Iterator[Any]:
        warehouse: Warehouse = context.resources.warehouse
        warehouse.engine.require_day(day_of(context))
        selected = {key.path[-1] for key in context.selected_asset_keys}
        wanted = [table for table in tables if table in selected]
        built = warehouse.built_ahead(stage) or build_tables(
            warehouse.engine, warehouse.home, day_of(context), wanted, computed
        )
        yield from report(warehouse, stage, built)

    return _stage
