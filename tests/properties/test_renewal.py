"""A day renewed from the day before is, in every table, the day built from nothing: whatever comes, and in what order.

The towns are tiny and muddled: few numbers, names and dates, so that records share, swap and lose them, children have
several mothers, and what arrives late or twice changes what earlier days said. Terms change from one day to the next.
"""

import datetime as dt
import tempfile
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from assets.building import build_tables
from assets.computed import COMPUTED
from assets.known import everything_known, known_on
from assets.registries.day_input import lay_out
from assets.registries.landing import land_inbox
from tests.integration.extracts import inbox, write_csv
from tests.part import Part
from warehouse.catalogue import catalogue
from warehouse.digest import digest
from warehouse.engines.changes import Change
from warehouse.engines.duckdb_engine import KEPT, WORK, DuckDBEngine, connect
from warehouse.home import Home
from warehouse.parameters.dated import parameter_document
from warehouse.registries import reading_rules

START = dt.date(2026, 11, 1)
REGISTRIES = (
    "health_registry",
    "household_register",
    "floating_population",
    "birth_certificate",
    "hospital_delivery",
    "marriage_register",
)
_POOLS = {
    "name": ["王芳", "王方", "李伟", "赵四", "张三", ""],
    "date": ["1980-01-01", "1990-02-03", "2026-10-20", "2026-11-02", "2026-11-03", ""],
    "citizen_id": ["370481198001011028", "370481199002031017", "370481202610200018", "370481198001011029", ""],
    "area": ["370481105200", "370481105201", ""],
    "integer": ["1", "2"],
    "text": ["K1", "K2", "K3", "K4"],
}
# From which day on a term that models of renewed tables read has which value.
_TERMS = {
    "marriage_window_start": {
        "1949-10-01": dt.date(1979, 1, 1),
        "2026-11-02": dt.date(1985, 1, 1),
        "2026-11-04": dt.date(1975, 1, 1),
    },
    "shared_number_limit": {"1949-10-01": 15, "2026-11-02": 1, "2026-11-03": 2},
}
_SITE = tempfile.TemporaryDirectory()


def _catalogue():
    """The catalogue of a site with the terms above."""
    terms = parameter_document("terms.yaml", None)
    for term in terms:
        term["versions"] = [
            {"valid_from": dt.date.fromisoformat(day), "value": value, "source": "test"}
            for day, value in _TERMS.get(term["name"], {}).items()
        ] or term["versions"]
    text = yaml.safe_dump(terms, allow_unicode=True)
    (Path(_SITE.name) / "terms.yaml").write_text(text, encoding="utf-8")
    return catalogue(Path(_SITE.name))


WHOLE = _catalogue()
PART = Part(WHOLE, WHOLE.renewals)


def _value(column):
    if column.type == "code":
        return st.sampled_from([*reading_rules().codes[column.codes], ""])
    return st.sampled_from(_POOLS[column.type])


def _row(draw, columns, known):
    """A row made up, or one that came before with another value in a column or two."""
    if not known or draw(st.integers(0, 2)) == 0:
        return tuple(draw(_value(column)) for column in columns)
    row = list(draw(st.sampled_from(known)))
    for place in draw(st.lists(st.integers(0, len(columns) - 1), min_size=1, max_size=2)):
        row[place] = draw(_value(columns[place]))
    return tuple(row)


@st.composite
def steps(draw):
    """Days, each so many after the one before, and the files that arrive on it: registry, days late, whether in full,
    rows by column."""
    known = {registry: [] for registry in REGISTRIES}
    days = []
    for _ in range(draw(st.integers(2, 4))):
        files = []
        for registry in draw(st.lists(st.sampled_from(REGISTRIES), min_size=1, max_size=4, unique=True)):
            columns = list(PART.layouts[registry].columns.values())
            rows = [_row(draw, columns, known[registry]) for _ in range(draw(st.integers(1, 6)))]
            known[registry] += rows
            files.append((registry, draw(st.integers(0, 1)), draw(st.integers(0, 3)) == 0, rows))
        days.append((draw(st.integers(0, 2)), files))
    return days


