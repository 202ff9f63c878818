"""A register: its records, what becomes known of each and when, and its state on any day.

Belongs here: records over time, of any registry. Does not belong here: what a registry knows (registries), what is
wrong (errors), how files look (extracts).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

ROW, DAY, KNOWN = "row", "day", "known_from"
PRIVATE = "_"  # columns that begin so are the simulation's own and are in no extract


@dataclass
class Register:
    """One registry.

    records: row, known_from (Int32 day of the first extract that holds it), `_person`, ... (true identities), and the
    registry's columns as text in canonical form. facts: frames of row, day, columns: from that day on the record says
    so; before the first such day it says null.
    """

    registry: str
    records: pl.DataFrame
    facts: list[pl.DataFrame] = field(default_factory=list)

    @property
    def columns(self) -> list[str]:
        """Every column of an extract."""
        own = [name for name in self.records.columns if name not in (ROW, KNOWN) and not name.startswith(PRIVATE)]
        return own + [name for fact in self.facts for name in fact.columns if name not in (ROW, DAY)]

    def copies(self, rows: pl.Series, **replaced: pl.Series) -> pl.Series:
        """Appends copies of records with the same facts and some columns replaced; returns the new row numbers."""
        begin = self.records.height
        new = pl.Series(ROW, range(begin, begin + len(rows)), dtype=pl.Int32)
        copied = self.records[rows.to_list()].with_columns(
            new, *(value.alias(name) for name, value in replaced.items())
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


def _values_at(register: Register, points: pl.DataFrame) -> pl.DataFrame:
    """What each record says on each day: points are (row, day)."""
    found = points.sort(DAY)
    for fact in register.facts:
        found = found.join_asof(fact.sort(DAY), on=DAY, by=ROW, strategy="backward", check_sortedness=False)
    return found.join(register.records.drop(KNOWN), on=ROW, how="left")


def _first_state(register: Register, first_day: int) -> pl.DataFrame:
    """The records known on the first day, as they are then."""
    found = register.records.filter(pl.col(KNOWN) <= first_day).drop(KNOWN)
    for fact in register.facts:
        latest = fact.filter(pl.col(DAY) <= first_day).sort(ROW, DAY).unique(ROW, keep="last").drop(DAY)
        found = found.join(latest, on=ROW, how="left")
    return found.with_columns(pl.lit(first_day, dtype=pl.Int32).alias(DAY))


def versions(
    register: Register, slips: pl.DataFrame, first_day: int, last_day: int, *, written: bool = False
) -> pl.DataFrame:
    """Every version of every record from the first to the last day: row, day, true identities, columns.

    slips: row, field, value, written, since, until: while since <= day < until the field holds the wrong value. With
    written=True a slip shows as it is written in a file (an old 15-digit id) instead of what it means.
    """
    order = [ROW, DAY, *(n for n in register.records.columns if n.startswith(PRIVATE)), *register.columns]
    inside = pl.col(DAY).is_between(first_day + 1, last_day)
    late = register.records.select(ROW, pl.col(KNOWN).alias(DAY)).filter(inside)
    changes = pl.concat(
        [
            late,
            *(fact.select(ROW, DAY).filter(inside) for fact in register.facts),
            *(slips.select(ROW, pl.col(name).alias(DAY)).filter(inside) for name in ("since", "until")),
        ]
    ).unique()
    known = register.records.select(ROW, KNOWN)
    changes = changes.join(known, on=ROW, how="inner").filter(pl.col(DAY) >= pl.col(KNOWN)).drop(KNOWN)
    found = pl.concat(
        [
            _first_state(register, first_day).select(order),
            _values_at(register, changes).select(order),
        ]
    )
    text = "written" if written else "value"
    for (name,), wrong in slips.group_by("field", maintain_order=True):
        overlay = wrong.select(ROW, "since", "until", pl.col(text).alias("_value"))
        found = (
            found.join(overlay, on=ROW, how="left")
            .with_columns(
                pl.when((pl.col("since") <= pl.col(DAY)) & (pl.col(DAY) < pl.col("until")))
                .then(pl.col("_value"))
                .otherwise(pl.col(str(name)))
                .alias(str(name))
            )
            .drop("since", "until", "_value")
        )
    return found.sort(ROW, DAY)


def on_day(found: pl.DataFrame, day: int) -> pl.DataFrame:
    """The latest version of each record on a day."""
    return found.filter(pl.col(DAY) <= day).unique(ROW, keep="last", maintain_order=True)
