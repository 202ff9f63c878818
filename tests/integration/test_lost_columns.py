"""An extract without a column that extracts before it had: nobody's value has gone, and nothing of it is published."""

import datetime as dt

import duckdb
import pytest
import yaml

from assets.registries.delivered_columns import lost_columns
from assets.registries.manifest import Manifest
from assets.registries.received import received_rows
from expectations.suites import read_suites
from pipelines.terminal import run_and_show
from tests.integration.days import DAY_1, DAY_2, published, run
from tests.integration.extracts import HEALTH, LI, WANG, inbox, write_csv
from tests.integration.landed import land, only
from warehouse.catalogue import catalogue
from warehouse.home import Home
from warehouse.parameters.ended_columns import EndedColumn

CHECK = "no_column_is_lost"
RENAMED = [*HEALTH[:2], "男女", "出生日期(农历)", HEALTH[4], "户籍村"]


def extract(home, day, headings=HEALTH, mode="full"):
    write_csv(inbox(home.path, "health_registry", f"{day}_{mode}.csv"), [headings, WANG, LI])


def failed(outcome):
    return [result.name for day in outcome.days for result in day.checks if not result.success]


def words(told):
    return told.replace("\n", "").replace("    ", "")


def test_renamed_headings_stop_the_day_until_they_are_mended(tmp_path, capsys):
    home = Home(tmp_path)
    extract(home, DAY_1)
    assert run(home).success
    extract(home, DAY_2, RENAMED)
    assert run_and_show(home, None, as_json=False) == 1
    told = words(capsys.readouterr().out)
    assert CHECK in told
    assert f"health_registry/{DAY_2}_full" in told
    assert "性别、出生日期、户籍地村码；未认出 3 列 / 3 columns were not recognised" in told
    assert not any(heading in told for heading in ("男女", "农历", "户籍村"))
    assert published(home, "select max(as_of) from day_run") == [(DAY_1,)]
    extract(home, DAY_2)
    outcome = run(home)
    assert outcome.success
    assert CHECK not in failed(outcome)
    assert published(home, "select max(as_of) from day_run") == [(DAY_2,)]


@pytest.mark.slow
def test_a_column_that_is_no_longer_delivered_is_declared(tmp_path):
    home = Home(tmp_path)
    home.site.mkdir()
    columns = ("sex", "birth_date", "registered_village_code")
    ended = [
        {"registry": "health_registry", "column": column, "valid_from": DAY_2, "source": "停止提供的通知 / a notice"}
        for column in columns
    ]
    (home.site / "ended_columns.yaml").write_text(yaml.safe_dump(ended), encoding="utf-8")
    extract(home, DAY_1)
    extract(home, DAY_2, RENAMED)
    outcome = run(home)
    assert outcome.success
    assert CHECK not in failed(outcome)


def test_a_first_extract_says_which_declared_columns_it_has_not(tmp_path, capsys):
    extract(Home(tmp_path), DAY_1, RENAMED)
    assert run_and_show(Home(tmp_path), None, as_json=False) == 0
    told = words(capsys.readouterr().out)
    assert "没有这些列 / these columns are not there：性别、出生日期、户籍地村码" in told
    assert "未认出 3 列 / 3 columns were not recognised" in told


@pytest.mark.slow
def test_what_is_said_of_many_files_is_said_once_and_hides_no_other(tmp_path, capsys):
    """A file for each village says one thing; what comes behind it is told all the same."""
    home = Home(tmp_path)
    for village in range(12):
        rows = [RENAMED, [f"R{village}", *WANG[1:]]]
        write_csv(inbox(home.path, "health_registry", f"{DAY_1}_full_{village}.csv"), rows)
    write_csv(inbox(home.path, "household_register", f"{DAY_1}_full.csv"), [["户号", "姓名", "身份证号"]])
    run_and_show(home, None, as_json=False)
    told = words(capsys.readouterr().out)
    assert "等 12 个文件 / and 9 more" in told
    assert told.count("没有这些列") == 2
    assert f"household_register/{DAY_1}_full" in told


def test_a_file_without_headings_shows_none_of_its_people(tmp_path, capsys):
    """Where the row that looks most like headings is data, what is told are declared words."""
    home = Home(tmp_path)
    row = ["人口编码", "姓名", "仉龘子", "370481198001011028"]
    write_csv(inbox(home.path, "health_registry", f"{DAY_1}_full.csv"), [row, [*WANG[:2], "", ""]])
    run_and_show(home, None, as_json=False)
    told = capsys.readouterr().out
    assert "未认出 2 列" in told
    assert "仉龘" not in told and "370481198001011028" not in told


# -- which columns are expected ----------------------------------------------------------------------------------------


def file_of(day, columns, mode="full", part="", received="2026-11-09T01", registry="health_registry"):
    return Manifest(
        file_id=f"{registry}{day}{mode}{part}{received}", registry=registry, file_name="", mode=mode, part=part,
        sha256=f"{day}{part}{received}",
        extract_date=f"2026-11-{day:02}", file_format="csv", status="accepted", reason=None, column=None, rows_read=0,
        rows_accepted=0, rows_rejected=0, rows_skipped=0, notices=0, refused_headings=(), ignored_headings=(),
        received_at=received, columns=tuple(columns.split()),
    )  # fmt: skip


