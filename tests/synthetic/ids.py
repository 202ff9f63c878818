"""Citizen id numbers of made-up people: right check digits, plausible area codes, the sex in the sequence."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import yaml

from tests.synthetic.calendar import day_number, iso
from warehouse.normalise.citizen_id import check_characters

SEQUENCES = 500  # numbers for one sex, area and birth date
_BLOCK = 100_000
_STEP = 37  # has no factor in common with SEQUENCES: neighbours get distant numbers and none comes twice


@cache
def places() -> dict[str, Any]:
    """places.yaml."""
    return yaml.safe_load((Path(__file__).parent / "places.yaml").read_text(encoding="utf-8"))


def with_check_character(first_17: pl.Series) -> pl.Series:
    """18-character numbers from their first 17 digits."""
    # Some at a time: the digits take several times the memory of the text.
    begins = range(0, max(len(first_17), 1), _BLOCK)
    return pl.concat([_with_check_character(first_17.slice(begin, _BLOCK)) for begin in begins], rechunk=True)


def _with_check_character(first_17: pl.Series) -> pl.Series:
    text = "".join(first_17.to_list()).encode("ascii")
    digits = np.frombuffer(text, dtype=np.uint8).reshape(-1, 17).astype(np.int32) - ord("0")
    check = check_characters(digits)
    return first_17 + pl.Series(check.view("S1").astype(str), dtype=pl.String)


def area_by_issue(born: np.ndarray, rng: np.random.Generator) -> pl.Series:
    """Area codes of people born here: the code in force when the number was first issued."""
    rules = places()
    first = rules["first_issue"]
    begun, ended = day_number(first["from"]), day_number(first["to"])
    issued = np.maximum(born + 20, rng.integers(begun, ended, len(born)))
    late = (rng.random(len(born)) < first["late_share"]) & (born < begun)
    issued = np.where(late, rng.integers(ended, day_number("1996-01-01"), len(born)), issued)
    # The last day that dates can hold is written as 9999-12-31.
    limits = np.array([day_number(entry["until"]) for entry in rules["issued_here"]])
    codes = pl.Series([entry["code"] for entry in rules["issued_here"]])
    return codes.gather(np.searchsorted(limits, issued))


def number(area: pl.Series, born: np.ndarray, sex: np.ndarray, rng: np.random.Generator) -> pl.Series:
    """One number per person, all different. Shapes: n area codes, n day numbers, n sexes (1 male, 2 female).

    Raises ValueError where one area and birth date would need more numbers than exist.
    """
    people = pl.DataFrame({"area": area, "born": pl.Series(born, dtype=pl.Int32), "sex": sex})
    place = people.select(pl.int_range(pl.len()).over("area", "born", "sex")).to_series().to_numpy()
    if len(place) and place.max() >= SEQUENCES:
        raise ValueError("一个地区一天的出生人数超出编号范围 / more births in one area and day than there are numbers")
    offset = (born.astype(np.int64) * 7919 + int(rng.integers(SEQUENCES))) % SEQUENCES
    sequence = (offset + place * _STEP) % SEQUENCES * 2 + (sex == 1)
    first_17 = (
        people["area"].cast(pl.String)
        + iso(born).str.replace_all("-", "")
        + pl.Series(sequence).cast(pl.String).str.zfill(3)
    )
    return with_check_character(first_17)
