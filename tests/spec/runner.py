"""Running an example on an engine: extracts are landed as in production, models built in the catalogue's order.

Only what the example needs is built: the tables it expects, and what they are computed from. A table downstream of
nothing that the example gives or receives is empty, so that an example pays for no more than it shows.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from typing import Any

from assets.building import code_of
from assets.computed import COMPUTED
from assets.registries import day_input
from assets.registries.landing import land_inbox
from assets.registries.manifest import read_manifests
from assets.registries.received import landed_files, received_rows
from tests.part import Part
from tests.spec.reader import Day, Example, Expected, Given, Table, drawn
from warehouse.catalogue import Catalogue, catalogue
from warehouse.contracts import Contract, Element
from warehouse.engines.engine import Engine
from warehouse.home import Home
from warehouse.models.model import HISTORY
from warehouse.reference import Rows

_LANDED = {"rejected_row": "rejected", "cell_notice": "notices"}
_UNKNOWN = "?"
_READERS: dict[str, Callable[[str], Any]] = {
    "BOOLEAN": {"yes": True, "no": False}.__getitem__,
    "DATE": dt.date.fromisoformat,
    "TIMESTAMP": dt.datetime.fromisoformat,
    "INTEGER": int,
    "BIGINT": int,
    "DOUBLE": float,
    "DECIMAL(14,2)": Decimal,
}


class UnmetError(AssertionError):
    """A table is not as expected; the message shows both."""


# -- text and values ---------------------------------------------------------------------------------------------------


def _value(text: str, column: Element) -> Any:
    """A cell's text as a value of the column's type."""
    if text == "":
        return None
    return _READERS.get(column.type, str)(text)


def _text(value: Any, decimals: int) -> str:
    """A value as a cell shows it, numbers with so many decimals."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.{decimals}f}"
    return str(value)


def _rows(given: Given, contract: Contract) -> Rows:
    columns = {column.name: column for column in contract.columns}
    return [
        {name: _value(text, columns[name]) for name, text in zip(given.table.columns, row, strict=True)}
        for row in given.table.rows
    ]


# -- comparison --------------------------------------------------------------------------------------------------------


class _Pseudonyms:
    """Which word of an example stands for which pseudonym: one for one, in every table and on every day."""

    def __init__(self) -> None:
        self.value_of: dict[tuple[str, str], str] = {}

    def word(self, column: str, value: str) -> str:
        known = [word for (name, word), found in self.value_of.items() if name == column and found == value]
        return known[0] if known else _UNKNOWN

    def _bound(self, column: str, word: str, value: str) -> dict[tuple[str, str], str] | None:
        """The words with this pair among them; None where word or value already has another partner."""
        if not word or not value:
            return self.value_of if word == value else None
        known = self.value_of.get((column, word))
        if known is not None:
            return self.value_of if known == value else None
        return None if self.word(column, value) != _UNKNOWN else {**self.value_of, (column, word): value}

    def pair_up(self, columns: dict[int, str], expected: list[list[str]], actual: list[list[str]]) -> bool:
        """Whether every expected row has a row of its own; `columns` are the places that hold pseudonyms."""
        if not expected:
            return not actual
        for place, row in enumerate(actual):
            before = self.value_of
            for cell, (word, value) in enumerate(zip(expected[0], row, strict=True)):
                bound = self._bound(columns[cell], word, value) if cell in columns else None
                if cell in columns and bound is not None:
                    self.value_of = bound
                elif cell in columns or word != value:
                    break
            else:
                if self.pair_up(columns, expected[1:], actual[:place] + actual[place + 1 :]):
                    return True
            self.value_of = before
        return False


def _decimals(table: Table, column: str) -> int:
    place = table.columns.index(column)
    return max((len(row[place].partition(".")[2]) for row in table.rows), default=0)


def _compare(expected: Expected, contract: Contract, found: Rows, pseudonyms: _Pseudonyms) -> None:
    declared = {column.name: column for column in contract.columns}
    table = expected.table
    shown = table.columns or tuple(contract.column_names())
    for name in (*shown, *expected.where):
        if name not in declared:
            raise UnmetError(f"{contract.table} has no column {name}")
    matching = [
        row for row in found if all(row[name] == _value(text, declared[name]) for name, text in expected.where.items())
    ]
    decimals = {name: _decimals(table, name) for name in table.columns if declared[name].type == "DOUBLE"}
    actual = [[_text(row[name], decimals.get(name, 6)) for name in shown] for row in matching]
    wanted = [
        [_text(_value(text, declared[name]), decimals.get(name, 0)) for name, text in zip(shown, row, strict=True)]
        for row in table.rows
    ]
    keys = {place: name for place, name in enumerate(shown) if declared[name].pii == "pseudonym"}
    if not pseudonyms.pair_up(keys, wanted, actual):
        told = [
            tuple(pseudonyms.word(keys[place], text) if place in keys else text for place, text in enumerate(row))
            for row in actual
        ]
        lines = [f"{contract.table}: expected", *drawn([shown, *map(tuple, wanted)]), "found", *drawn([shown, *told])]
        raise UnmetError("\n".join(lines))


