"""Whatever changes in its inputs, a table renewed piece by piece is what its model makes of them.

The inputs are made up, so that every way from them is taken alone and with others: few keys, numbers, names and dates,
so that rows belong together, and on a day one or two inputs change in a few rows.
"""

import datetime as dt
import random

import pytest

from warehouse.catalogue import catalogue
from warehouse.engines.changes import Change, Changes
from warehouse.engines.duckdb_engine import WORK, connect, register_functions
from warehouse.engines.engine import arrow_rows
from warehouse.engines.renewal import Renewer
from warehouse.models.model import HISTORY, in_schema, relations_of
from warehouse.models.renewal import CHANGED_ROWS, PIECE

CATALOGUE = catalogue()
START = dt.date(2026, 11, 1)
DAYS = 8
NUMBERS = ("370481198001011028", "370481199002031017", "370481199002031025", "370481")
DATES = (START, START - dt.timedelta(days=30), dt.date(1990, 2, 3))
NAMES = ("王芳", "李伟")
KEYS = ("R1", "R2", "R3")
A_DAY = ("as_of",)  # the key of a table that always has one row
# Renewed by what their own inputs say. (Of a registry's records, and of a history, test_renewal.py makes days.)
TABLES = sorted(
    table
    for table, renewal in CATALOGUE.renewals.items()
    if renewal.by and not renewal.registry and not any(name.endswith(HISTORY) for name in renewal.cut)
)


def _value(chance, table, column, registries):
    if column.name.endswith("registry"):
        return chance.choice(registries)
    never_blank = column.required or column.name in (*CATALOGUE.contract(table).key, "record_key", "record_id")
    if not never_blank and chance.random() < 0.2:
        return None
    if column.type in ("BOOLEAN", "DATE"):
        return chance.choice((True, False) if column.type == "BOOLEAN" else DATES)
    if column.type == "VARCHAR":
        is_number = column.name.endswith("_id") or column.name in ("id_number", "corrected_to")
        return chance.choice(
            NUMBERS
            if is_number and column.name != "record_id"
            else NAMES
            if "name" in column.name
            else sorted(column.codes or KEYS)
        )
    return chance.choice((1, 2))


def _settled(row):
    """A row in which what follows from the rest does."""
    for name in row:
        if name.endswith("id_is_valid"):
            number = row["id_number" if name == "id_is_valid" else name.removesuffix("_is_valid")]
            row[name] = None if number is None else len(number) == len(NUMBERS[0])
    if "record_id" in row:
        row["record_id"] = row["record_key"]
    return row


def _row(chance, table, registries, known=None):
    """A row, or one that is known with another value or two."""
    columns = CATALOGUE.contract(table).columns
    anew = columns if known is None else chance.sample(columns, chance.randint(1, 2))
    return _settled((known or {}) | {column.name: _value(chance, table, column, registries) for column in anew})


def _possible(table, rows):
    """Those of the rows that can stand beside each other: one for a key, one day, and no root that is another's."""
    key = CATALOGUE.contract(table).key
    if key == A_DAY:
        return rows[-1:]
    rows = list({tuple(row[name] for name in key): row for row in rows}.values())
    roots = {row["root_key"] for row in rows if "root_key" in row}
    return [row for row in rows if "root_key" not in row or row["group_key"] not in roots]


def _next(chance, table, registries, rows):
    """The rows on the day after: some gone, some changed, some new."""
    gone = 0 if CATALOGUE.contract(table).key == A_DAY else 0.15
    kept = [row for row in rows if chance.random() >= gone]
    kept = [_row(chance, table, registries, row) if chance.random() < 0.3 else row for row in kept]
    return _possible(table, [*kept, *(_row(chance, table, registries) for _ in range(chance.randint(0, 1)))])


def _ways(table):
    """The SELECTs that lead to a table's pieces."""
    renewal = CATALOGUE.renewals[table]
    return [*renewal.reached.values(), *filter(None, [renewal.also])]


def _read(table):
    """What a table is made of, and what the ways to its pieces lead through."""
    through = {name for way in _ways(table) for name in relations_of(way)}
    return (CATALOGUE.inputs(table) | through) - {CHANGED_ROWS, PIECE, table}


def _shown(names):
    """Those that hold no rows of their own."""
    return [name for name in names if not CATALOGUE.contract(name).stored]


