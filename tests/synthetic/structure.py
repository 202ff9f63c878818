"""Errors that are not one wrong value: records that are missing, doubled, rejected on reading, or made anew.

Each changes a register and returns the slips that go with it. `until` is the day of the correction, per record (NEVER:
not within the time looked at).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from tests.synthetic import distort
from tests.synthetic.calendar import NEVER, iso
from tests.synthetic.register import ROW, Register

_SPARE_NUMBERS = 900_000  # serial numbers that no ordinary record has


@dataclass
class Chosen:
    """Records chosen for an error: row, until, value (of the field), others (another record's value)."""

    register: Register
    rows: pl.DataFrame
    field: str
    rng: np.random.Generator


@dataclass
class Outcome:
    """slips: row, field, value, written, since, until. damaged: what rows that are sent and rejected hold in the field.

    rows: the records that carry the error, in the order of the chosen ones.
    """

    slips: list[pl.DataFrame]
    damaged: pl.Series | None
    rows: pl.Series


Structure = Callable[[Chosen], Outcome]


def _delay(chosen: Chosen) -> None:
    """The records become known on the day of the correction."""
    chosen.register.delay(chosen.rows[ROW], chosen.rows["until"])


def _from_then_on(rows: pl.Series, field: str, value: pl.Series, day: pl.Series) -> pl.DataFrame:
    """From a day on the field has a value, as the records of a correction do."""
    return (
        pl.DataFrame({ROW: rows, "value": value, "since": day})
        .select(
            ROW,
            pl.lit(field).alias("field"),
            "value",
            pl.col("value").alias("written"),
            "since",
            pl.lit(NEVER, dtype=pl.Int32).alias("until"),
        )
        .filter(pl.col("since") < NEVER)
    )


def _word(word: str, size: int) -> pl.Series:
    return pl.Series([word], dtype=pl.String).new_from_index(0, size)


def omitted(chosen: Chosen) -> Outcome:
    """Not in the registry until corrected."""
    _delay(chosen)
    return Outcome([], None, chosen.rows[ROW])


def _rejected(chosen: Chosen, written: pl.Series) -> Outcome:
    """Sent on the first day in a form that must be rejected; sent whole on the day of the correction."""
    _delay(chosen)
    return Outcome([], written, chosen.rows[ROW])


def rejected_blank(chosen: Chosen) -> Outcome:
    """A required value is blank."""
    return _rejected(chosen, pl.Series([None], dtype=pl.String).new_from_index(0, len(chosen.rows)))


def rejected_exponent(chosen: Chosen) -> Outcome:
    """A spreadsheet has turned the number into a float."""
    head = chosen.rows["value"].str.slice(0, 3)
    return _rejected(chosen, head.str.slice(0, 1) + "." + head.str.slice(1, 2) + "E+17")


def rejected_date(chosen: Chosen) -> Outcome:
    """A required date that no calendar has."""
    return _rejected(chosen, chosen.rows["value"].str.slice(0, 4) + "-13-45")


def rejected_code(chosen: Chosen) -> Outcome:
    """A required code that is in no list."""
    return _rejected(chosen, _word("其他业务", len(chosen.rows)))


def _record_number(register: Register, rows: pl.Series, salt: int) -> dict[str, pl.Series]:
    """New record numbers for copies of records."""
    serial = pl.Series(range(_SPARE_NUMBERS + salt, _SPARE_NUMBERS + salt + len(rows))).cast(pl.String)
    original = register.records[rows.to_list()]
    if register.registry == "health_registry":
        return {"person_code": original["person_code"].str.slice(0, 12) + serial}
    return {"registration_no": original["registration_no"].str.slice(0, 7) + "9" + serial.str.zfill(7)}


def duplicated(chosen: Chosen) -> Outcome:
    """The same person once more, until the second record is cancelled."""
    register, rows, until = chosen.register, chosen.rows[ROW], chosen.rows["until"]
    salt = register.records.height % 50_000
    copies = register.copies(rows, **_record_number(register, rows, salt))
    if register.registry == "health_registry":
        ended = _from_then_on(copies, "record_status", _word("cancelled", len(copies)), until)
    else:
        ended = _from_then_on(copies, "left_date", iso(until), until)
    return Outcome([ended], None, copies)


def duplicated_without_id(chosen: Chosen) -> Outcome:
    """The same person once more, without a number."""
    outcome = duplicated(chosen)
    blank = pl.Series([None], dtype=pl.String).new_from_index(0, len(outcome.rows))
    since = pl.Series([-NEVER], dtype=pl.Int32).new_from_index(0, len(outcome.rows))
    outcome.slips.append(_from_then_on(outcome.rows, "id_number", blank, since))
    return outcome


def in_two_households(chosen: Chosen) -> Outcome:
    """An old entry of another household that was never closed."""
    register, rows, until = chosen.register, chosen.rows[ROW], chosen.rows["until"]
    size = len(rows)
    serial = pl.Series(range(90_000_000, 90_000_000 + size)).cast(pl.String)
    villages = register.records["registered_village_code"]
    other = villages.gather(pl.Series(chosen.rng.integers(len(villages), size=size)))
    copies = register.copies(
        rows,
        household_no=_word("3704811", size) + serial,
        registered_village_code=other,
        moved_in_date=pl.Series([None], dtype=pl.String).new_from_index(0, size),
        moved_in_from=pl.Series([None], dtype=pl.String).new_from_index(0, size),
    )
    closed = [
        _from_then_on(copies, "moved_out_date", iso(until), until),
        _from_then_on(copies, "moved_out_to", _word("本镇", size), until),
    ]
    return Outcome(closed, None, copies)


def _reissued(chosen: Chosen, wrong: pl.DataFrame) -> Outcome:
    """An entry under a wrong number, cancelled on correction; the right entry is made the same day."""
    register = chosen.register
    chosen.rows = chosen.rows.join(
        wrong.select(ROW, pl.col("value").alias("wrong")), on=ROW, how="inner", maintain_order="left"
    )
    rows, until = chosen.rows[ROW], chosen.rows["until"]
    copies = register.copies(rows, id_number=chosen.rows["wrong"])
    _delay(chosen)
    closed = [
        _from_then_on(copies, "cancelled_date", iso(until), until),
        _from_then_on(copies, "cancelled_reason", _word("号码更正", len(copies)), until),
    ]
    return Outcome(closed, None, copies)


def reissued_after_mistyping(chosen: Chosen) -> Outcome:
    """A number with a wrong digit."""
    return _reissued(chosen, distort.id_digit(chosen.rows, chosen.rng))


def reissued_after_sharing(chosen: Chosen) -> Outcome:
    """The number of somebody else."""
    return _reissued(chosen, distort.of_somebody_else(chosen.rows, chosen.rng))
