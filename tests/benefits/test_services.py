"""Services in time, and invariant 3: declining a health check counts exactly as coming."""

import datetime as dt
import random

import pytest
import yaml

from tests.benefits.office import OTHER_VILLAGE, VILLAGE, Office, child
from warehouse.document import read_yaml
from warehouse.home import Home
from warehouse.parameters import rulebook
from warehouse.parameters.dated import FOLDER

DAY = "2026-06-30"


def value(office, indicator, village=VILLAGE):
    rows = office.rows(
        f"select sum(numerator), sum(denominator) from village_{indicator} where village_code = ?", village
    )
    return rows[0]


def request(number, **changes):
    return {
        "request_no": f"S{number}",
        "matter_name": "生育登记",
        "channel": "窗口",
        "accepted_date": "2026-06-01",
        "promised_date": None,
        "done_date": "2026-06-02",
        "one_time_notice": "是",
        "first_contact": "是",
        "trips": "1",
        "village_code": VILLAGE,
        **changes,
    }


def test_the_totals_of_the_place_look_back_a_year_and_no_day_more(office):
    year_ago = [request(1, accepted_date="2025-06-30"), request(2, accepted_date="2025-07-01")]
    office.deliver("service_request", "2026-06-20", year_ago)
    office.run(DAY, "service_count")
    assert office.rows("select denominator from service_count where measure = 'told_at_once'") == [(1,)]


def test_requests_are_held_against_their_promise(office):
    office.deliver(
        "service_request",
        "2026-06-20",
        [
            request(1),  # the matter's own term is one day
            request(2, done_date="2026-06-03"),
            request(3, done_date=None),
            request(  # promised earlier than the end of the matter's term
                4,
                matter_name="出生医学证明",
                promised_date="2026-06-10",
                done_date="2026-06-09",
                channel="网上",
                trips="0",
            ),
            request(
                5, matter_name="未列事项", accepted_date="2026-05-25", done_date="2026-06-24", trips="2"
            ),  # usual term: thirty days
            request(6, matter_name="未列事项", accepted_date="2026-06-25", done_date=None),  # not due yet
            request(7, one_time_notice="否", village_code=OTHER_VILLAGE, channel="跨省通办"),
        ],
    )
    office.run(DAY, "village_service_in_promise", "village_service_told_once", "service_count")
    assert value(office, "service_in_promise") == (3, 5)
    assert value(office, "service_told_once") == (5, 6)
    assert value(office, "service_told_once", OTHER_VILLAGE) == (0, 1)
    town = dict(office.rows("select measure, numerator || '/' || denominator from service_count"))
    assert town["in_promise"] == "4/6"
    assert town["online"] == "2/7"
    assert town["told_at_once"] == "6/7"
    assert town["one_trip"] == "6/7"


def test_a_new_matter_is_one_line(tmp_path):
    home = Home(tmp_path / "home")
    home.site.mkdir(parents=True)
    line = "- {matter_name: 新事项, en: new matter, term_days: 3, valid_from: 2026-01-01, source: example}\n"
    (home.site / "matters.yaml").write_text(line, encoding="utf-8")
    office = Office(home, site=home.site)
    rows = [
        request(1, matter_name="新事项", done_date="2026-06-04"),
        request(2, matter_name="新事项", done_date="2026-06-05"),
    ]
    office.deliver("service_request", "2026-06-20", rows)
    office.run(DAY, "village_service_in_promise")
    assert value(office, "service_in_promise") == (1, 2)
    office.close()


def test_a_matter_promised_in_working_days_goes_by_the_official_calendar(tmp_path):
    home = Home(tmp_path / "home")
    home.site.mkdir(parents=True)
    line = "- {matter_name: 新事项, en: new matter, working_days: 2, valid_from: 2026-01-01, source: example}\n"
    (home.site / "matters.yaml").write_text(line, encoding="utf-8")
    office = Office(home, site=home.site)
    # Accepted on a Thursday; Friday is the Dragon Boat Festival, so the second working day is the Tuesday after.
    rows = [
        request(number, matter_name="新事项", accepted_date="2026-06-18", done_date=f"2026-06-{day}")
        for number, day in ((1, 23), (2, 24))
    ]
    office.deliver("service_request", "2026-06-24", rows)
    office.run(DAY, "village_service_in_promise")
    assert office.rows("select distinct promised_date from stg_service_request") == [(dt.date(2026, 6, 23),)]
    assert value(office, "service_in_promise") == (1, 2)
    office.close()


@pytest.mark.parametrize("term", ["", "term_days: 3, working_days: 2, "])
def test_a_matter_promises_one_term(tmp_path, term):
    line = f"- {{matter_name: 新事项, en: new matter, {term}valid_from: 2026-01-01, source: example}}\n"
    (tmp_path / "matters.yaml").write_text(line, encoding="utf-8")
    with pytest.raises(ValueError, match="either"):
        rulebook.matters_on(dt.date(2026, 6, 30), tmp_path)


