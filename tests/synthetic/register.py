"""A register: its records, what becomes known of each and when, and its state on any day.

Belongs here: records over time, of any registry. Does not belong here: what a registry knows (registries), what is
wrong (errors), how files look (extracts).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import polars as pl

ROW, DAY, KNOWN = "row", "day", "known_from"
PRIVATE = "_"  # columns that begin so are the simulation's own and are in no extract
_KEY_BITS = 32
_ESSENCE = (
    ROW, KNOWN, "_person", "_husband", "_wife", "_mother", "_father", "person_code", "id_number", "certificate_no",
    "delivery_no", "registration_no", "mother_village_code",
)  # fmt: skip
# Of these nearly every one is another: a dictionary of them would take more memory than the text.
_NUMBERS = ("_no", "_id", "_code", "id_number")
_FEW_CODES = ("_village_code", "origin_code")


def encoded(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame whose text is dictionary-encoded, four bytes a cell, but for numbers that are all different."""
    return frame.with_columns(
        pl.col(name).cast(pl.Categorical)
        for name, kind in frame.schema.items()
        if kind == pl.String and (name.endswith(_FEW_CODES) or not name.endswith(_NUMBERS))
    )


def decoded(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame whose dictionary-encoded columns are text."""
    return frame.cast({pl.Categorical: pl.String})


@dataclass
class Register:
    """One registry.

    records: row (0, 1, ...), known_from (Int32 day of the first extract that holds it), `_person`, ... (true
    identities), and the registry's columns in canonical form, as text or dictionary-encoded text. facts: frames of row,
    day, columns: from that day on the record says so; before the first such day it says null.
    """

    registry: str
    records: pl.DataFrame
    facts: list[pl.DataFrame] = field(default_factory=list)

    @property
    def private(self) -> list[str]:
        """The simulation's own columns."""
        return [name for name in self.records.columns if name.startswith(PRIVATE)]

    @property
    def columns(self) -> list[str]:
        """Every column of an extract."""
        own = [name for name in self.records.columns if name not in (ROW, KNOWN) and not name.startswith(PRIVATE)]
        return own + [name for fact in self.facts for name in fact.columns if name not in (ROW, DAY)]

    def essence(self, rows: pl.Series | None = None) -> Register:
        """What is looked up once the extracts are written: who and what records are, all of them or some rows."""
        kept = [name for name in self.records.columns if name in _ESSENCE]
        records = self.records.select(kept)
        return Register(self.registry, records if rows is None else records[rows.to_list()])

    def copies(self, rows: pl.Series, **replaced: pl.Series) -> pl.Series:
        """Appends copies of records with the same facts and some columns replaced; returns the new row numbers."""
        begin = self.records.height
        new = pl.Series(ROW, range(begin, begin + len(rows)), dtype=pl.Int32)
        kinds = self.records.schema
        copied = self.records[rows.to_list()].with_columns(
            new, *(value.cast(kinds[name]).alias(name) for name, value in replaced.items())
        )
        self.records = pl.concat([self.records, copied.select(self.records.columns)])
        number = pl.DataFrame({"original": rows.cast(pl.Int32), "copy": new})
        self.facts = [
            pl.concat(
                [
                    fact,
                    fact.join(number, left_on=ROW, right_on="original", how="inner")
                    .with_columns(pl.col("copy").alias(ROW))
                    .select(fact.columns),
                ]
            )
            for fact in self.facts
        ]
        return new

    def delay(self, rows: pl.Series, until: pl.Series) -> None:
        """Records become known on a day at the earliest."""
        known = self.records[KNOWN].to_numpy().copy()
        known[rows] = np.maximum(known[rows], until)
        self.records = self.records.with_columns(pl.Series(KNOWN, known))


def _keys(points: pl.DataFrame) -> np.ndarray:
    """One number per row and day, in the order of rows and then days."""
    return (points[ROW].to_numpy().astype(np.int64) << _KEY_BITS) + points[DAY].to_numpy() + (1 << (_KEY_BITS - 1))


def _latest(fact: pl.DataFrame, points: pl.DataFrame) -> pl.Series:
    """The place of the fact that holds at each point (row, day); null before the first of the record."""
    keys, asked = _keys(fact), _keys(points)
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    last = np.searchsorted(keys, asked, side="right") - 1
    holds = (last >= 0) & (keys[last] >> _KEY_BITS == asked >> _KEY_BITS) if len(keys) else np.zeros(len(asked), bool)
    places = order[last] if len(keys) else np.zeros(len(asked), np.int64)
    return pl.Series(places, dtype=pl.UInt32).set(pl.Series(~holds), None)


class States:
    """What a register says at points in time, right or wrong: any column, of any of the points, when asked for.

    points: row, day. slips: row, field, value, written, since, until: while since <= day < until the field holds the
    wrong value; `text` says whether it shows as what it means (value) or as it is written in a file (an old 15-digit
    id). Later changes of the register do not show.
    """

    def __init__(
        self, register: Register, points: pl.DataFrame, slips: pl.DataFrame | None = None, text: str = "value"
    ):
        self.points = points
        self.columns = [*register.private, *register.columns]
        self._records = register.records
        self._facts = list(register.facts)
        self._latest: dict[int, pl.Series] = {}
        self._wrong: dict[str, pl.DataFrame] = {}
        if slips is not None:
            places = points.with_row_index("_place")
            hits = places.join(slips, on=ROW, how="inner").filter(
                (pl.col("since") <= pl.col(DAY)) & (pl.col(DAY) < pl.col("until"))
            )
            for (name,), wrong in hits.group_by("field"):
                self._wrong[str(name)] = wrong.select("_place", pl.col(text).alias("_value"))

    def __len__(self) -> int:
        return self.points.height

    def _right(self, name: str) -> tuple[pl.Series, pl.Series]:
        """The column that holds a name, and where in it the right value of each point stands."""
        if name == DAY:
            return self.points[DAY], pl.int_range(len(self), dtype=pl.UInt32, eager=True)
        if name in self._records.columns:
            return self._records[name], self.points[ROW].cast(pl.UInt32)
        number = next(number for number, fact in enumerate(self._facts) if name in fact.columns)
        if number not in self._latest:
            self._latest[number] = _latest(self._facts[number], self.points)
        return self._facts[number][name], self._latest[number]

    def column(self, name: str, at: pl.Series | None = None) -> pl.Series:
        """A column at every point, or at the points in the places `at`. Raises StopIteration for an unknown name."""
        values, places = self._right(name)
        if name in self._wrong:
            wrong = self._wrong[name]
            behind = pl.int_range(len(values), len(values) + len(wrong), dtype=pl.UInt32, eager=True)
            places = places.clone().scatter(wrong["_place"], behind)
            values = pl.concat([values, wrong["_value"].cast(values.dtype).alias(values.name)])
        return values.gather(places if at is None else places.gather(at)).alias(name)

    def frame(self, names: Iterable[str], at: pl.Series | None = None) -> pl.DataFrame:
        """Several columns side by side."""
        return pl.DataFrame([self.column(name, at) for name in names])


def _points(register: Register, slips: pl.DataFrame, first_day: int, last_day: int) -> pl.DataFrame:
    """The days on which each record appears or changes, by record and day: row, day."""
    inside = pl.col(DAY).is_between(first_day + 1, last_day)
    known = register.records.select(ROW, KNOWN)
    changes = pl.concat(
        [
            known.select(ROW, pl.col(KNOWN).alias(DAY)).filter(inside),
            *(fact.select(ROW, DAY).filter(inside) for fact in register.facts),
            *(slips.select(ROW, pl.col(name).alias(DAY)).filter(inside) for name in ("since", "until")),
        ]
    ).unique()
    changes = changes.join(known, on=ROW, how="inner").filter(pl.col(DAY) >= pl.col(KNOWN)).drop(KNOWN)
    first = known.filter(pl.col(KNOWN) <= first_day).select(ROW, pl.lit(first_day, dtype=pl.Int32).alias(DAY))
    return pl.concat([first, changes]).sort(ROW, DAY)


def over_time(
    register: Register, slips: pl.DataFrame, first_day: int, last_day: int, *, written: bool = False
) -> States:
    """Every version of every record from the first to the last day, by record and day."""
    text = "written" if written else "value"
    return States(register, _points(register, slips, first_day, last_day), slips, text)


def on_day(found: pl.DataFrame, day: int) -> pl.DataFrame:
    """The latest version of each record on a day; the versions stand by record and day."""
    ends = (pl.col(ROW).shift(-1) != pl.col(ROW)) | (pl.col(DAY).shift(-1) > day)
    return found.filter((pl.col(DAY) <= day) & ends.fill_null(value=True))
