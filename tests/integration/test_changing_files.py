"""A file that changes while it is being taken in is not landed under another content's hash, and not by half."""

import hashlib
from functools import partial

import pytest

from assets.registries import landing
from assets.registries import landing_ahead as ahead_module
from assets.registries.landing_ahead import landing_ahead
from assets.registries.sheet import read_in_parts
from tests.integration.days import DAY_1, HOUSEHOLD, household, published, run
from tests.integration.extracts import HEALTH, LI, WANG, inbox, write_csv, write_xlsx
from tests.integration.landed import LandingReport, conserve, land, only, rows_of
from warehouse.catalogue import catalogue
from warehouse.home import Home

PEOPLE = [[f"R{number}", *WANG[1:]] for number in range(200)]


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home")


def grow(path):
    with path.open("ab") as stream:
        stream.write(",".join(["R900", *LI[1:]]).encode() + b"\r\n")


def replace(path):
    other = path.with_name(".other")
    write_csv(other, [HEALTH, LI])
    other.replace(path)


def take_away(path):
    path.unlink()


def change_and_put_back(path):
    content = path.read_bytes()
    grow(path)
    path.write_bytes(content)


def make_unreadable(path):
    path.write_bytes(b"\0" * 8)


def disturbed(monkeypatch, change, *, after_parts):
    """From now on the next file that is read changes once some parts of it were read."""
    pending = [change]

    def read(path, part_bytes=4096):
        for place, sheet in enumerate(read_in_parts(path, part_bytes)):
            if place == after_parts and pending:
                pending.pop()(path)
            yield sheet
        if pending:
            pending.pop()(path)

    monkeypatch.setattr(landing, "read_in_parts", read)


def kept(home):
    return [path for root in (home.landed, home.quarantine) for path in root.rglob("*") if path.is_file()]


def assert_left(home, report: LandingReport):
    assert (report.new, report.left) == ((), 1)
    assert kept(home) == []


def assert_lands_as_it_is(home, path, rows):
    report = land(home)
    manifest = only(report)
    assert report.left == 0
    assert manifest.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert manifest.rows_read == rows
    conserve(manifest)
    assert len(rows_of(home, manifest)) == manifest.rows_accepted
    assert land(home).recognised == 1


@pytest.mark.parametrize(
    ("change", "rows"), [(grow, 201), (replace, 1), (change_and_put_back, 200)], ids=["grow", "replace", "put back"]
)
@pytest.mark.parametrize("after_parts", [0, 2, 99])
def test_a_file_that_changes_while_it_is_read_stays_for_the_next_run(home, monkeypatch, change, rows, after_parts):
    path = inbox(home.path, "health_registry", f"{DAY_1}_full.csv")
    write_csv(path, [HEALTH, *PEOPLE])
    disturbed(monkeypatch, change, after_parts=after_parts)
    assert_left(home, land(home))
    assert_lands_as_it_is(home, path, rows)


@pytest.mark.parametrize("rows", [[["姓名"], ["王芳"]], [["一", "二"], ["1", "2"]]], ids=["unusable", "no headings"])
def test_what_a_changing_file_lacks_is_not_held_against_it(home, monkeypatch, rows):
    path = inbox(home.path, "health_registry", f"{DAY_1}_full.csv")
    write_csv(path, rows)
    disturbed(monkeypatch, replace, after_parts=0)
    assert_left(home, land(home))
    assert_lands_as_it_is(home, path, 1)


@pytest.mark.parametrize("change", [take_away, make_unreadable, replace])
@pytest.mark.parametrize("name", [f"{DAY_1}.csv", f"{DAY_1}.xlsx", "unnamed.csv"])
def test_a_file_that_changes_between_planning_and_reading(home, monkeypatch, change, name):
    path = inbox(home.path, "health_registry", name)
    (write_xlsx if path.suffix == ".xlsx" else write_csv)(path, [HEALTH, WANG, LI])
    plan = landing.plan_inbox(home, catalogue().layouts)
    change(path)
    monkeypatch.setattr(landing, "plan_inbox", lambda *_: plan)
    assert_left(home, land(home))


def test_files_read_ahead_are_left_as_those_read_in_turn(home, monkeypatch):
    monkeypatch.setattr(ahead_module, "_WORTH_A_PROCESS", 0)
    changing = inbox(home.path, "health_registry", f"{DAY_1}_full.csv")
    write_csv(changing, [HEALTH, WANG])
    write_csv(inbox(home.path, "household_register", f"{DAY_1}_full.csv"), [HOUSEHOLD, household(WANG, "H1")])
    plan = landing.plan_inbox(home, catalogue().layouts)
    grow(changing)
    monkeypatch.setattr(ahead_module, "plan_inbox", lambda *_: plan)
    with landing_ahead(home, catalogue().layouts) as begun:
        report = begun.finish(lambda _: None)
    assert [manifest.registry for manifest in report.new] == ["household_register"]
    assert report.left == 1
    later = land(home)
    assert (only(later).rows_accepted, later.recognised) == (2, 1)


@pytest.mark.slow
def test_a_file_that_somebody_is_writing_waits_until_it_is_whole(home):
    """Also where the copy has stalled: the half that is there does not change while it is read."""
    write_csv(inbox(home.path, "household_register", f"{DAY_1}_full.csv"), [HOUSEHOLD, household(WANG, "H1")])
    path = inbox(home.path, "health_registry", f"{DAY_1}_full.csv")
    write_csv(path, [HEALTH, *PEOPLE])
    content = path.read_bytes()
    with path.open("wb", buffering=0) as copy:
        copy.write(content[: len(content) // 2])
        first = run(home)
        assert (first.success, first.left_files, first.exit_code) == (True, 1, 3)
        again = run(home)
        assert (again.days, again.left_files, again.exit_code) == ([], 1, 3)
        copy.write(content[len(content) // 2 :])
    whole = run(home)
    assert (whole.success, whole.left_files, whole.exit_code) == (True, 0, 0)
    assert published(home, "select sum(rows_read) from received_file where registry = 'health_registry'") == [(200,)]
    assert run(home).days == []


def test_a_file_opened_for_writing_after_planning_is_left(home, monkeypatch):
    path = inbox(home.path, "health_registry", f"{DAY_1}_full.csv")
    write_csv(path, [HEALTH, WANG])
    plan = landing.plan_inbox(home, catalogue().layouts)
    monkeypatch.setattr(landing, "plan_inbox", lambda *_: plan)
    with path.open("ab"):
        assert_left(home, land(home))
    monkeypatch.undo()
    assert_lands_as_it_is(home, path, 1)


def test_a_quiet_file_lands_at_once(home, monkeypatch):
    monkeypatch.setattr(landing, "read_in_parts", partial(read_in_parts, part_bytes=4096))
    path = inbox(home.path, "health_registry", f"{DAY_1}_full.csv")
    write_csv(path, [HEALTH, *PEOPLE])
    assert_lands_as_it_is(home, path, 200)