def test_follow_ups_are_done_when_dissatisfaction_is_answered(office):
    visit = {"follow_up_kind": "电话", "planned_date": "2026-06-01", "done_date": "2026-06-05", "village_code": VILLAGE}
    office.deliver(
        "follow_up",
        "2026-06-20",
        [
            {**visit, "follow_up_no": "1", "satisfaction": "满意", "answered_date": None},
            {**visit, "follow_up_no": "2", "satisfaction": "不满意", "answered_date": "2026-06-12"},
            {**visit, "follow_up_no": "3", "satisfaction": "不满意", "answered_date": "2026-06-13"},
            {**visit, "follow_up_no": "4", "satisfaction": None, "done_date": None, "answered_date": None},
        ],
    )
    office.run(DAY, "village_follow_up_done", "service_count")
    assert value(office, "follow_up_done") == (2, 4)
    assert office.rows(
        "select numerator, denominator from service_count where measure = 'dissatisfaction_answered'"
    ) == [(1, 2)]


def test_files_outreach_and_help(office):
    file = {"village_code": VILLAGE, "archive_name": "台账", "due_date": "2026-05-01"}
    office.deliver(
        "archive_checklist",
        "2026-06-20",
        [
            {**file, "checklist_no": "1", "is_complete": "完整"},
            {**file, "checklist_no": "2", "is_complete": "不完整"},
            {**file, "checklist_no": "3", "is_complete": None},
        ],
    )
    event = {"village_code": VILLAGE, "planned_date": "2026-05-01"}
    office.deliver(
        "outreach_activity",
        "2026-06-20",
        [
            {**event, "activity_no": "1", "held_date": "2026-05-01", "material_kept": "是"},
            {**event, "activity_no": "2", "held_date": "2026-05-01", "material_kept": "否"},
            {**event, "activity_no": "3", "held_date": None, "material_kept": None},
        ],
    )
    office.deliver(
        "hardship_help", "2026-06-20", [{**event, "help_no": "1", "done_date": "2026-05-02", "households": "3"}]
    )
    office.run(DAY, "village_archive_complete", "village_outreach_done")
    assert value(office, "archive_complete") == (1, 3)
    assert value(office, "outreach_done") == (2, 4)


def test_cross_region_requests_and_town_counts(office):
    asked = {"matter_name": "婚姻核查", "asked_date": "2026-05-01", "due_date": None, "other_area_code": "320300"}
    office.deliver(
        "cross_region_request",
        "2026-06-20",
        [
            {**asked, "request_no": "1", "direction": "收到", "answered_date": "2026-05-16"},
            {**asked, "request_no": "2", "direction": "收到", "answered_date": "2026-05-17"},
            {**asked, "request_no": "3", "direction": "发出", "answered_date": None},
        ],
    )
    office.deliver(
        "requested_service", "2026-06-20", [{"month": "2026-05", "requested_count": "9", "met_in_time_count": "8"}]
    )
    office.run(DAY, "service_count")
    town = dict(office.rows("select measure, numerator || '/' || denominator from service_count"))
    assert town["cross_region_answered"] == "1/2"
    assert town["requested_service_met"] == "8/9"


def test_a_month_of_requested_services_is_the_same_however_it_is_written(office):
    """A year of months: none before it, none to come, and none twice. What names no month is rejected in words."""

    def met(*months):
        return [{"month": month, "requested_count": count, "met_in_time_count": count} for month, count in months]

    office.deliver(
        "requested_service",
        "2026-06-18",
        met(("2025-06", 1), ("202501", 10), ("2025年6月", 100), ("2026-07", 1000), ("2026/05/01", 5), ("2025-7", 2)),
    )
    office.deliver("requested_service", "2026-06-19", met(("2026年05月", 6), ("202604", 20), ("合并", 7)))
    office.run(DAY, "service_count", "stg_requested_service")
    assert office.rows("select numerator, denominator from service_count where measure = 'requested_service_met'") == [
        (28, 28)
    ]
    assert office.rows("select record_id from stg_requested_service order by 1") == [
        (month,) for month in ("2025-01", "2025-06", "2025-07", "2026-04", "2026-05", "2026-07")
    ]
    assert office.rows("select reason_code, column_name from rejected_row") == [("BAD_MONTH", "统计月份")]


def rounds(seed, *, swapped):
    """A round in two villages; swapped, everybody who came declined, and the reverse."""
    chance = random.Random(seed)
    rows = []
    for number in range(1, 7):
        came, declined = chance.randint(0, 40), chance.randint(0, 40)
        if swapped:
            came, declined = declined, came
        rows.append(
            {
                "campaign_no": f"R{number}",
                "village_code": VILLAGE if number % 2 else OTHER_VILLAGE,
                "invited_date": "2026-05-01",
                "closed_date": "2026-06-01",
                "invited_count": 90,
                "attended_count": came,
                "declined_count": declined,
            }
        )
    return rows