def write(home, day, place, files):
    for registry, late, full, rows in files:
        headings = [column.headings[0] for column in PART.layouts[registry].columns.values()]
        name = f"{day - dt.timedelta(days=late)}_{'full' if full else 'changes'}_{place}.csv"
        write_csv(inbox(home.path, registry, name), [headings, *map(list, rows)])


def run(engine, home, day):
    """Runs the part of a day: its tables' digests, those of what is kept, those that the day records, and the ways."""
    part = engine.catalogue
    lay_out(engine, home, day, known_on(everything_known(home), day))
    ways = {
        built.table: engine.changes.of(built.table) for built in build_tables(engine, home, day, part.order, COMPUTED)
    }
    found = {table: digest(engine.connection, part.contract(table), f"{WORK}.{table}") for table in part.order}
    for contract in kept_tables(part):
        engine.add_up(contract.table)
    cheaply = engine.digests()
    engine.keep_day(day)
    kept = {
        f"kept {contract.table}": digest(engine.connection, contract, f"{KEPT}.{contract.table}")
        for contract in kept_tables(part)
    }
    return found, kept, cheaply, ways


def kept_tables(part):
    return [contract for contract in part.tables.values() if contract.keep != "day" and contract.table in part.order]


def renewed_and_new(days, part=PART):
    """Runs days on one engine that renews and on one that starts from nothing each time, and compares all they made."""
    with tempfile.TemporaryDirectory() as folder, connect(":memory:") as first, connect(":memory:") as second:
        home = Home(Path(folder))
        renewing, new = DuckDBEngine(first, part), DuckDBEngine(second, part)
        day, found = START, {}
        for place, (later, files) in enumerate(days):
            day += dt.timedelta(days=later)
            write(home, day, place, files)
            land_inbox(home, part.layouts)
            tables, kept, cheaply, ways = run(renewing, home, day)
            second.execute(f"drop schema {WORK} cascade")
            assert (tables, kept, cheaply) == run(new, home, day)[:3]
            found = {table: change for table, change in ways.items() if table in part.renewals}
    return found


def _file(registry, *rows, full=False):
    columns = PART.layouts[registry].columns
    return registry, 0, full, [tuple(row.get(name, "") for name in columns) for row in rows]


_A, _B = "370481198001011028", "370481199002031017"
_WIFE = {
    "person_code": "K1",
    "name": "王芳",
    "sex": "2",
    "birth_date": "1980-01-01",
    "id_number": _A,
    "marital_status": "10",
}
_SHARING = [
    {"person_code": f"K{place}", "name": name, "sex": "1", "birth_date": born, "id_number": _B}
    for place, (name, born) in enumerate([("李伟", "1990-02-03"), ("赵四", "1980-01-01"), ("张三", "2026-10-20")], 2)
]
_MARRIED = {"certificate_no": "M1", "event_type": "结婚", "event_date": "2026-10-20", "wife_id": _A, "husband_id": _B}
_LATER = _MARRIED | {"certificate_no": "M2", "event_type": "离婚", "event_date": "2026-11-02"}


@pytest.mark.parametrize(
    ("table", "marriages", "files"),
    [
        ("marriage_standing", [_MARRIED], [_file("health_registry", _WIFE | {"marital_status": "20"})]),
        ("marriage_standing", [_MARRIED], [_file("marriage_register", _MARRIED | {"event_date": "2026-10-31"})]),
        ("marriage_standing", [_MARRIED], [_file("marriage_register", _MARRIED | {"wife_id": ""})]),
        ("marriage_standing", [_MARRIED, _LATER], []),  # a day that was to come has come
        ("id_shared", [], []),  # the limit is another
        ("id_shared", [], [_file("health_registry", _SHARING[2] | {"name": "李伟"})]),
    ],
)
def test_a_change_reaches_what_it_moves(table, marriages, files):
    first = [_file("health_registry", _WIFE, *_SHARING, full=True)]
    first += [_file("marriage_register", *marriages, full=True)] if marriages else []
    moved = renewed_and_new([(0, first), (1, files)])
    assert moved[table] is Change.KNOWN


