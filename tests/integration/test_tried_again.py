"""A file in quarantine is read again once it would be read otherwise; till then it is recognised.

Days that were published go on knowing it as they did.
"""

import json

import pytest
import yaml

from assets.registries.landing import land_inbox
from assets.registries.manifest import read_manifests
from assets.registries.received import received_rows
from assets.registries.recognition import told_no_more, tried_again
from assets.replay import replay
from pipelines.days import pending_days
from tests.integration.days import DAY_1, DAY_2, published, run
from tests.integration.extracts import HEALTH, LI, WANG, inbox, write_csv
from tests.integration.landed import only, rows_of
from warehouse.catalogue import catalogue
from warehouse.document import read_yaml
from warehouse.home import Home
from warehouse.registries import FOLDER

LAYOUTS = catalogue().layouts
REGISTRY = "health_registry"
RENAMED = ["居民编码", *HEALTH[1:]]  # the required number under a heading that is not declared


def with_headings(*headings, column="person_code"):
    """The layouts, with further headings of one column of the health registry."""
    layout = LAYOUTS[REGISTRY]
    declared = layout.columns[column]
    mended = declared.model_copy(update={"headings": (*declared.headings, *headings)})
    return LAYOUTS | {REGISTRY: layout.model_copy(update={"columns": layout.columns | {column: mended}})}


@pytest.fixture
def home(tmp_path):
    """A home with a file in quarantine."""
    found = Home(tmp_path / "home")
    write_csv(inbox(found.path, REGISTRY, f"{DAY_1}.csv"), [RENAMED, WANG])
    assert only(land_inbox(found, LAYOUTS)).reason == "MISSING_COLUMN"
    return found


def notes(home):
    return {path.name: json.loads(path.read_text(encoding="utf-8")) for path in home.quarantine.rglob("*.json")}


def test_a_file_in_quarantine_is_read_once_its_layout_is_mended(home):
    before = notes(home)
    report = land_inbox(home, with_headings("居民编码"))
    manifest = only(report)
    assert (manifest.status, report.recognised) == ("accepted", 0)
    assert rows_of(home, manifest)["person_code"].to_list() == [WANG[0]]
    assert notes(home) == before, "days that were published knew it"
    assert manifest.file_id not in {note["file_id"] for note in before.values()}
    assert list(home.quarantine.rglob("*.csv")) == [], "what it holds has landed"
    states = {row["file_id"]: row["status"] for row in received_rows(read_manifests(home))}
    assert states[manifest.file_id] == "accepted"
    assert sorted(states.values()) == ["accepted", "superseded"]
    again = land_inbox(home, with_headings("居民编码"))
    assert (again.new, again.recognised) == ((), 1)
    again = land_inbox(home, LAYOUTS)
    assert (again.new, again.recognised) == ((), 1), "what was accepted stays accepted"


def test_it_is_recognised_while_it_would_be_read_the_same(home):
    before = notes(home)
    report = land_inbox(home, LAYOUTS)
    assert (report.new, report.recognised) == ((), 1)
    assert notes(home) == before


def test_another_layout_that_does_not_help_leaves_it_as_it_was(home):
    [before] = notes(home).values()
    mended = with_headings("常住人口编码")
    report = land_inbox(home, mended)
    assert (report.new, report.recognised) == ((), 1)
    [note] = notes(home).values()
    assert note == before | {"reading": note["reading"]}
    assert note["reading"] != before["reading"]
    assert len(list(home.quarantine.rglob("*.csv"))) == 1
    assert not tried_again(read_manifests(home))


def test_another_reason_is_told_and_replaces_the_one_before(home):
    mended = with_headings("居民编码")
    required = mended[REGISTRY].columns["marital_status"].model_copy(update={"required": True})
    columns = mended[REGISTRY].columns | {"marital_status": required}
    mended[REGISTRY] = mended[REGISTRY].model_copy(update={"columns": columns})
    manifest = only(land_inbox(home, mended))
    assert (manifest.reason, manifest.column) == ("MISSING_COLUMN", "婚姻状况")
    assert sorted(row["status"] for row in received_rows(read_manifests(home))) == ["quarantined", "superseded"]
    assert [path.stem for path in home.quarantine.rglob("*.csv")] == [manifest.file_id]
    assert only(land_inbox(home, with_headings("居民编码"))).status == "accepted"
    assert sorted(row["status"] for row in received_rows(read_manifests(home))) == ["accepted", *["superseded"] * 2]


