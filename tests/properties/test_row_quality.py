"""Delivering again what was delivered already makes no village better or worse, however often and in whatever mode."""

import datetime as dt

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.catalogue import catalogue
from warehouse.engines.duckdb_engine import DuckDBEngine
from warehouse.parameters import indicators_on

DAY = dt.date(2026, 6, 30)
VILLAGES = ("370481105200", "370481105201")
FINE = "fine"  # else the reason of a remark, or of the row's rejection
REJECTED = {"LOSSY_ID": True, "ENCODING": False}  # reasons, and whether it can still be read whose row it was
ROW = st.tuples(
    st.sampled_from(["R1", "R2", "R3", "R4"]),
    st.sampled_from(VILLAGES),
    st.sampled_from([FINE, "BAD_DATE", "ID_INVALID", "UNKNOWN_AREA", "LOSSY_ID", "ENCODING"]),
)
ROWS = st.lists(ROW, min_size=1, max_size=6)
DELIVERIES = st.lists(st.tuples(st.sampled_from(["full", "changes"]), ROWS), min_size=1, max_size=3)


@pytest.fixture(scope="module")
def engine():
    with duckdb.connect() as connection:
        yield DuckDBEngine(connection, catalogue())


def counted(engine, deliveries) -> dict[str, tuple[int, int]]:
    """Good rows and rows by village, after one delivery a day of which the last is the day's."""
    files, accepted, rejected, remarks = [], [], [], []
    for back, (mode, rows) in enumerate(reversed(deliveries)):
        file, day = f"f{back:02d}", DAY - dt.timedelta(days=back)
        files.append({"file_id": file, "registry": "health_registry", "extract_date": day, "mode": mode})
        for place, (person, village, reason) in enumerate(rows):
            row = {"file_id": file, "row_number": place}
            if reason in REJECTED:
                key = person if REJECTED[reason] else None
                rejected.append({**row, "reason_code": reason, "village_code": village, "record_key": key})
                continue
            accepted.append({**row, "person_code": person, "registered_village_code": village, "extract_date": day})
            if reason != FINE:
                remarks.append({**row, "reason_code": reason, "column_name": "", "village_code": village})
    engine.begin_day(DAY)
    for table, content in {
        "received_file": [{**file, "status": "accepted"} for file in files],
        "raw_health_registry": accepted,
        "rejected_row": rejected,
        "cell_notice": remarks,
        "village": [{"village_code": village} for village in VILLAGES],
        "former_village": [],
        "indicator": [vars(indicator) for indicator in indicators_on(DAY)],
    }.items():
        engine.put_rows(table, content)
    engine.build("village_row_quality")
    found = engine.read("village_row_quality").to_pylist()
    return {
        village: tuple(
            sum(row[count] for row in found if row["village_code"] == village) for count in ("numerator", "denominator")
        )
        for village in VILLAGES
    }


@settings(max_examples=20, derandomize=True)
@given(DELIVERIES, st.integers(1, 5))
def test_what_comes_again_counts_once(engine, deliveries, more):
    assert counted(engine, [*deliveries, *[deliveries[-1]] * more]) == counted(engine, deliveries)


@settings(max_examples=20, derandomize=True)
@given(ROWS)
def test_of_one_extract_each_record_counts_once_and_each_row_of_nobody_knows_whom(engine, rows):
    """An accepted row goes before a rejected one, then the last: it says where a record counts and whether it is good.

    What was found of its number alone costs nothing.
    """
    found = counted(engine, [("full", rows)])
    known = [row for row in rows if REJECTED.get(row[2], True)]
    known.sort(key=lambda row: row[2] not in REJECTED)
    latest = {person: (village, reason) for person, village, reason in known}
    for village in VILLAGES:
        reasons = [reason for place, reason in latest.values() if place == village]
        lost = sum(place == village and reason == "ENCODING" for _, place, reason in rows)
        bad = sum(reason in ("BAD_DATE", *REJECTED) for reason in reasons)
        assert found[village] == (len(reasons) - bad, len(reasons) + lost)