# -- one day -----------------------------------------------------------------------------------------------------------


def _deliver(home: Home, day: Day, layouts: dict[str, Any]) -> None:
    """Writes the day's extracts into the inbox and lands them, in the order in which the example names them."""
    noon = dt.datetime.combine(day.day, dt.time(12), dt.timezone(dt.timedelta(hours=8)))
    for minute, received in enumerate(day.received):
        path = home.inbox / received.registry / f"{received.file_name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([received.table.columns, *received.table.rows])
        land_inbox(home, layouts, received_at=noon + dt.timedelta(minutes=minute))
    land_inbox(home, layouts, received_at=noon + dt.timedelta(hours=1))  # what had to wait for its day
    for manifest in read_manifests(home):
        if manifest.status != "accepted":
            raise UnmetError(f"{manifest.registry}/{manifest.file_name} is no extract: {manifest.reason}")


@cache
def _in_force(day: dt.date) -> dict[str, Rows]:
    """What is in force on a day, which hundreds of examples share. Not to be changed."""
    return day_input.in_force(day, catalogue())


def _reference(engine: Engine, day: dt.date, given: dict[str, Given]) -> dict[str, Rows]:
    """The reference tables of the day; a given row keeps, in columns not shown, what is in force."""
    found = dict(_in_force(day))
    for table in found.keys() & given.keys():
        contract = engine.catalogue.contract(table)
        rows = _rows(given[table], contract)
        if table == "this_day":
            found[table] = [found[table][0] | row for row in rows]
            continue
        in_force = {tuple(row[name] for name in contract.key): row for row in found[table]}
        found[table] = [in_force.get(tuple(row[name] for name in contract.key), {}) | row for row in rows]
    return found


class _Need:
    """Which part of the catalogue an example needs, and which of its tables have any input."""

    def __init__(self, example: Example) -> None:
        whole = catalogue()
        self.lasting = len(example.days) > 1
        given = {given.name for day in example.days for given in day.given}
        raw = {f"raw_{received.registry}" for day in example.days for received in day.received}
        landed = {"received_file", *_LANDED} if raw else set()
        expected = {expected.name for day in example.days for expected in day.expected}
        always_given = set.intersection(*({given.name for given in day.given} for day in example.days))
        self.part = Part(whole, raw | landed | expected, always_given, lasting=self.lasting)
        reference = {name for name, contract in whole.tables.items() if contract.layer == "reference"}
        self.touched = (given - reference) | (given & set(_LANDED)) | landed | raw | expected
        for table in self.part.order:
            if self._inputs(table) & self.touched:
                self.touched.add(table)

    def _inputs(self, table: str) -> set[str]:
        model = self.part.models.get(table)
        reads = model.reads if model and self.lasting else frozenset[str]()
        return self.part.inputs(table) | {n.removesuffix(HISTORY) for n in reads if n.endswith(HISTORY)}

    def tables(self) -> Iterator[tuple[str, bool]]:
        """Every table that is computed, in order, and whether it has any input."""
        for table in self.part.order:
            yield table, table in self.touched


def lay_out(engine: Engine, home: Home, day: dt.date, given: dict[str, Given]) -> None:
    """Begins a day and fills every table that no model computes: what is given, else what was landed or is in force."""
    catalogue = engine.catalogue
    engine.begin_day(day)
    known = [manifest for manifest in read_manifests(home) if (manifest.extract_date or "") <= day.isoformat()]
    rows = _reference(engine, day, given) | {"received_file": received_rows(known)}
    for table, contract in catalogue.tables.items():
        if table in catalogue.models:
            continue
        if table in rows:
            engine.put_rows(table, rows[table])
        elif table in given:
            engine.put_rows(table, _rows(given[table], contract))
        elif table in _LANDED:
            engine.put_files(table, landed_files(home, known, _LANDED[table]))
        elif contract.layer == "raw":
            engine.put_files(table, landed_files(home, known, "rows", table.removeprefix("raw_")))
        else:
            engine.put_rows(table, [])
    engine.relate()


def run(example: Example, engine_of: Callable[[Catalogue], Engine], home: Home) -> None:
    """Runs an example in an empty home on an engine of its part, which has kept nothing yet. Raises UnmetError."""
    need = _Need(example)
    engine = engine_of(need.part)
    pseudonyms = _Pseudonyms()
    home.prepare()
    for day in example.days:
        _deliver(home, day, need.part.layouts)
        given = {given.name: given for given in day.given}
        lay_out(engine, home, day.day, given)
        computed: set[str] = set()
        for table, has_input in need.tables():
            if table in given:
                engine.put_rows(table, _rows(given[table], need.part.contract(table)))
            elif not has_input:
                engine.put_rows(table, [])
            elif table in need.part.models:
                engine.build(table)
            elif table not in computed:
                for name, rows in code_of(COMPUTED, table).run(engine, home, day.day).items():
                    engine.put_rows(name, rows)
                    computed.add(name)
        for expected in day.expected:
            found = engine.read(expected.name).to_pylist()
            _compare(expected, need.part.contract(expected.name), found, pseudonyms)
        if day is not example.days[-1]:
            engine.keep_day(day.day)
