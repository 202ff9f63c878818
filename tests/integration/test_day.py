"""Days from the inbox to the published warehouse, through Dagster."""

import datetime as dt
import json
import stat
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from assets.registries.landing import land_inbox
from assets.registries.manifest import read_manifests
from assets.registries.recognition import in_force
from pipelines import open_warehouse
from pipelines.cli import app
from pipelines.daily import BLOCKED_WORDS, ENDED_WORDS
from pipelines.days import pending_days
from tests.integration.days import DAY_1, DAY_2, copy_of, private, published, run, small_home
from tests.integration.extracts import HEALTH, LI, WANG, inbox, write_csv
from warehouse.catalogue import catalogue
from warehouse.home import Home


@pytest.fixture(scope="module")
def home_after_two_days(tmp_path_factory):
    home = small_home(tmp_path_factory.mktemp("town") / "home")
    outcome = run(home)
    return home, outcome


def hedui(home, *words, **options):
    command = [sys.executable, "-m", "pipelines.cli", "--home", str(home.path), *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, **options)


def test_two_days_are_run_checked_and_published(home_after_two_days):
    home, outcome = home_after_two_days
    assert [day.as_of for day in outcome.days] == [DAY_1, DAY_2]
    assert outcome.exit_code == 0
    assert all(check.success for day in outcome.days for check in day.checks if check.severity == "blocking")
    assert published(home, "select as_of from day_run order by 1") == [(DAY_1,), (DAY_2,)]


def test_a_case_is_opened_and_resolved_when_the_registries_agree(home_after_two_days):
    home, _ = home_after_two_days
    cases = private(
        home, "select rule_code, status, first_seen, last_seen, resolved_on from discrepancy order by rule_code"
    )
    assert cases == [
        ("BIRTH_DATE_DIFFERS", "open", DAY_1, DAY_2, None),
        ("ID_BIRTH_DATE", "open", DAY_1, DAY_2, None),
        ("NAME_DIFFERS", "resolved", DAY_1, DAY_1, DAY_2),
    ]


def test_the_published_warehouse_holds_only_what_contracts_allow(home_after_two_days):
    home, _ = home_after_two_days
    allowed = {name for name, contract in catalogue().tables.items() if contract.publish}
    assert {name for (name,) in published(home, "select table_name from duckdb_tables()")} == allowed
    bytes_published = home.published_database.read_bytes()
    for secret in (WANG[1], WANG[4], LI[1], LI[4]):
        assert secret.encode() not in bytes_published


def test_only_the_owner_may_read_identified_data(home_after_two_days):
    home, _ = home_after_two_days
    assert stat.S_IMODE(home.private_database.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.landed.stat().st_mode) == 0o700


@pytest.mark.slow
def test_a_run_says_what_became_of_the_lists_in_returns(home_after_one_day, tmp_path):
    """Whoever puts a list into returns/ and runs the day hears of a refusal as whoever loads it by command."""
    home = copy_of(home_after_one_day, tmp_path / "home")
    (home.returns / "a.xlsx").write_bytes(b"PK\x03\x04 cut")
    write_csv(home.returns / "b.csv", [["疑点编号", "核实结果"], ["K-0000-0000-0000-0000", "两边都对"]])
    shown = CliRunner().invoke(app, ["--home", str(home.path), "run"])
    assert shown.exit_code == 3
    assert "✗ a.xlsx：文件打不开或已损坏" in shown.output
    assert "✓ b.csv：采纳 0 行，未采纳 1 行" in shown.output
    [reply] = home.replies.glob("*.xlsx")
    assert f"→ {reply}" in shown.output


def test_extracts_are_not_for_every_user_of_the_machine(tmp_path):
    home = Home(tmp_path / "home")
    home.prepare()
    assert stat.S_IMODE(home.inbox.stat().st_mode) & 0o077 == 0
    command = ["--home", str(home.path), "doctor", "--json"]
    assert "o-rwx" not in CliRunner().invoke(app, command).output
    for mode, told in ((0o770, False), (0o755, True)):
        home.inbox.chmod(mode)
        home.prepare()
        assert stat.S_IMODE(home.inbox.stat().st_mode) == mode, "who is let in is the office's to say"
        assert ("o-rwx" in CliRunner().invoke(app, command).output) is told