_ENTRY = {"household_no": "H1", "name": "王芳", "sex": "2", "birth_date": "1980-01-01", "id_number": _A}
_MENDED = _ENTRY | {"id_number": "370481198001013066"}


@pytest.mark.parametrize(
    "files",
    [
        [[_file("household_register", _MENDED)]],
        [[_file("household_register", _MENDED)], [_file("household_register", _ENTRY)]],  # both are there after all
        [[_file("household_register", _MENDED)], [_file("household_register", _MENDED | {"name": "李伟"})]],
        [
            [_file("household_register", _MENDED)],
            [_file("household_register", _MENDED | {"moved_out_date": "2026-11-02"})],
        ],
        [
            [_file("household_register", _MENDED | {"moved_out_date": "2026-11-03"})],
            [],
        ],  # a day that was to come has come
    ],
)
def test_a_mended_number_reaches_the_entry_that_it_replaces(files):
    first = [
        _file("health_registry", _WIFE, full=True),
        _file("household_register", _ENTRY, full=True),
        _file("marriage_register", _MARRIED, full=True),
    ]
    moved = renewed_and_new([(0, first), *((1, of_day) for of_day in files)])
    assert {moved[table] for table in ("stg_household_register", "link_by_id", "marriage_standing")} <= {
        Change.KNOWN,
        Change.NONE,
    }


_HALF_A = _MARRIED | {"wife_id": "", "wife_name": "王芳", "husband_name": "李伟"}
_HALF_B = _MARRIED | {"husband_id": "", "wife_name": "王芳", "husband_name": "李伟"}
_WHOLE = _MARRIED | {"certificate_no": "M3", "wife_name": "王芳", "husband_name": "李伟"}
_HUSBAND = {"person_code": "K2", "name": "李伟", "sex": "1", "birth_date": "1990-02-03", "id_number": _B}


@pytest.mark.parametrize("half", [_HALF_A, _HALF_B])
def test_a_number_made_good_follows_whatever_tells_it(half):
    days = [
        [_file("marriage_register", half, full=True), _file("health_registry", _WIFE, _HUSBAND, full=True)],
        [_file("marriage_register", _WHOLE)],
        [_file("marriage_register", half | {"event_date": "2026-10-31"})],  # it needs the other event all the same
        [_file("marriage_register", _WHOLE | {"wife_name": "赵四", "husband_name": "赵四"})],
        [_file("marriage_register", _WHOLE | {"wife_id": "370481198001013066", "wife_name": "赵四"})],
        [_file("health_registry", _WIFE | {"spouse_id": _B}, _HUSBAND | {"spouse_id": _A})],
        [_file("health_registry", _WIFE, _HUSBAND)],
    ]
    moved = renewed_and_new([(1, files) for files in days], Part(WHOLE, ["marriage_party"]))
    assert moved["marriage_party"] is Change.KNOWN


def test_payments_are_renewed_as_they_come():
    paid = {"payment_no": "1", "batch_no": "1", "programme_name": "育儿补贴", "amount": "1", "payment_status": "成功"}
    days = [
        [_file("benefit_payment", paid, paid | {"payment_no": "2"})],
        [_file("benefit_payment", paid | {"amount": "2"})],
    ]
    part = Part(WHOLE, ["stg_benefit_payment"])
    assert renewed_and_new([(1, files) for files in days], part)["stg_benefit_payment"] is Change.KNOWN
    assert renewed_and_new([(1, days[0]), (1, [])], part)["stg_benefit_payment"] is Change.NONE


_SLOWLY = settings(derandomize=True, suppress_health_check=list(HealthCheck))


@settings(_SLOWLY, max_examples=6, phases=[Phase.generate])
@given(steps())
def test_a_renewed_day_is_the_day_built_from_nothing(days):
    renewed_and_new(days)


@pytest.mark.slow
@settings(_SLOWLY, max_examples=20)
@given(steps())
def test_many_renewed_days_are_the_days_built_from_nothing(days):
    renewed_and_new(days)
