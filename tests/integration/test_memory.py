"""What a day takes of the machine's memory."""

import datetime as dt

import pytest

from assets.known import everything_known, known_on
from assets.registries.day_input import lay_out
from assets.registries.landing import land_inbox
from tests.integration.extracts import HEALTH, LI, WANG, inbox, write_csv
from tests.part import Part
from warehouse.catalogue import catalogue
from warehouse.engines.duckdb_engine import DuckDBEngine, connect
from warehouse.home import Home

DAY = dt.date(2026, 11, 1)
PART = Part(catalogue(), ["stg_health_registry"])


def bytes_of(setting):
    number, unit = setting.split()
    return float(number) * 1024 ** ("bytes", "KiB", "MiB", "GiB", "TiB").index(unit)


@pytest.mark.parametrize(("many", "kept"), [(2, 0.5), (3, 0)])
def test_a_day_of_many_rows_keeps_half_of_its_memory_once_it_was_used(tmp_path, monkeypatch, many, kept):
    monkeypatch.setattr("warehouse.engines.duckdb_engine._MANY_ROWS", many)
    write_csv(inbox(tmp_path, "health_registry", f"{DAY}_full.csv"), [HEALTH, WANG, LI])
    home = Home(tmp_path)
    land_inbox(home, PART.layouts)
    with connect(":memory:") as connection:
        engine = DuckDBEngine(connection, PART)
        for _ in range(2):  # a run may have several days
            lay_out(engine, home, DAY, known_on(everything_known(home), DAY))
            blocks, limit = connection.execute(
                "select current_setting('block_allocator_memory'), current_setting('memory_limit')"
            ).fetchall()[0]
            assert bytes_of(blocks) == pytest.approx(kept * bytes_of(limit), rel=0.02)
        assert engine.build("stg_health_registry").rows == 2