def test_running_again_changes_nothing_and_says_so(home_after_two_days):
    home, _ = home_after_two_days
    files = [path for path in home.path.rglob("*") if path.is_file() and home.dagster not in path.parents]
    before = {path: path.stat().st_mtime_ns for path in files}
    answer = hedui(home, "run")
    assert answer.returncode == 0, answer.stderr
    assert "没有任何变化" in answer.stdout
    after = [path for path in home.path.rglob("*") if path.is_file() and home.dagster not in path.parents]
    assert {path: path.stat().st_mtime_ns for path in after} == before


def test_the_same_file_under_another_name_changes_nothing(home_after_two_days):
    home, _ = home_after_two_days
    path = home.inbox / "health_registry" / f"{DAY_2}_changes.csv"
    renamed = path.rename(path.with_name(f"{DAY_2}_changes (1).csv"))
    assert pending_days(home, catalogue()) == []
    path.write_bytes(renamed.read_bytes())
    assert pending_days(home, catalogue()) == []
    renamed.unlink()


def test_documents_tell_counts_and_load_nothing(home_after_two_days):
    home, _ = home_after_two_days
    overview = (home.documents / "index.html").read_text(encoding="utf-8")
    assert str(DAY_2) in overview
    for page in home.documents.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "src=" not in text
        assert 'href="http' not in text
        assert WANG[1] not in text


def test_documents_tell_of_every_table_that_was_checked(home_after_two_days):
    home, outcome = home_after_two_days
    told = json.loads((home.documents / "results.json").read_text(encoding="utf-8"))
    documented = {(result["table"], result["name"]) for result in told["results"]}
    found = catalogue()
    checked = {(result.table, result.name) for result in outcome.days[-1].checks if result.table in found.tables}
    assert documented == checked
    assert {table for table, _ in checked} >= {"benefit_decision", "fee_finding", "day_digest"}


def test_the_run_is_in_dagsters_history(home_after_two_days, monkeypatch):
    import dagster as dg

    from pipelines.settings import dagster_environment

    home, outcome = home_after_two_days
    for name, value in dagster_environment(home).items():
        monkeypatch.setenv(name, value)
    with dg.DagsterInstance.get() as instance:
        runs = {run.run_id: run for run in instance.get_runs()}
        assert {day.run_id for day in outcome.days} <= set(runs)
        assert all(runs[day.run_id].is_success for day in outcome.days)
        event = instance.get_latest_materialization_event(dg.AssetKey(["ranking", "village_ranking"]))
        metadata = event.asset_materialization.metadata
        assert metadata["dagster/row_count"].value == 51
        assert "seconds" in metadata
        contract = dg.AssetCheckKey(dg.AssetKey(["ranking", "village_ranking"]), "contract")
        made = instance.event_log_storage.get_asset_check_execution_history(contract, limit=10)
        # Once a day, and nothing that was planned and never made.
        assert [(check.run_id, check.status.value) for check in made] == [
            (day.run_id, "SUCCEEDED") for day in reversed(outcome.days)
        ]


def test_the_ui_lists_a_run_of_the_command_with_its_job_and_can_run_it_again(home_after_two_days, monkeypatch):
    """The lists of a job's runs go by a tag, "Re-execute" by the origin: both are those of what `hedui ui` loads."""
    import dagster as dg
    from dagster._core.storage.tags import REPOSITORY_LABEL_TAG
    from dagster._core.workspace.load_target import ModuleTarget

    from pipelines.definitions import DAY_JOB
    from pipelines.settings import CODE_LOCATION, dagster_environment

    home, outcome = home_after_two_days
    for name, value in dagster_environment(home).items():
        monkeypatch.setenv(name, value)
    [loaded] = ModuleTarget(CODE_LOCATION, None, None, None).create_origins()
    listed = dg.RunsFilter(job_name=DAY_JOB, tags={REPOSITORY_LABEL_TAG: f"__repository__@{loaded.location_name}"})
    with dg.DagsterInstance.get() as instance:
        runs = {run.run_id: run for run in instance.get_runs(listed)}
        assert {day.run_id for day in outcome.days} <= set(runs)
        for day in outcome.days:
            origin = runs[day.run_id].remote_job_origin
            assert (origin.location_name, origin.repository_origin.repository_name, origin.job_name) == (
                loaded.location_name,
                "__repository__",
                DAY_JOB,
            )


