"""Planting errors: which records carry which error, from when to when.

Belongs here: reading errors.yaml, choosing records (by village, clerk and chance), and the days of discovery and
correction. Does not belong here: how a value goes wrong (distort), records missing or doubled (structure), what a
perfect system reports (truth).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import yaml

from tests.synthetic import distort, structure
from tests.synthetic.calendar import NEVER
from tests.synthetic.clerks import OFFICERS
from tests.synthetic.register import DAY, KNOWN, ROW, Register, States, decoded
from tests.synthetic.world import World

SLIP_SCHEMA = {
    "kind": pl.String, "row": pl.Int32, "field": pl.String, "value": pl.String, "written": pl.String,
    "since": pl.Int32, "until": pl.Int32,
}  # fmt: skip
_PAPER = "birth_certificate_no"
LOG_SCHEMA = {
    "error_kind": pl.String, "rule_code": pl.String, "registry": pl.String, "row": pl.Int32, "field": pl.String,
    "since": pl.Int32, "until": pl.Int32,
}  # fmt: skip


@dataclass(frozen=True)
class ErrorKind:
    """One entry of errors.yaml."""

    kind: str
    registry: str
    field: str
    how: str
    rate: float
    rule: str | None
    why: str
    where: str | None = None
    clears: tuple[str, ...] = ()


@dataclass(frozen=True)
class Settings:
    """errors.yaml."""

    kinds: tuple[ErrorKind, ...]
    arrivals_per_day: float
    never_corrected: float
    office_days: Mapping[str, float]


@cache
def settings() -> Settings:
    """The delivered rates and reasons."""
    document: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "errors.yaml").read_text(encoding="utf-8"))
    kinds = tuple(ErrorKind(**{**entry, "clears": tuple(entry.get("clears", ()))}) for entry in document.pop("kinds"))
    return Settings(kinds=kinds, **document)


@dataclass
class Planted:
    """What was planted. slips, by registry: wrong values; damaged, by registry: rows sent on the first day that must be
    rejected, with the registry's columns; log: one row per error.
    """

    slips: dict[str, pl.DataFrame]
    damaged: dict[str, pl.DataFrame]
    log: pl.DataFrame


class _Planter:
    """Plants the errors of one registry."""

    def __init__(self, world: World, register: Register, declared: Settings) -> None:
        self.world = world
        self.register = register
        self.declared = declared
        # What the registry would say on the last day: every record that ever comes, with its own values.
        points = register.records.filter(pl.col(KNOWN) <= world.last_day)
        self.state = States(register, points.select(ROW, pl.lit(world.last_day, dtype=pl.Int32).alias(DAY)))
        self.columns = [ROW, KNOWN, *register.private, *register.columns]
        self.care = self._care()
        self.taken: dict[str, np.ndarray] = {}
        self.slips = [pl.DataFrame(schema=SLIP_SCHEMA)]
        self.damaged = [pl.DataFrame(schema=dict.fromkeys(register.columns, pl.String))]
        self.log = [pl.DataFrame(schema=LOG_SCHEMA)]

    def _village(self) -> np.ndarray:
        if "_village" not in self.columns:
            return np.full(len(self.state), -1)
        return self.state.column("_village").fill_null(-1).to_numpy()

    def _care(self) -> np.ndarray:
        """The error factor of each record."""
        clerks, village, row = self.world.clerks, self._village(), self.state.column(ROW).to_numpy()
        match self.register.registry:
            case "health_registry" | "floating_population":
                return clerks.of_village(village, row)
            case "birth_certificate" | "hospital_delivery":
                return clerks.facilities[self.state.column("_facility").to_numpy()]
            case "household_register":
                return clerks.officers[village % OFFICERS]
            case _:
                return clerks.officers[row % OFFICERS]

    def _days_to_correct(self, places: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Days from discovery to correction, at the pace of the village or office; NEVER where nobody does it."""
        office = self.declared.office_days.get(self.register.registry)
        mean = self.world.clerks.days(self._village()[places]) if office is None else np.full(len(places), office)
        days = 1 + rng.exponential(mean).astype(np.int64)
        days[rng.random(len(places)) < self.declared.never_corrected] = NEVER
        return days

    def _choose(self, kind: ErrorKind, rate: float, rng: np.random.Generator) -> pl.DataFrame:
        """Records that carry an error of this kind: row, value, others, since, until, and the record's columns."""
        exposed = self._exposed(kind)
        size = len(exposed)
        other = rng.integers(max(size, 1), size=size)
        taken = np.logical_or.reduce([self._taken(name) for name in (kind.field, *kind.clears)])
        place = exposed.to_numpy()
        chance = np.minimum(rate * self.care[place], 0.9)
        days = self.world.last_day - self.world.first_day
        arrives = chance * min(1.0, self.declared.arrivals_per_day * days)
        luck = rng.random(size)
        hit = luck < chance
        new = ~hit & (luck < chance + arrives) & (days > 0)
        since = np.where(new, self.world.first_day + rng.integers(1, max(days, 1) + 1, size), -NEVER)
        # A record that comes later carries its error from the day it comes.
        shown = np.maximum(np.maximum(since, self.world.first_day), self.state.column(KNOWN, exposed).to_numpy())
        until = np.minimum(shown + self._days_to_correct(place, rng), NEVER)
        carries = (hit | new) & ~taken[place]
        at = exposed.gather(np.flatnonzero(carries))
        return decoded(self.state.frame(self.columns, at)).with_columns(
            at.alias("_place"),
            self._value(kind, at).alias("value"),
            self._value(kind, exposed.gather(other[carries])).alias("others"),
            pl.Series("since", since[carries], dtype=pl.Int32),
            pl.Series("until", until[carries], dtype=pl.Int32),
        )

    def _exposed(self, kind: ErrorKind) -> pl.Series:
        """The places of the records that can carry an error of this kind."""
        exposed = pl.Series([True]).new_from_index(0, len(self.state))
        if kind.where:
            where = pl.sql_expr(kind.where)
            looked_at = decoded(self.state.frame(where.meta.root_names()))
            exposed = looked_at.select(where.fill_null(value=False)).to_series()
        if kind.field in self.columns:
            exposed &= self.state.column(kind.field).is_not_null()
        return exposed.arg_true()

    def _value(self, kind: ErrorKind, at: pl.Series) -> pl.Series:
        """The values that go wrong, as text; empty where it is the record as a whole."""
        if kind.field in self.columns:
            return self.state.column(kind.field, at).cast(pl.String)
        return pl.Series([""]).new_from_index(0, len(at))

    def _taken(self, field: str) -> np.ndarray:
        return self.taken.setdefault(field, np.zeros(len(self.state), bool))

    def plant(self, kind: ErrorKind, rate: float) -> None:
        """Plants one kind of error. A field of a record carries one error at most."""
        rng = self.world.stream("errors", kind.kind)
        chosen = self._choose(kind, rate, rng)
        if hasattr(structure, kind.how):
            carried = self._restructure(kind, chosen, rng)
        else:
            carried = self._distort(kind, chosen, rng)
        places = chosen.filter(pl.col(ROW).is_in(carried.implode()))["_place"].to_numpy()
        for name in (kind.field, *kind.clears):
            self._taken(name)[places] = True

    def _note(self, kind: ErrorKind, errors: pl.DataFrame) -> None:
        self.log.append(
            errors.select(
                pl.lit(kind.kind).alias("error_kind"), pl.lit(kind.rule, dtype=pl.String).alias("rule_code"),
                pl.lit(kind.registry).alias("registry"), ROW, pl.lit(kind.field).alias("field"), "since", "until",
            ).select(list(LOG_SCHEMA))
        )  # fmt: skip

    def _distort(self, kind: ErrorKind, chosen: pl.DataFrame, rng: np.random.Generator) -> pl.Series:
        function: distort.Distortion = getattr(distort, kind.how)
        wrong = function(chosen, rng).join(
            chosen.select(ROW, "since", "until"), on=ROW, how="inner", maintain_order="left"
        )
        if kind.rule is None and kind.how != "missing":
            wrong = wrong.with_columns(until=pl.lit(NEVER, dtype=pl.Int32))  # nothing to correct
        blank = pl.lit(None, dtype=pl.String)
        named = wrong.with_columns(kind=pl.lit(kind.kind), field=pl.lit(kind.field))
        cleared = [
            named.with_columns(blank.alias("value"), blank.alias("written"), field=pl.lit(name)) for name in kind.clears
        ]
        self.slips += [frame.select(list(SLIP_SCHEMA)) for frame in (named, *cleared)]
        self._note(kind, wrong)
        return wrong[ROW]

    def _restructure(self, kind: ErrorKind, chosen: pl.DataFrame, rng: np.random.Generator) -> pl.Series:
        """Records missing or doubled: from the first day on, as nothing tells when that happened."""
        chosen = chosen.filter((pl.col("since") == -NEVER) & (pl.col(KNOWN) <= self.world.first_day))
        request = structure.Chosen(self.register, chosen, kind.field, rng)
        function: structure.Structure = getattr(structure, kind.how)
        outcome = function(request)
        self.slips += [frame.with_columns(kind=pl.lit(kind.kind)).select(list(SLIP_SCHEMA)) for frame in outcome.slips]
        if outcome.damaged is not None:
            sent = request.rows.with_columns(outcome.damaged.alias(kind.field))
            self.damaged.append(sent.select(self.register.columns))
        self._note(kind, request.rows.with_columns(outcome.rows.alias(ROW)))
        return request.rows[ROW]


