"""A day's tables made from those of the day before: only what a change reaches is computed again (models/renewal.yaml).

What is needed of the day before is set aside in the work schema (before_<table>), so that a table of the day is there
only once it was made. It is taken back as it stood where nothing changed that it is made of; taken back and renewed
piece by piece where it is known what did; or built whole, and then held against what it was where another table's
renewal needs to know. So after a table of which nothing is known come tables built whole, never guesses.
Cost: what changes reach is computed; of the rest, the columns that name pieces are scanned.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property

import duckdb

from warehouse.catalogue import Catalogue
from warehouse.engines import relations
from warehouse.engines.changes import CHANGED, COME, GONE, SIDES, Change, Changes, changed, has_rows
from warehouse.engines.transaction import transaction
from warehouse.models.model import HISTORY, LATEST, in_schema
from warehouse.models.renewal import CHANGED_ROWS, PIECE, Renewal
from warehouse.registries import Layout

_RECEIVED, _NOTHING, _PLACE, _BEFORE = "received_file", "nothing_of", "place_in_table", "before_"


def _raw(name: str) -> str:
    """The raw table that latest_<registry> is made of; any other relation is its own."""
    return f"raw_{name.removeprefix(LATEST)}" if name.startswith(LATEST) else name


class Renewer:
    """Renews tables of the schema `work` on one connection.

    number: Renewers that work at the same time have different ones, and each a schema for its pieces.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, changes: Changes, work: str, number: int = 0
    ) -> None:
        self._connection = connection
        self._catalogue = catalogue
        self._changes = changes
        self._work = work
        self._pieces = f"{PIECE}{number}"

    def begin(self) -> None:
        """Forgets the changes that led to the day before, and sets aside of its tables what this day may need."""
        found = self._connection.execute(
            "select schema_name from information_schema.schemata where catalog_name = current_database()"
        ).fetchall()
        for (schema,) in found:
            if schema == CHANGED or schema.startswith(PIECE):
                self._connection.execute(f"drop schema {schema} cascade")
        self._connection.execute(f"create schema {CHANGED}")
        made = self._connection.execute(
            "select table_name, table_type from information_schema.tables "
            "where table_catalog = current_database() and table_schema = ?",
            [self._work],
        ).fetchall()
        for table, kind in made:
            name = f"{self._work}.{table}"
            if kind == "VIEW":
                self._connection.execute(f"drop view {name}")
            elif table in self._needed:
                self._connection.execute(f"alter table {name} rename to {_BEFORE}{table}")
                self._changes.aside.add(table)
            elif table in self._catalogue.tables or table.startswith(_BEFORE):
                self._connection.execute(f"drop table {name}")

    @cached_property
    def _needed(self) -> frozenset[str]:
        """Tables that are renewed, and those of which a renewal needs to know which rows went and came."""
        inputs = (self._catalogue.inputs(table) for table in self._catalogue.renewals)
        return frozenset({_RECEIVED, *self._catalogue.renewals}.union(*inputs))

    # -- how a table is made -----------------------------------------------------------------------------------------

    def way(self, table: str) -> Change:
        """How a table with a model is made: taken over (NONE), renewed (KNOWN) or built whole (UNKNOWN)."""
        stored = self._catalogue.contract(table).stored
        if self._changes.since is None or (stored and table not in self._changes.aside):
            return Change.UNKNOWN
        model, renewal = self._catalogue.models[table], self._catalogue.renewals.get(table)
        inputs = {name: self._input_change(name) for name in self._catalogue.inputs(table)}
        history = {name for name in model.reads if name.endswith(HISTORY)}
        moved = {name for name, change in inputs.items() if change is not Change.NONE}
        if not moved and not history:
            return Change.NONE
        if renewal is None or any(inputs[name] is Change.UNKNOWN for name in moved):
            return Change.UNKNOWN
        followed = inputs.keys() if renewal.row_by_row else {_raw(name) for name in renewal.knows}
        return Change.KNOWN if moved <= followed and history <= renewal.knows else Change.UNKNOWN

    def _input_change(self, name: str) -> Change:
        """A full extract also tells which records vanished: any record of its registry may have changed."""
        registry = name.removeprefix("raw_")
        if name == registry or registry not in self._catalogue.layouts or self._changes.of(_RECEIVED) is Change.NONE:
            return self._changes.of(name)
        if self._changes.of(_RECEIVED) is Change.UNKNOWN:
            return Change.UNKNOWN
        full = f"from {changed(_RECEIVED)} where registry = '{registry}' and mode = 'full'"
        return Change.UNKNOWN if has_rows(self._connection, full) else self._changes.of(name)

    # -- what was set aside ------------------------------------------------------------------------------------------

    def take_back(self, table: str) -> None:
        """Makes a table what it was."""
        self._connection.execute(f"alter table {self._work}.{_BEFORE}{table} rename to {table}")
        self._changes.aside.discard(table)
        self._changes.note(table, Change.NONE)

    def hold_against(self, table: str) -> None:
        """Finds out how a table that was built whole differs from what was set aside."""
        if table not in self._changes.aside:
            self._changes.note(table, Change.UNKNOWN)
            return
        before = f"{self._work}.{_BEFORE}{table}"
        contract = self._catalogue.contract(table)
        with transaction(self._connection):  # rows stay in place
            self._changes.compare(self._connection, contract, before, f"{self._work}.{table}")
        self._connection.execute(f"drop table {before}")
        self._changes.aside.discard(table)

    # -- tables that are views ---------------------------------------------------------------------------------------

    def add_files(self, table: str, before: Collection[str], after: Collection[str], added: str, none: str) -> None:
        """Notes what came with the files of a table. added, none: SELECTs of the rows of new files, and of no file."""
        if self._changes.since is None or not set(before) <= set(after):
            return
        if len(before) == len(after):
            self._changes.note(table, Change.NONE)
            return
        for side, rows in ((GONE, none), (COME, added)):
            self._connection.execute(f"create or replace view {changed(table, side)} as {rows}")
        self._changes.show(self._connection, table)

    def follow_rows(self, table: str, way: Change) -> None:
        """Notes the changes of a table that is no more than its inputs, each row of it coming from one row of one."""
        if way is not Change.KNOWN:
            self._changes.note(table, way)
            return
        sql = self._catalogue.models[table].sql
        for side in SIDES:
            rows = {}
            for name in self._catalogue.inputs(table):
                is_same = self._changes.of(name) is Change.NONE
                rows[name] = changed(name, _NOTHING if is_same else side)
                if is_same:
                    self._connection.execute(
                        f"create or replace view {rows[name]} as from {self._work}.{name} where false"
                    )
            of_side = in_schema(sql, self._work, rows)
            self._connection.execute(f"create or replace view {changed(table, side)} as {of_side}")
        self._changes.show(self._connection, table)

    # -- tables renewed piece by piece -------------------------------------------------------------------------------

    def renew(self, table: str) -> None:
        """Computes the pieces of a stored table that changes reach, and puts them in the place of what they were."""
        self._connection.execute(f"create schema if not exists {self._pieces}")
        self.take_back(table)
        renewal = self._catalogue.renewals[table]
        self._find_pieces(renewal)
        registry = renewal.registry
        if registry and self._are_news(table, renewal):
            self._put_newest(table, self._catalogue.layouts[registry])
            replaced = f"record_key in (select record_key from {self._pieces}.{LATEST}{registry})"
            self._replace(table, {f"{LATEST}{registry}": f"{self._pieces}.{LATEST}{registry}"}, "true", replaced)
            return
        inputs = {name: self._cut(name, named_by, renewal) for name, named_by in renewal.cut.items()}
        inside = "true" if renewal.replaces else self._inside(renewal, renewal.by)
        if renewal.afresh and self._changes.since != self._changes.day:
            self._compute(table, self._work, table, inputs, inside)
            self._changes.note(table, Change.UNKNOWN)
        else:
            self._replace(table, inputs, inside, self._replaced(table, renewal))

    def _compute(self, table: str, schema: str, name: str, inputs: Mapping[str, str], condition: str) -> None:
        """Fills a table `name` with the rows of a model, made of the inputs given, that meet a condition."""
        contract = self._catalogue.contract(table)
        columns, sql = contract.columns_sql(), in_schema(self._catalogue.models[table].sql, self._work, inputs)
        self._connection.execute(contract.ddl(schema, name=name))
        self._connection.execute(
            f"insert into {schema}.{name} ({columns}) select {columns} from ({sql}) where {condition}"
        )

    def _replace(self, table: str, inputs: Mapping[str, str], computed: str, replaced: str) -> None:
        """Puts rows that meet the condition `computed`, made of the inputs given, for those that meet `replaced`."""
        contract = self._catalogue.contract(table)
        work, old, new = f"{self._work}.{table}", f"{self._pieces}.old_{table}", f"new_{table}"
        self._compute(table, self._pieces, new, inputs, computed)
        with transaction(self._connection):  # rows stay in place
            # Few rows of a large table: found once, with the places at which they stand.
            self._connection.execute(
                f"create or replace table {old} as "
                f"select {contract.columns_sql()}, rowid as {_PLACE} from {work} where {replaced}"
            )
            self._changes.compare(self._connection, contract, old, f"{self._pieces}.{new}")
            gone = f"select {_PLACE} from {old} where rowid in (select gone_row from changed_row)"
            self._connection.execute(f"delete from {work} where rowid in ({gone})")
            self._connection.execute(f"insert into {work} from {changed(table, COME)}")

    # What is new of a registry is mostly newer than all that is known of its records: then the rest need not be read.

    def _are_news(self, table: str, renewal: Renewal) -> bool:
        """Whether the pieces are those of rows that came, all later than what is known of their records."""
        raw = f"raw_{renewal.registry}"
        if self._changes.of(raw) is not Change.KNOWN:
            return False
        [key] = self._whole(renewal, [relations.key_sql(self._catalogue.layouts[str(renewal.registry)], "raw")])
        if has_rows(self._connection, f"from {self._pieces}.{PIECE} except select {key} from {changed(raw)} as raw"):
            return False
        as_late = (
            f"from {self._work}.{table} where {self._inside(renewal, renewal.by)} "
            f"and last_extract >= (select min(extract_date) from {changed(raw, COME)})"
        )
        return not has_rows(self._connection, as_late)

    def _put_newest(self, table: str, layout: Layout) -> None:
        """Makes piece.latest_<registry> out of the rows that came; when a record was first known stays as it was."""
        raw = f"raw_{layout.registry}"
        newest = in_schema(relations.latest_sql(layout), self._work, {raw: changed(raw, COME)})
        self._connection.execute(
            f"""create or replace table {self._pieces}.{LATEST}{layout.registry} as
                select newest.* replace (coalesce(known.first_extract, newest.first_extract) as first_extract)
                from ({newest}) as newest
                left join {self._work}.{table} as known on newest.record_key = known.record_key"""
        )

    @staticmethod
    def _whole(renewal: Renewal, columns: Iterable[str]) -> list[str]:
        """Columns that name pieces: what several records have in common where records are the pieces."""
        return [relations.several_sql(name) if renewal.registry else name for name in columns]

    def _inside(self, renewal: Renewal, columns: Iterable[str]) -> str:
        """The condition that a row belongs to a piece."""
        return f"({', '.join(self._whole(renewal, columns))}) in (from {self._pieces}.{PIECE})"

    def _ways(self, renewal: Renewal) -> Iterator[str]:
        """SELECTs of the names of pieces, one for each way that leads to them from a change."""
        for name, named_by in renewal.cut.items():
            if self._changes.of(_raw(name)) is not Change.KNOWN:
                continue
            if name.startswith(LATEST):
                key = relations.key_sql(self._catalogue.layouts[str(renewal.registry)], "raw")
                yield f"select {key} from {changed(_raw(name))} as raw"
            else:
                yield f"select {', '.join(named_by)} from {changed(name)}"
        for name, sql in renewal.reached.items():
            if self._changes.of(_raw(name)) is Change.KNOWN:
                yield self._from_changed(sql, _raw(name))

    def _from_changed(self, sql: str, name: str) -> str:
        """A way from the changed rows of an input, as it is declared, made a SELECT."""
        return in_schema(sql, self._work, {CHANGED_ROWS: f"{changed(name)} as {CHANGED_ROWS}"})

    def _find_pieces(self, renewal: Renewal) -> None:
        """Fills piece.piece with the names of all pieces that a change reaches."""
        names = ", ".join(renewal.by)
        nothing = f"select {', '.join(['cast(null as varchar)'] * len(renewal.by))} where false"
        found = " union all ".join(f"({way})" for way in (nothing, *self._ways(renewal)))
        given = " and ".join(f"{name} is not null" for name in renewal.by)
        whole = ", ".join(
            f"{sql} as {name}" for name, sql in zip(renewal.by, self._whole(renewal, renewal.by), strict=True)
        )
        self._connection.execute(
            f"create or replace table {self._pieces}.{PIECE} as "
            f"select distinct {whole} from ({found}) as way ({names}) where {given}"
        )
        if renewal.also:
            more = in_schema(renewal.also, self._work, {PIECE: f"{self._pieces}.{PIECE}"})
            self._connection.execute(
                f"insert into {self._pieces}.{PIECE} select * from ({more}) as way ({names}) where {given}"
            )

    def _cut(self, name: str, named_by: Iterable[str], renewal: Renewal) -> str:
        """Makes of an input what belongs to the pieces, and says where it is."""
        raw = _raw(name)
        if raw == name:
            condition = f"({', '.join(named_by)}) in (from {self._pieces}.{PIECE})"
            self._connection.execute(
                f"create or replace table {self._pieces}.{name} as from {self._work}.{name} where {condition}"
            )
        else:
            layout = self._catalogue.layouts[name.removeprefix(LATEST)]
            key = self._inside(renewal, [relations.key_sql(layout, "raw")])
            self._connection.execute(
                f"create or replace table {self._pieces}.{raw} as from {self._work}.{raw} as raw where {key}"
            )
            latest = in_schema(relations.latest_sql(layout), self._work, {raw: f"{self._pieces}.{raw}"})
            self._connection.execute(f"create or replace view {self._pieces}.{name} as {latest}")
        return f"{self._pieces}.{name}"

    def _replaced(self, table: str, renewal: Renewal) -> str:
        """The condition that a row of the table as it was is replaced by what its piece now says."""
        if renewal.replaces is None:
            return self._inside(renewal, renewal.by)
        key = ", ".join(self._catalogue.contract(table).key)
        held = f"select {key} from {self._pieces}.{renewal.replaces}"
        if self._changes.of(renewal.replaces) is Change.KNOWN:
            held += f" union all select {key} from {changed(renewal.replaces, GONE)}"
        return f"({key}) in ({held})"