def _with_rows(names):
    """Tables that hold rows: of those that do not, what they are made of."""
    made_of = [CATALOGUE.inputs(name) for name in _shown(names)]
    return sorted(set(names).difference(_shown(names)).union(*made_of))


def days_of(chance, table):
    """What the tables behind a table hold on each day: those whose changes are followed, and others that stay."""
    renewal = CATALOGUE.renewals[table]
    followed = _with_rows(renewal.knows & CATALOGUE.inputs(table))
    # Rows of a registry that nobody asks for would only be in the way.
    models = [CATALOGUE.models[name].sql for name in (table, *_shown(_read(table)))]
    said = " ".join([*models, *_ways(table)])
    registries = [name for name in CATALOGUE.layouts if f"'{name}'" in said] or KEYS[:2]

    def first(name):
        rows = [_row(chance, name, registries) for _ in range(chance.randint(3, 8))]
        return _possible(name, rows)

    day = {name: first(name) for name in _with_rows(_read(table))}
    yield day
    for _ in range(DAYS - 1):
        moved = chance.sample(followed, min(len(followed), chance.randint(1, 2)))
        day = day | {name: _next(chance, name, registries, day[name]) for name in moved}
        yield day


class Renewed:
    """A table on a connection, made day after day."""

    def __init__(self, connection, table):
        self._connection, self._table, self._changes = connection, table, Changes()
        self._renewer = Renewer(connection, CATALOGUE, self._changes, WORK)
        self._inputs = {}
        register_functions(connection)
        connection.execute(f"create schema {WORK}")

    def _fill(self, table, source):
        self._connection.execute(CATALOGUE.contract(table).ddl(WORK))
        columns = CATALOGUE.contract(table).columns_sql()
        self._connection.execute(f"insert into {WORK}.{table} ({columns}) select {columns} from {source}")
        self._renewer.hold_against(table)

    def make(self, place, inputs):
        """Makes the table of a day as an engine does, and says in what way."""
        self._changes.begin(START + dt.timedelta(days=place), START + dt.timedelta(days=place - 1) if place else None)
        self._renewer.begin()
        for name, rows in inputs.items():
            if rows is self._inputs.get(name):
                self._renewer.take_back(name)
                continue
            self._connection.register("given_rows", arrow_rows(CATALOGUE.contract(name), rows))
            self._fill(name, "given_rows")
            self._connection.unregister("given_rows")
        self._inputs = inputs
        for name in _shown(_read(self._table)):
            shown = in_schema(CATALOGUE.models[name].sql, WORK)
            self._connection.execute(f"create or replace view {WORK}.{name} as {shown}")
            self._renewer.follow_rows(name, self._renewer.way(name))
        way = self._renewer.way(self._table)
        if way is Change.UNKNOWN:
            self._fill(self._table, self.modelled)
        elif way is Change.KNOWN:
            self._renewer.renew(self._table)
        else:
            self._renewer.take_back(self._table)
        return way

    @property
    def modelled(self):
        return f"({in_schema(CATALOGUE.models[self._table].sql, WORK)})"

    def rows(self, source):
        columns = CATALOGUE.contract(self._table).columns_sql()  # made up, a row may come twice, by two ways
        return self._connection.execute(f"select distinct {columns} from {source} order by all").fetchall()


def renewed_and_made_of_all(table, seed):
    """Makes the table on days made up, and compares it with what the model makes of all that its inputs hold."""
    with connect(":memory:") as connection:
        renewed = Renewed(connection, table)
        for place, inputs in enumerate(days_of(random.Random(seed), table)):
            way = renewed.make(place, inputs)
            assert (way is Change.UNKNOWN) is (place == 0)
            assert renewed.rows(f"{WORK}.{table}") == renewed.rows(renewed.modelled), (seed, place)


@pytest.mark.parametrize("table", TABLES)
def test_a_renewed_table_is_what_its_model_makes_of_its_inputs(table):
    for seed in range(2):
        renewed_and_made_of_all(table, seed)


@pytest.mark.slow
@pytest.mark.parametrize("table", TABLES)
def test_many_renewed_tables_are_what_their_models_make_of_their_inputs(table):
    for seed in range(2, 20):
        renewed_and_made_of_all(table, seed)