def failing_once(monkeypatch, error):
    """From now on the first landing fails so."""
    failures = [error]

    def land(*words, **options):
        if failures:
            raise failures.pop()
        return land_inbox(*words, **options)

    monkeypatch.setattr(open_warehouse, "land_inbox", land)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("Query interrupted")], ids=["Python", "DuckDB"])
def test_an_interruption_while_landing_ends_the_run_and_is_not_tried_again(tmp_path, monkeypatch, error):
    home = small_home(tmp_path / "home")
    failing_once(monkeypatch, error)
    ran = CliRunner().invoke(app, ["--home", str(home.path), "run", "--date", str(DAY_1)])
    assert ran.exit_code == 1
    assert "".join(ENDED_WORDS.split()) in "".join(ran.stdout.split())
    assert not home.published_database.exists()
    assert home.published_database.name not in ran.stdout


@pytest.mark.slow
def test_a_home_with_quotes_in_its_path_is_a_home_like_any_other(tmp_path):
    home = small_home(tmp_path / """o'b "c" #&;{e}$""")
    assert run(home, only=DAY_1).success
    ran = CliRunner().invoke(app, ["--home", str(home.path), "replay", "--date", str(DAY_1)])
    assert ran.exit_code == 0, ran.output


@pytest.mark.slow
def test_a_failure_while_landing_is_tried_again(tmp_path, monkeypatch):
    home = small_home(tmp_path / "home")
    failing_once(monkeypatch, OSError("the disk was away for a moment"))
    assert run(home, only=DAY_1).success


def test_rejected_input_ends_with_exit_code_3_and_the_rest_goes_on(home_after_one_day, tmp_path):
    home = copy_of(home_after_one_day, tmp_path / "home")
    broken = ["R3", "赵敏", "女", "1990-02-03", "3.70E+17", "370481105201"]
    write_csv(inbox(home.path, "health_registry", f"{DAY_2}_changes_b.csv"), [HEALTH, broken])
    inbox(home.path, "health_registry", f"{DAY_2}_changes_c.xlsx").write_bytes(b"PK\x03\x04 broken")
    answer = hedui(home, "run", "--json")
    assert answer.returncode == 3, answer.stderr
    told = json.loads(answer.stdout)
    assert (told["rejected_files"], told["rejected_rows"]) == (1, 1)
    assert private(home, "select reason_code, column_name from work.rejected_row") == [("LOSSY_ID", "公民身份号码")]
    assert "赵敏" not in answer.stdout + answer.stderr


def test_a_blocked_day_is_not_published(home_after_one_day, tmp_path):
    """A blocking check that fails stops the day; the edition before stays current."""
    home = copy_of(home_after_one_day, tmp_path / "home")
    edition = home.published_database.resolve()
    # Somebody tampers with a landed file: fewer rows are there than were accepted.
    import polars as pl

    landed = max(home.landed.glob("health_registry/*.rows.parquet"), key=lambda path: path.stat().st_size)
    pl.read_parquet(landed).head(1).write_parquet(landed)
    outcome = run(home, only=DAY_2)
    assert not outcome.success
    assert outcome.days[0].error == BLOCKED_WORDS
    failed = {f"{check.table}.{check.name}" for check in outcome.days[0].checks if not check.success}
    assert "raw_health_registry.rows_are_all_here" in failed
    assert home.published_database.resolve() == edition
    assert private(home, "select max(as_of) from day_run") == [(DAY_1,)]


@pytest.mark.slow
def test_a_blocked_day_is_mended_as_it_is_told(home_after_one_day, tmp_path):
    """The doctor tells that it waits; the corrected file under the same name lets it be published."""
    home = copy_of(home_after_one_day, tmp_path / "home")
    extract = inbox(home.path, "health_registry", f"{DAY_2}_changes.csv")
    corrected = extract.read_bytes()
    mistyped = [[f"M{place}", "赵敏", "女", "1990-02-03", f"3704811990020{place:05}", WANG[5]] for place in range(100)]
    write_csv(extract, [HEALTH, *mistyped])
    assert run(home).days[0].error == BLOCKED_WORDS
    doctor = ["--home", str(home.path), "doctor"]
    told = CliRunner().invoke(app, doctor)
    assert told.exit_code == 1
    assert f"至 / up to {DAY_1}" in told.output
    assert f"{DAY_2} 的检查未通过" in told.output
    assert "stg_health_registry.enough_ids_are_valid" in told.output
    extract.write_bytes(corrected)
    assert run(home).success
    assert f"✓ 发布 published: 至 / up to {DAY_2}" in CliRunner().invoke(app, doctor).output
    assert private(home, "select count(*) from work.stg_health_registry where name = '赵敏'") == [(0,)]


