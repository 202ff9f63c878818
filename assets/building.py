"""Which stages a day has, and how the tables of one are built: by their models, or by code.

Belongs here: what is true of a day whoever runs it. Dagster is not loaded for it: a day begins before Dagster is there.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from warehouse.catalogue import Catalogue
from warehouse.contracts import LAYERS
from warehouse.engines.engine import Built, Engine, Given
from warehouse.home import Home

# The stage each layer of tables belongs to: what comes in from outside is one stage, each other layer its own.
GROUPS = {layer: "registries" if layer in ("reference", "raw") else layer for layer in LAYERS}
# The stages that run models; the first and the last of a day do not.
MODEL_STAGES = tuple(dict.fromkeys(GROUPS.values()))[1:-1]
# They read nothing of the persons, and nothing reads them: recorded while persons are being linked, on one core.
_ASIDE = ("fees", "services")
RECORDED = tuple(sorted(MODEL_STAGES, key=lambda stage: (stage != MODEL_STAGES[0], stage not in _ASIDE)))
# Tables that are built together.
Piece = tuple[str, ...]


@dataclass(frozen=True)
class Computed:
    """Tables that code computes together, as their contracts' `reads` announce; run gives rows by table."""

    tables: tuple[str, ...]
    run: Callable[[Engine, Home, dt.date], Mapping[str, Given]]


def code_of(computed: Iterable[Computed], table: str) -> Computed:
    """The code that computes a table. Raises LookupError where there is none."""
    for code in computed:
        if table in code.tables:
            return code
    raise LookupError(f"{table} has neither a model nor code")


def build_tables(
    engine: Engine, home: Home, day: dt.date, tables: Iterable[str], computed: Iterable[Computed]
) -> Iterator[Built]:
    """Builds tables in the order given, by their models or by the code that computes them, each once."""
    done: set[str] = set()
    for table in tables:
        if table in engine.catalogue.models:
            yield engine.build(table)
        elif table not in done:
            for name, rows in code_of(computed, table).run(engine, home, day).items():
                done.add(name)
                yield engine.put_rows(name, rows)


def tables_of(catalogue: Catalogue, stage: str) -> list[str]:
    """The tables that a stage builds, in order."""
    return [table for table in catalogue.order if GROUPS[catalogue.contract(table).layer] == stage]


def pieces_of(catalogue: Catalogue, computed: Iterable[Computed]) -> list[Piece]:
    """Every table of a day but its input, those that code computes together in one piece, in order."""
    given = [(table,) if table in catalogue.models else code_of(computed, table).tables for table in catalogue.order]
    return list(dict.fromkeys(given))