def test_copies_under_other_names_are_tried_once(home):
    write_csv(inbox(home.path, REGISTRY, f"{DAY_1}_full(1).csv"), [RENAMED, WANG])
    report = land_inbox(home, with_headings("居民编码"))
    assert (only(report).status, report.recognised) == ("accepted", 1)


def test_a_registry_that_is_declared_later(tmp_path):
    home = Home(tmp_path)
    write_csv(inbox(home.path, REGISTRY, f"{DAY_1}.csv"), [HEALTH, WANG])
    others = {code: layout for code, layout in LAYOUTS.items() if code != REGISTRY}
    assert only(land_inbox(home, others)).reason == "UNKNOWN_REGISTRY"
    assert land_inbox(home, others).recognised == 1
    assert only(land_inbox(home, LAYOUTS)).status == "accepted"


def test_a_note_of_an_older_version_is_tried_again(home):
    [path] = home.quarantine.rglob("*.json")
    note = json.loads(path.read_text(encoding="utf-8"))
    del note["reading"]
    path.write_text(json.dumps(note), encoding="utf-8")
    assert land_inbox(home, LAYOUTS).new == ()
    assert "reading" in json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.slow
def test_a_published_day_goes_on_knowing_the_file_as_it_was(tmp_path):
    home = Home(tmp_path / "home")
    write_csv(inbox(home.path, REGISTRY, f"{DAY_1}_full.csv"), [HEALTH, WANG])
    write_csv(inbox(home.path, REGISTRY, f"{DAY_1}_changes.csv"), [RENAMED, LI])
    write_csv(inbox(home.path, REGISTRY, f"{DAY_2}_changes.csv"), [HEALTH, WANG])
    assert run(home).exit_code == 3
    known = published(home, f"select kind, input_id from day_input where as_of = '{DAY_1}' order by all")
    declared = read_yaml(FOLDER / f"{REGISTRY}.yaml")
    declared["columns"]["person_code"]["headings"].append("居民编码")
    (home.site / "registries").mkdir(parents=True)
    (home.site / "registries" / f"{REGISTRY}.yaml").write_text(yaml.safe_dump(declared), encoding="utf-8")
    catalogue.cache_clear()
    outcome = run(home)
    assert [day.as_of for day in outcome.days] == [DAY_2], "it counts from the newest day on"
    assert outcome.exit_code == 0, "nothing is rejected any more"
    assert published(home, f"select kind, input_id from day_input where as_of = '{DAY_1}' order by all") == known
    assert published(home, "select status, count(*) from received_file group by all order by all") == [
        ("accepted", 3),
        ("superseded", 1),
    ]
    assert pending_days(home, catalogue(home.site)) == []
    first, second = (replay(home, catalogue(home.site), day) for day in (DAY_1, DAY_2))
    assert second.identical
    differing = {table.table: table.only_rebuilt for table in first.tables if not table.identical}
    assert not first.missing_input
    assert differing == dict.fromkeys(["day_digest", "day_run", "published day_digest", "published day_run"], 1), (
        "the layout is another, and nothing else"
    )


def test_a_file_in_quarantine_that_is_sent_again_mended_is_told_no_more(home):
    [bad] = read_manifests(home)
    assert tried_again([bad]) == told_no_more([bad]) == frozenset()
    write_csv(inbox(home.path, REGISTRY, f"{DAY_2}.csv"), [HEALTH, WANG])
    land_inbox(home, LAYOUTS)
    assert tried_again(read_manifests(home)) == frozenset(), "another day mends nothing"
    write_csv(inbox(home.path, REGISTRY, f"{DAY_1}.csv"), [HEALTH, LI])
    land_inbox(home, LAYOUTS)
    assert tried_again(read_manifests(home)) == {bad.file_id}
    states = {row["file_id"]: row["status"] for row in received_rows(read_manifests(home))}
    assert states.pop(bad.file_id) == "superseded"
    assert set(states.values()) == {"accepted"}


def test_rows_rejected_of_a_file_that_was_replaced_are_told_no_more(tmp_path):
    home = Home(tmp_path / "home")
    for row in (["", *WANG[1:]], WANG):
        write_csv(inbox(home.path, REGISTRY, f"{DAY_1}.csv"), [HEALTH, row, LI])
        land_inbox(home, LAYOUTS)
    first, second = sorted(read_manifests(home), key=lambda manifest: manifest.received_at)
    assert (first.rows_rejected, second.rows_rejected) == (1, 0)
    assert told_no_more([first, second]) == {first.file_id}
