"""Everything declared, in one object: registries, contracts and models, delivered ones and a site's own."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from warehouse import contracts, models, parameters, registries
from warehouse.contracts import Contract
from warehouse.models import Model
from warehouse.models.model import HISTORY, LATEST
from warehouse.models.renewal import Renewal, read_renewals
from warehouse.registries import Layout

RULE_FORM, INDICATOR_FORM = "rule_finding", "village_indicator"
FOUND, MEASURED = "found", "measured"
FORMER_VILLAGE = "former_village"  # what latest_<registry> reads areas by
_DECLARED = ("*.yaml", "*.sql", "*.csv")


def _own(site: Path | None, name: str) -> tuple[Path, ...]:
    return (site / name,) if site and (site / name).is_dir() else ()


@dataclass(frozen=True)
class Catalogue:
    """What is declared in the package and in a site's config folder (registries/, contracts/, models/<layer>/)."""

    site: Path | None = None

    @cached_property
    def layouts(self) -> dict[str, Layout]:
        """Registry layouts by registry code."""
        return registries.read_layouts(registries.FOLDER, *_own(self.site, "registries"))

    @cached_property
    def models(self) -> dict[str, Model]:
        """Models by table."""
        return models.read_models(models.FOLDER, *_own(self.site, "models"))

    @cached_property
    def _contracts(self) -> dict[str, Contract]:
        return contracts.read_contracts(self.layouts.values(), contracts.FOLDER, *_own(self.site, "contracts"))

    @cached_property
    def renewals(self) -> dict[str, Renewal]:
        """How tables are renewed from one day to the next, by table; others are built whole."""
        return read_renewals()

    def contract(self, table: str) -> Contract:
        """A table's contract. Rules' and indicators' tables share one form. Raises KeyError for an unknown table."""
        if table in self._contracts:
            return self._contracts[table]
        layer = self.models[table].layer
        form = {"reconciliation": RULE_FORM, "indicators": INDICATOR_FORM}.get(layer)
        if form is None:
            raise KeyError(f"{table} has a model and no contract")
        return self._contracts[form].model_copy(update={"table": table})

    def is_form(self, table: str) -> bool:
        """Whether the table shares the form of all rules' or all indicators' tables and has no contract of its own."""
        return table not in self._contracts

    @cached_property
    def tables(self) -> dict[str, Contract]:
        """Every table that exists in a warehouse, by name."""
        declared = {name for name in self._contracts if name not in (RULE_FORM, INDICATOR_FORM)}
        return {name: self.contract(name) for name in sorted(declared | set(self.models))}

    @cached_property
    def computed(self) -> set[str]:
        """Tables that code computes, not a model."""
        return {name for name, contract in self._contracts.items() if contract.reads is not None}

    @cached_property
    def rule_tables(self) -> list[str]:
        """Tables that hold the cases of one rule each."""
        return [m.table for m in self.models.values() if m.layer == "reconciliation" and m.table not in self._contracts]

    @cached_property
    def indicator_tables(self) -> dict[str, str]:
        """The table of villages of each indicator, by indicator code."""
        return {
            model.table.removeprefix("village_"): model.table
            for model in self.models.values()
            if model.layer == "indicators" and model.table not in self._contracts
        }

    def inputs(self, table: str) -> set[str]:
        """The tables that a model or code needs on the same day, with the helpers of warehouse.models resolved."""
        found: set[str] = set(self.contract(table).reads or ())
        for name in self.models[table].reads if table in self.models else ():
            if name == FOUND:
                found.update(self.rule_tables)
            elif name == MEASURED:
                found.update(self.indicator_tables.values())
            elif name.startswith(LATEST) and name.removeprefix(LATEST) in self.layouts:
                found |= {f"raw_{name.removeprefix(LATEST)}", FORMER_VILLAGE}
            elif not name.endswith(HISTORY):
                found.add(name)
        return found

    @cached_property
    def order(self) -> list[str]:
        """Derived tables in an order in which every input comes before its use. Raises ValueError on a circle."""
        done: dict[str, None] = {}
        walking: set[str] = set()

        def visit(table: str) -> None:
            if table in done or not (table in self.models or table in self.computed):
                return
            if table in walking:
                raise ValueError(f"{table} depends on itself")
            walking.add(table)
            for needed in sorted(self.inputs(table)):
                visit(needed)
            done[table] = None

        for table in sorted(self.computed | set(self.models)):
            visit(table)
        return list(done)

    @cached_property
    def shared(self) -> frozenset[str]:
        """Tables that are read by another layer than their own."""
        return frozenset(
            needed
            for table in self.order
            for needed in self.inputs(table)
            if self.contract(needed).layer != self.contract(table).layer
        )

    @cached_property
    def version(self) -> str:
        """A digest of everything declared: a figure is a function of input, parameters and this."""
        digest = hashlib.sha256()
        roots = [
            Path(module.__file__).parent for module in (registries, contracts, models, parameters) if module.__file__
        ]
        for root in (*roots, *([self.site] if self.site else [])):
            for path in sorted(found for pattern in _DECLARED for found in root.rglob(pattern)):
                digest.update(path.relative_to(root).as_posix().encode())
                digest.update(path.read_bytes())
        return digest.hexdigest()[:16]


@cache
def catalogue(site: Path | None = None) -> Catalogue:
    """The catalogue of a site; without one, what is delivered."""
    return Catalogue(site if site and site.is_dir() else None)
