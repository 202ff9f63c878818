"""A part of the catalogue: some tables, and all that they are made of.

An engine creates, lays out and keeps every table of its catalogue each day. A test that asks for a few need not pay for
the others; whole days are run by the tests of whole days.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from warehouse.catalogue import Catalogue
from warehouse.models.model import HISTORY

# What an engine asks of itself: which day it holds, which days were published, and with which input.
_ENGINES_OWN = ("this_day", "day_run", "day_input", "known_input")
# What every registry's latest records are made of beside its rows.
_OF_RECORDS = ("received_file", "rejected_row")


class Part(Catalogue):
    """The catalogue without what the tables do not need.

    given: tables that nobody computes, so that what they are made of is not needed.
    lasting: whether days are kept. Else what models read of earlier days is there and empty, and nothing fills it.
    """

    def __init__(
        self, whole: Catalogue, tables: Iterable[str], given: Collection[str] = (), *, lasting: bool = True
    ) -> None:
        super().__init__(whole.site)
        needed: set[str] = set()
        earlier: set[str] = set()
        waiting = [*_ENGINES_OWN, *_OF_RECORDS, *tables]
        while waiting:
            table = waiting.pop()
            if table in needed:
                continue
            needed.add(table)
            if table in whole.order and table not in given:
                waiting += whole.inputs(table)
                read = whole.models[table].reads if table in whole.models else ()
                history = {name.removesuffix(HISTORY) for name in read if name.endswith(HISTORY)}
                earlier |= history
                waiting += history if lasting else ()
        self.__dict__.update(
            vars(whole),
            renewals=whole.renewals,
            shared=whole.shared,
            layouts={code: layout for code, layout in whole.layouts.items() if f"raw_{code}" in needed},
            order=[table for table in whole.order if table in needed],
            tables={name: contract for name, contract in whole.tables.items() if name in needed | earlier},
        )
