"""Who is who and what disagrees does not depend on how the same records are delivered, nor on which code a village has.

The records come in any order, a file in several parts under other names, earlier days' files with the last day's, and
the villages' codes are exchanged: people, cases and their sides are the same, but for the codes.
"""

import datetime as dt
from random import Random

import pytest

from assets.building import build_tables
from assets.computed import COMPUTED
from assets.known import everything_known, known_on
from assets.registries.day_input import lay_out
from assets.registries.landing import land_inbox
from tests.integration.small_town import HOME_VILLAGE, OTHER_VILLAGE, small_town, write_rows
from tests.part import Part
from warehouse.catalogue import catalogue
from warehouse.engines.duckdb_engine import DuckDBEngine, connect
from warehouse.home import Home

FIRST, LAST = dt.date(2026, 11, 2), dt.date(2026, 11, 4)
KEYS = ("person_code", "certificate_no", "delivery_no", "registration_no", "household_no")
TABLES = ("person_record", "found_case", "case_direction")
PART = Part(catalogue(), TABLES)
EXCHANGED = {HOME_VILLAGE: OTHER_VILLAGE, OTHER_VILLAGE: HOME_VILLAGE}


def muddled(chance, rows):
    """The rows with some values of some of them taken from others: shared, swapped and lost."""
    found = []
    for row in rows:
        changed = [name for name in row if name not in KEYS and chance.random() < 0.04]
        found.append(row | {name: chance.choice(rows).get(name, "") or row[name] for name in changed})
    return found


def days(chance):
    """Two days of a muddled town, by name of the extract; on the second some records are changed or gone."""
    first = {registry: muddled(chance, rows) for registry, rows in small_town().rows.items()}
    later = {
        registry: [row for row in muddled(chance, rows) if chance.random() < 0.9] for registry, rows in first.items()
    }
    return {f"{FIRST}_full": first, f"{LAST}_full": later}


def run(home, delivered, runs):
    """Runs days, each with what has been delivered by then; the rows of the last."""
    waiting = dict(delivered)
    with connect(":memory:") as connection:
        engine = DuckDBEngine(connection, PART)
        for day in runs:
            for name in [name for name in waiting if name[:10] <= day.isoformat()]:
                write_rows(home.path, waiting.pop(name), name)
            land_inbox(home, PART.layouts)
            lay_out(engine, home, day, known_on(everything_known(home), day))
            list(build_tables(engine, home, day, PART.order, COMPUTED))
            found = {table: engine.read(table).to_pylist() for table in TABLES}
            engine.keep_day(day)
    return found


def told(found, codes):
    """Rows as sorted text, with the villages' codes as they were."""
    return {
        table: sorted(str([(name, codes.get(value, value)) for name, value in row.items()]) for row in rows)
        for table, rows in found.items()
    }


@pytest.mark.parametrize(
    ("seed", "runs"),
    [
        (1, [LAST]),
        pytest.param(2, [FIRST, LAST], marks=pytest.mark.slow),
        pytest.param(3, [FIRST, LAST], marks=pytest.mark.slow),
    ],
)
def test_nothing_depends_on_how_records_are_laid_out_in_files(tmp_path, seed, runs):
    chance = Random(seed)
    delivered = days(chance)
    anyhow = {}
    for name, registries in delivered.items():
        for part in range(2):
            anyhow[f"{name}_导出{part}"] = {
                registry: [
                    {column: EXCHANGED.get(value, value) for column, value in row.items()}
                    for row in chance.sample(rows[part::2], len(rows[part::2]))
                ]
                for registry, rows in registries.items()
            }
    usual = told(run(Home(tmp_path / "usual"), delivered, runs), {})
    assert len(usual["found_case"]) > len(small_town().rows)
    assert told(run(Home(tmp_path / "anyhow"), anyhow, [LAST]), EXCHANGED) == usual