_STAMPS = {"file_id", "input_id", "sha256", "fingerprint", "received_at", "known_at"}


def published(path, *, swapped, everybody_declined=False):
    office = Office(Home(path))
    rows = rounds(3, swapped=swapped)
    if everybody_declined:
        rows = [
            {**row, "attended_count": 0, "declined_count": row["attended_count"] + row["declined_count"]}
            for row in rows
        ]
    office.deliver(
        "household_register", "2026-06-01", [child(n, dt.date(2020, 1, n)) for n in range(1, 20)], mode="full"
    )
    office.deliver("voluntary_round", "2026-06-20", rows)
    office.run_whole(DAY)
    # Hashes of files and instants of receipt tell two deliveries apart, whatever they say; so do digests over them.
    stamped = {name for name, contract in office.catalogue.tables.items() if _STAMPS & set(contract.column_names())}
    found = {}
    for table, contract in office.catalogue.tables.items():
        if contract.layer in ("raw", "reference"):
            continue
        columns = ", ".join(name for name in contract.column_names() if name not in _STAMPS)
        rows_found = office.rows(f"select {columns} from {table} order by all")
        if table == "day_digest":
            rows_found = [row for row in rows_found if not stamped & set(row)]
        found[table] = repr(rows_found).encode()
    office.close()
    return found


@pytest.mark.parametrize("change", [{"swapped": True}, {"swapped": False, "everybody_declined": True}])
def test_coming_and_declining_are_the_same_to_the_last_byte(tmp_path, change):
    """Invariant 3: every table behind the raw file is equal, byte by byte."""
    before = published(tmp_path / "before", swapped=False)
    after = published(tmp_path / "after", **change)
    assert before["village_voluntary_round_recorded"] != b"[]"
    assert after == before


def test_an_outcome_that_is_missing_does_count(tmp_path):
    """The test above could not fail if the indicator did not look at outcomes at all."""
    office = Office(Home(tmp_path / "home"))
    rows = [{**row, "attended_count": 0, "declined_count": 0} for row in rounds(3, swapped=False)]
    office.deliver("voluntary_round", "2026-06-20", [*rows[:1], *rounds(3, swapped=False)[1:]])
    office.run(DAY, "village_voluntary_round_recorded")
    less = value(office, "voluntary_round_recorded")
    office.close()
    office = Office(Home(tmp_path / "other"))
    office.deliver("voluntary_round", "2026-06-20", rounds(3, swapped=False))
    office.run(DAY, "village_voluntary_round_recorded")
    assert less[0] < value(office, "voluntary_round_recorded")[0]
    office.close()


def test_what_a_health_check_found_is_never_stored(office):
    """A file that carries more than counts loses those columns at the door."""
    path = office.deliver("voluntary_round", "2026-06-20", rounds(3, swapped=False))
    text = path.read_text(encoding="utf-8").splitlines()
    heads = ["体检结果", "孕情", "避孕措施"]
    lines = [
        f"{line},{','.join(heads if place == 0 else ['异常', '早期', '某措施'])}" for place, line in enumerate(text)
    ]
    path.write_text("\r\n".join(lines), encoding="utf-8")
    office.run(DAY, "village_voluntary_round_recorded")
    refused = office.rows("select refused_columns from received_file where registry = 'voluntary_round'")
    assert refused == [(3,)]
    stored = b"".join(file.read_bytes() for file in office.home.landed.rglob("*") if file.suffix == ".parquet")
    assert "异常".encode() not in stored
    assert "某措施".encode() not in stored


@pytest.mark.parametrize(("moves", "done"), [(False, 1), (True, 2)])
def test_the_term_of_an_answer_ends_after_holidays_where_a_place_says_so(tmp_path, moves, done):
    """Seven days from 6 June end on a Saturday."""
    home = Home(tmp_path / "home")
    home.site.mkdir(parents=True)
    terms = read_yaml(FOLDER / "terms.yaml")
    next(term for term in terms if term["name"] == "answer_term_days")["versions"][0]["ends_after_holidays"] = moves
    (home.site / "terms.yaml").write_text(yaml.safe_dump(terms), encoding="utf-8")
    office = Office(home, site=home.site)
    visit = {"follow_up_kind": "电话", "planned_date": "2026-06-01", "done_date": "2026-06-06", "village_code": VILLAGE}
    answered = {"1": "2026-06-13", "2": "2026-06-15", "3": "2026-06-16"}
    office.deliver(
        "follow_up",
        "2026-06-20",
        [{**visit, "follow_up_no": no, "satisfaction": "不满意", "answered_date": day} for no, day in answered.items()],
    )
    office.run(DAY, "village_follow_up_done", "service_count")
    assert value(office, "follow_up_done") == (done, 3)
    assert office.rows(
        "select numerator, denominator from service_count where measure = 'dissatisfaction_answered'"
    ) == [(done, 3)]
    office.close()