def plant(world: World, registers: Mapping[str, Register], rates: Mapping[str, float] | None = None) -> Planted:
    """Plants every kind of error of some registers; `rates` overrides the delivered rate of a kind.

    Changes the registers; that of the health office comes with that of the certificates, which it follows.
    Raises KeyError for the rate of an unknown kind.
    """
    declared = settings()
    overrides = dict(rates or {})
    if unknown := set(overrides) - {kind.kind for kind in declared.kinds}:
        raise KeyError(", ".join(sorted(unknown)))
    slips, damaged, log = {}, {}, []
    for registry, register in registers.items():
        planter = _Planter(world, register, declared)
        for kind in declared.kinds:
            if kind.registry == registry and (rate := overrides.get(kind.kind, kind.rate)) > 0:
                planter.plant(kind, rate)
        slips[registry] = pl.concat(planter.slips)
        damaged[registry] = pl.concat(planter.damaged)
        log += planter.log
    if "health_registry" in registers:
        _follow_certificates(registers)
    return Planted(slips, damaged, pl.concat(log))


def together(parts: Sequence[Planted], order: Sequence[str]) -> Planted:
    """What was planted in several groups of registers as one, the log in the order of the registries."""
    slips, damaged = ({k: v for part in parts for k, v in getattr(part, name).items()} for name in ("slips", "damaged"))
    logs = [part.log.filter(pl.col("registry") == registry) for registry in order for part in parts]
    return Planted(slips, damaged, pl.concat(logs))


def _follow_certificates(registers: Mapping[str, Register]) -> None:
    """The health office has the number of a certificate from the certificate: not before it is issued."""
    health, certificates = registers["health_registry"], registers["birth_certificate"].records
    issued = certificates.group_by("certificate_no").agg(pl.col(KNOWN).min()).rename({"certificate_no": _PAPER})
    health.facts = [
        fact.join(issued, on=_PAPER, how="left", maintain_order="left")
        .with_columns(pl.max_horizontal(DAY, KNOWN).alias(DAY))
        .filter(pl.col(DAY) < NEVER)
        .select(fact.columns)
        if _PAPER in fact.columns
        else fact
        for fact in health.facts
    ]
