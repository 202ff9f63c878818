"""Simulating a home."""

from __future__ import annotations

import datetime as dt
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from tests.synthetic import clerks, errors, extracts, homes, offices, population, registries, truth, world
from tests.synthetic.calendar import day_number
from tests.synthetic.register import ROW, Register
from warehouse.home import Home
from warehouse.parameters import read_place


def _kept(register: Register, planted: errors.Planted) -> Register:
    """Of a register that is let go: the records that carry errors, or all of them where the offices look them up."""
    if register.registry in offices.LOOKED_UP:
        return register.essence()
    return register.essence(planted.log.filter(pl.col("registry") == register.registry)[ROW].unique().sort())


@dataclass(frozen=True)
class Summary:
    """What was written: files in the inbox, planted errors per rule (those that are meant for one), seconds."""

    files: int
    planted: dict[str, int]
    seconds: float


def simulate(
    home_path: Path,
    *,
    persons: int,
    days: int,
    seed: int,
    start: dt.date,
    rates: Mapping[str, float] | None = None,
    damaged_file: bool = True,
    with_offices: bool = False,
) -> Summary:
    """Writes a town of about `persons` registered people over `days` days from `start` on into a home.

    `rates` overrides the rate of kinds of errors (errors.yaml); `damaged_file` adds a file that must be quarantined,
    `with_offices` the registers of benefits, fees and services with their truth.
    Raises ValueError where the inbox holds extracts already, or persons or days are too few.
    """
    began = time.perf_counter()
    home = Home(Path(home_path))
    if any(path.is_file() for path in home.inbox.rglob("*")):
        raise ValueError(
            "收件箱里已有数据，模拟数据不能与其混放；请换一个目录 / the inbox already holds extracts; use another home"
        )
    if persons < 200 or days < 1:
        raise ValueError("至少 200 人、1 天 / at least 200 persons and 1 day")
    villages = read_place(start).villages
    listed = pl.DataFrame(
        [(village.village_code, village.village_name) for village in villages],
        schema=["village_code", "village_name"],
        orient="row",
    )
    first_day = day_number(start)
    last_day = first_day + days - 1
    town = population.grow(persons, len(villages), first_day, last_day, seed)
    residence = homes.settle(town, first_day, seed)
    known = world.identify(town, residence, clerks.appoint(len(villages), seed), listed, first_day, last_day, seed)
    files = 0
    parts: list[errors.Planted] = []
    kept: dict[str, Register] = {}
    home.path.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".simulate-", dir=home.path) as folder:
        seen = truth.Seen.of(known, Path(folder))
        # One group of registers after another: all of them at once would take most of the memory.
        for group in registries.GROUPS:
            opened = registries.open_registers(known, group)
            part = errors.plant(known, opened, rates)
            files += extracts.write(home.path, known, opened, part)
            truth.look(known, opened, part, seen)
            kept |= {registry: _kept(register, part) for registry, register in opened.items()}
            parts.append(part)
            del opened
        planted = errors.together(parts, registries.REGISTRIES)
        files += extracts.damage(home.path) if damaged_file else 0
        truth.write(home.truth, known, kept, planted, seen)
    if with_offices:
        files += offices.write(home.path, home.truth, known, kept, planted)
    meant = planted.log.filter(pl.col("rule_code").is_not_null()).group_by("rule_code").len().sort("rule_code")
    return Summary(files, dict(meant.rows()), time.perf_counter() - began)