def lost(*files, ended=()):
    found = lost_columns(files, catalogue().layouts, ended)
    return [found.get(file.file_id, ()) for file in files]


WHOLE, LESS = "person_code name sex", "person_code name"


def test_what_one_extract_had_the_next_must_have():
    assert lost(file_of(1, WHOLE), file_of(2, LESS), file_of(3, LESS), file_of(4, WHOLE)) == [
        (),
        ("性别",),
        ("性别",),
        (),
    ]


def test_a_new_column_is_expected_from_then_on():
    assert lost(file_of(1, LESS), file_of(2, WHOLE), file_of(3, LESS)) == [(), (), ("性别",)]


@pytest.mark.parametrize("modes", [("full", "changes"), ("changes", "full")])
def test_extracts_of_both_modes_are_held_to_each_other(modes):
    assert lost(file_of(1, WHOLE, modes[0]), file_of(2, LESS, modes[1])) == [(), ("性别",)]


def test_registries_are_not_held_to_each_other():
    other = file_of(2, "registration_no name", registry="floating_population")
    assert lost(file_of(1, WHOLE), other) == [(), ()]


def test_of_several_files_an_extract_has_what_all_of_them_have():
    first = [file_of(1, WHOLE, part="1"), file_of(1, LESS, part="2")]
    assert lost(*first, file_of(2, WHOLE, part="1"), file_of(2, LESS, part="2")) == [(), (), (), ()]
    whole = [file_of(1, WHOLE, part="1"), file_of(1, WHOLE, part="2")]
    assert lost(*whole, file_of(2, WHOLE, part="1"), file_of(2, LESS, part="2")) == [(), (), (), ("性别",)]


def test_a_file_that_was_replaced_is_not_expected_again():
    assert lost(file_of(1, WHOLE), file_of(1, LESS, received="2026-11-09T02"), file_of(2, LESS)) == [(), (), ()]


def test_a_file_landed_before_columns_were_kept_says_nothing():
    assert lost(file_of(1, ""), file_of(2, LESS)) == [(), ()]
    assert lost(file_of(1, WHOLE), file_of(2, ""), file_of(3, LESS)) == [(), (), ("性别",)]


def ended(column, day, registry="health_registry"):
    return EndedColumn(registry=registry, column=column, valid_from=dt.date(2026, 11, day), source="a notice")


def test_a_column_ends_on_a_day_in_one_registry():
    files = file_of(1, WHOLE), file_of(2, LESS), file_of(3, LESS)
    assert lost(*files, ended=[ended("sex", 3)]) == [(), ("性别",), ()]
    assert lost(*files, ended=[ended("sex", 1, "floating_population")]) == [(), ("性别",), ("性别",)]


def stops(*files):
    """Whether the day that knows these files is stopped by the check."""
    [check] = [check for check in read_suites()["received_file"] if check.name == CHECK]
    with duckdb.connect() as connection:
        connection.execute(
            "create table received_file (registry text, extract_date date, mode text, status text, lost_columns text)"
        )
        for row in received_rows(list(files), lost_columns(files, catalogue().layouts, ())):
            given = [row[name] for name in ("registry", "extract_date", "mode", "status", "lost_columns")]
            connection.execute("insert into received_file values (?, ?, ?, ?, ?)", given)
        return bool(connection.sql(check.unexpected.replace("{batch}", "received_file")).fetchall())


@pytest.mark.parametrize("mode", ["full", "changes"])
def test_a_fault_that_comes_again_is_no_new_rule(mode):
    assert stops(file_of(1, WHOLE), file_of(2, LESS, mode))
    assert stops(file_of(1, WHOLE), file_of(2, LESS, mode), file_of(3, LESS, mode))


def test_changes_without_a_column_stop_days_until_they_or_a_full_extract_are_whole():
    faulty = file_of(1, WHOLE), file_of(2, LESS, "changes"), file_of(3, WHOLE, "changes")
    assert stops(*faulty)
    assert not stops(*faulty, file_of(2, WHOLE, "changes", received="2026-11-09T02"))
    assert not stops(*faulty, file_of(4, WHOLE))
    assert stops(*faulty, file_of(4, LESS))


def test_a_full_extract_of_another_registry_mends_nothing():
    other = file_of(3, "registration_no name", registry="floating_population")
    assert stops(file_of(1, WHOLE), file_of(2, LESS, "changes"), other)


@pytest.mark.parametrize(("registry", "column"), [("health_registry", "seks"), ("helth", "sex")])
def test_a_misspelt_declaration_is_no_declaration(registry, column):
    with pytest.raises(LookupError, match="there is no such column"):
        lost(ended=[ended(column, 1, registry)])


def test_a_landing_keeps_which_columns_a_file_has(tmp_path):
    extract(Home(tmp_path), DAY_1, RENAMED)
    assert only(land(Home(tmp_path))).columns == ("person_code", "name", "id_number")
