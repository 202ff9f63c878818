"""Ids under another heading: the day is not published until the columns stand where they belong."""

import datetime as dt

import duckdb
import pytest

from expectations.bridge import checks_of
from tests.integration.days import DAY_1, DAY_2, published, run
from tests.integration.extracts import HEALTH, WANG, inbox, write_csv
from tests.integration.small_town import MAN, citizen_id
from warehouse.catalogue import catalogue
from warehouse.home import Home

CHECK = "enough_ids_are_valid"
FIT = "enough_ids_fit"
BORN = dt.date(1985, 3, 7)
SWAPPED = [HEALTH[0], HEALTH[4], *HEALTH[2:4], HEALTH[1], HEALTH[5]]
TABLES = [name for name in catalogue().tables if any(check.name == CHECK for check in checks_of(catalogue(), name))]


def extract(home, day, headings=HEALTH):
    rows = [[f"R{n}", "王芳", "男", "2026-11-01", citizen_id(DAY_1, MAN, n), WANG[5]] for n in range(60)]
    write_csv(inbox(home.path, "health_registry", f"{day}_full.csv"), [headings, *rows])


@pytest.mark.slow
def test_swapped_headings_stop_the_day_until_they_are_mended(tmp_path):
    home = Home(tmp_path)
    extract(home, DAY_1)
    extract(home, DAY_2, SWAPPED)
    outcome = run(home)
    assert [day.success for day in outcome.days] == [True, False]
    assert CHECK in {check.name for check in outcome.days[1].checks if not check.success}
    assert published(home, "select max(as_of) from day_run") == [(DAY_1,)]
    extract(home, DAY_2)
    assert run(home).success


def test_every_registry_with_ids_is_looked_at():
    with_ids = {
        f"stg_{registry}"
        for registry, layout in catalogue().layouts.items()
        if any(column.type == "citizen_id" for column in layout.columns.values())
    }
    assert set(TABLES) == with_ids


def stops(table, *extracts, share=0.5, least=50, vanished=False):
    """Whether ids stop the day. extracts: how many are given, and how many of them are valid, of each day."""
    [check] = [check for check in checks_of(catalogue(), table) if check.name == CHECK]
    columns = [column.name for column in catalogue().contract(table).columns if column.name.endswith("id_is_valid")]
    ids = {flag: "id_number" if flag == "id_is_valid" else flag.removesuffix("_is_valid") for flag in columns}
    found = []
    with duckdb.connect() as connection:
        terms = f"{share} as least_valid_id_share, {least} as least_share_rows"
        connection.execute(f"create table this_day as select {terms}")
        for wrong in columns:  # in one column at a time; every other id is right
            selected = [
                f"case when n <= given then 'x' end as {ids[flag]}, "
                f"n <= {'valid' if flag == wrong else 'given'} as {flag}"
                for flag in columns
            ]
            extent = ", ".join(f"({day}, {given}, {valid})" for day, (given, valid) in enumerate(extracts))
            connection.execute(
                f"create or replace table batch as select {', '.join(selected)}, day as last_extract, "
                f"{'1' if vanished else 'null'} as vanished_on "
                f"from (values {extent}) as extract (day, given, valid), range(1, 1001) as row (n)"
            )
            found.append(bool(connection.sql(check.unexpected.replace("{batch}", "batch")).fetchall()))
    assert len(set(found)) == 1, "columns are looked at alike"
    return found[0]


@pytest.mark.parametrize("table", TABLES)
def test_half_of_the_given_ids_of_each_column_and_extract_are_valid(table):
    assert not stops(table, (100, 50))
    assert stops(table, (100, 49))
    assert stops(table, (1000, 1000), (60, 0))  # changes beside a whole extract
    assert not stops(table, (100, 49), share=0.4)


@pytest.mark.parametrize("table", TABLES)
def test_a_handful_blanks_and_records_that_are_gone_say_nothing(table):
    assert not stops(table, (49, 0))
    assert stops(table, (50, 0))
    assert not stops(table, (0, 0))
    assert not stops(table, (100, 0), vanished=True)


@pytest.mark.slow
def test_another_date_under_the_heading_of_the_birth_date_stops_the_day_until_it_is_mended(tmp_path):
    home = Home(tmp_path)
    headings = [*HEALTH, "更新时间"]
    swapped = [*HEALTH[:3], "更新时间", *HEALTH[4:], "出生日期"]
    rows = [[f"R{n}", "王芳", "男", "1985-03-07", citizen_id(BORN, MAN, n), WANG[5], "2026-11-01"] for n in range(60)]
    for day, given in ((DAY_1, headings), (DAY_2, swapped)):
        write_csv(inbox(home.path, "health_registry", f"{day}_full.csv"), [given, *rows])
    outcome = run(home)
    assert [day.success for day in outcome.days] == [True, False]
    assert FIT in {check.name for check in outcome.days[1].checks if not check.success}
    write_csv(inbox(home.path, "health_registry", f"{DAY_2}_full.csv"), [headings, *rows])
    assert run(home).success


def misfit(table, column, given, fitting, *, blank=0, vanished=False):
    """Whether what the records say and their numbers tell stops the day, one column being wrong."""
    [check] = [check for check in checks_of(catalogue(), table) if check.name == FIT]
    names = {entry.name for entry in catalogue().contract(table).columns} & {"birth_date", "sex"}
    selected = [
        f"case when n > {blank} then 'a' end as id_{name}, case when n <= {fitting} or '{name}' <> '{column}' then 'a' "
        f"else 'b' end as {name}"
        for name in sorted(names)
    ]
    with duckdb.connect() as connection:
        connection.execute("create table this_day as select 0.5 as least_valid_id_share, 50 as least_share_rows")
        connection.execute(
            f"create table batch as select {', '.join(selected)}, 1 as last_extract, "
            f"{'1' if vanished else 'null'} as vanished_on from range(1, {given + 1}) as row (n)"
        )
        return bool(connection.sql(check.unexpected.replace("{batch}", "batch")).fetchall())


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("stg_health_registry", "birth_date"),
        ("stg_health_registry", "sex"),
        ("stg_household_register", "birth_date"),
        ("stg_household_register", "sex"),
        ("stg_floating_population", "sex"),
    ],
)
def test_half_of_the_records_fit_their_number(table, column):
    assert not misfit(table, column, 100, 50)
    assert misfit(table, column, 100, 49)
    assert not misfit(table, column, 49, 0)
    assert not misfit(table, column, 100, 0, vanished=True)
    assert not misfit(table, column, 100, 0, blank=51)