@pytest.mark.slow
def test_changes_that_came_as_a_full_extract_are_mended_by_renaming(home_after_one_day, tmp_path):
    home = copy_of(home_after_one_day, tmp_path / "home")
    everybody = [[f"M{place}", "赵敏", "女", "1990-02-03", None, WANG[5]] for place in range(200)]
    write_csv(inbox(home.path, "health_registry", f"{DAY_1}_full.csv"), [HEALTH, WANG, LI, *everybody])
    assert run(home, only=DAY_1).success
    extract = inbox(home.path, "health_registry", f"{DAY_2}_changes.csv")
    misnamed = extract.rename(extract.with_name(f"{DAY_2}.csv"))
    assert run(home).days[0].error == BLOCKED_WORDS
    misnamed.rename(extract)
    assert run(home).success
    # Both people of the day before are there, and what changed.
    assert private(home, "select count(*) from work.stg_health_registry where is_active") == [(202,)]
    [(name,)] = private(home, f"select name from work.stg_health_registry where record_id = '{WANG[0]}'")
    assert name == "王芬"


def test_a_published_file_that_was_taken_away_is_not_renamed_by_one_that_says_the_same(home_after_one_day, tmp_path):
    """A small registry may say the same on two days: the earlier extract goes on counting."""
    home = copy_of(home_after_one_day, tmp_path / "home")
    extract = inbox(home.path, "household_register", f"{DAY_1}_full.csv")
    extract.rename(extract.with_name(f"{DAY_2}_full.csv"))
    assert len(land_inbox(home, catalogue().layouts).new) == 1
    days = [found.extract_date for found in in_force(read_manifests(home)) if found.registry == "household_register"]
    assert days == [str(DAY_1), str(DAY_2)]


def test_wrong_usage_and_failure_have_their_exit_codes(tmp_path):
    home = small_home(tmp_path / "home")
    assert hedui(home, "run", "--date", "24.11.2026").returncode == 2
    assert hedui(home, "sql", "select 1").returncode == 1
    assert hedui(home, "export", "village_ranking", "--out", "x.pdf").returncode == 2


def test_days_in_any_order_give_the_same_tables(home_after_two_days, home_after_one_day, tmp_path):
    """Running an earlier day again, or days one by one, changes nothing."""
    at_once, _ = home_after_two_days
    one_by_one = copy_of(home_after_one_day, tmp_path / "home")
    for day in (DAY_2, DAY_1):
        assert run(one_by_one, only=day).success
    for table in ("village_ranking", "indicator_value", "warning", "discrepancy_count"):
        sql = f"select * from {table} order by all"
        assert published(at_once, sql) == published(one_by_one, sql)
    sql = "select * from discrepancy order by case_id"
    assert private(at_once, sql) == private(one_by_one, sql)


@pytest.mark.slow
def test_a_day_without_extracts_can_be_asked_for(tmp_path):
    home = small_home(tmp_path / "home")
    outcome = run(home, only=dt.date(2026, 11, 5))
    assert outcome.success
    assert published(home, "select count(*) from village_ranking") == [(51,)]


def test_a_file_from_tomorrow_waits_for_its_day(home_after_two_days, tmp_path):
    from warehouse.clock import today

    home = copy_of(home_after_two_days[0], tmp_path / "home")
    tomorrow = today() + dt.timedelta(days=1)
    write_csv(inbox(home.path, "health_registry", f"{tomorrow}_changes.csv"), [HEALTH, LI])
    assert run(home).days == []
    assert len(list(home.landed.glob("health_registry/*.json"))) == 2
    assert hedui(home, "run", "--date", str(tomorrow)).returncode == 2
