"""A simulated home, from its files to the accuracy of the cases: what is written lands, what is true is found."""

import datetime as dt
import hashlib
from pathlib import Path

import polars as pl
import pytest

from assets.accuracy import OVERALL, measure
from assets.direction.accuracy import measure_direction
from assets.registries.landing import land_inbox
from assets.registries.manifest import landed_rows, read_manifests
from expectations.rules import read_rules
from tests.integration.traces import traces
from tests.integration.whole_day import kept_day
from tests.synthetic import simulate
from tests.synthetic.errors import settings
from tests.synthetic.extracts import FULL_FORMATS, REFUSED_CONTENT
from tests.synthetic.oracle import CASE
from warehouse.catalogue import catalogue
from warehouse.digest import digest
from warehouse.engines.duckdb_engine import KEPT, WORK, connect
from warehouse.home import Home

START = dt.date(2026, 11, 1)
DAYS = 4
LAST = START + dt.timedelta(days=DAYS - 1)
# In a town of this size most kinds of errors would not occur at their usual rates.
RATES = {kind.kind: min(0.3, 3 * kind.rate) for kind in settings().kinds}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    found = Home(tmp_path_factory.mktemp("town"))
    simulate(found.path, persons=3_000, days=DAYS, seed=11, start=START, rates=RATES)
    land_inbox(found, catalogue().layouts)
    return found


@pytest.fixture(scope="module")
def measured(home):
    """The accuracy of the first and the last day."""
    found = {}
    for day in (START, LAST):
        kept_day(home, day)
        with connect(home.private_database, read_only=True) as connection:
            newest, rules = measure(home, connection)
        assert newest == day
        found[day] = {rule.rule_code: rule for rule in rules}
    return found


@pytest.fixture(scope="module")
def truth(home):
    return {path.stem: pl.read_parquet(path) for path in home.truth.glob("*.parquet")}


# -- files ------------------------------------------------------------------------------------------------------------


def test_every_row_that_is_read_is_accepted_or_rejected(home):
    for manifest in read_manifests(home):
        assert manifest.rows_read == manifest.rows_accepted + manifest.rows_rejected


def test_the_first_day_brings_full_extracts_of_all_six_registries_and_later_days_changes(home):
    manifests = [manifest for manifest in read_manifests(home) if manifest.status == "accepted"]
    first = {manifest.registry for manifest in manifests if manifest.extract_date == START.isoformat()}
    assert first == set(FULL_FORMATS)
    assert {manifest.mode for manifest in manifests if manifest.extract_date == START.isoformat()} == {"full"}
    assert {manifest.mode for manifest in manifests if manifest.extract_date != START.isoformat()} == {"changes"}
    assert max(manifest.extract_date or "" for manifest in manifests) == LAST.isoformat()


def test_all_formats_are_there_and_land(home):
    assert {manifest.file_format for manifest in read_manifests(home)} >= {"csv", "xlsx", "xls", "html", "dbf"}
    encodings = {path.read_bytes()[:3] == b"\xef\xbb\xbf" for path in home.inbox.rglob("*.csv")}
    assert encodings == {True, False}


def test_the_damaged_file_alone_goes_to_quarantine(home):
    quarantined = [manifest for manifest in read_manifests(home) if manifest.status == "quarantined"]
    assert [manifest.reason for manifest in quarantined] == ["UNREADABLE"]
    assert "resent" in quarantined[0].file_name


def test_rows_that_must_be_rejected_are_there_each_with_its_reason(home):
    reasons = set()
    for manifest in read_manifests(home):
        if manifest.rows_rejected:
            reasons |= set(pl.read_parquet(landed_rows(home, manifest, "rejected"))["reason_code"].to_list())
    assert reasons >= {"LOSSY_ID", "MISSING_VALUE"}


def test_refused_columns_are_sent_and_stored_nowhere(home):
    assert any(manifest.refused_headings for manifest in read_manifests(home))
    assert any(REFUSED_CONTENT.encode("gb18030") in path.read_bytes() for path in home.inbox.rglob("*.csv"))
    assert traces(home.landed, [REFUSED_CONTENT]) == []


def test_unknown_areas_and_unreadable_values_are_noticed_and_not_rejected(home):
    notices = set()
    for manifest in read_manifests(home):
        if manifest.notices:
            notices |= set(pl.read_parquet(landed_rows(home, manifest, "notices"))["reason_code"].to_list())
    assert notices >= {"ID_INVALID", "BAD_DATE", "BAD_CODE"}


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_town(tmp_path):
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        simulate(tmp_path / name, persons=400, days=3, seed=seed, start=START)
    a, b, c = (digests(tmp_path / name) for name in "abc")
    assert a == b
    assert not set(a.values()) & set(c.values())


def test_it_does_not_write_beside_extracts_that_are_there(tmp_path):
    simulate(tmp_path, persons=300, days=1, seed=1, start=START)
    before = digests(tmp_path)
    with pytest.raises(ValueError, match="inbox"):
        simulate(tmp_path, persons=300, days=1, seed=1, start=START)
    assert digests(tmp_path) == before


@pytest.mark.parametrize(("persons", "days"), [(10, 1), (300, 0)])
def test_a_town_of_nobody_is_refused(tmp_path, persons, days):
    with pytest.raises(ValueError, match="at least"):
        simulate(tmp_path, persons=persons, days=days, seed=1, start=START)


# -- truth ------------------------------------------------------------------------------------------------------------


def test_every_rule_has_cases(truth):
    assert set(truth["planted_error"]["rule_code"].drop_nulls()) == set(read_rules())


def test_a_case_has_two_different_records_and_is_visible_within_the_days(truth):
    cases = truth["planted_error"].filter(pl.col("rule_code").is_not_null())
    same = (pl.col("registry_a") == pl.col("registry_b")) & (pl.col("record_a") == pl.col("record_b"))
    # In the household register the record number is the citizen's: two entries of one person share it.
    assert cases.filter(same)["registry_a"].unique().to_list() in ([], ["household_register"])
    assert cases["visible_from"].min() >= START
    assert (cases["visible_to"].drop_nulls() >= cases.filter(pl.col("visible_to").is_not_null())["visible_from"]).all()
    assert (cases["visible_to"].drop_nulls() < LAST).all()
    assert cases["error_id"].is_unique().all()
    open_now = cases.filter(pl.col("visible_to").is_null())
    assert open_now.select(CASE).is_duplicated().sum() == 0


def test_what_only_looks_odd_has_no_rule(truth):
    odd = truth["planted_error"].filter(pl.col("rule_code").is_null())
    meant = {kind.kind for kind in settings().kinds if kind.rule is None}
    assert set(odd["error_kind"]) <= meant
    assert {"id_lower_x", "id_old_form", "name_former_kept", "name_padded"} <= set(odd["error_kind"])


def test_every_landed_record_has_its_true_person(home, truth):
    records = truth["person_record"]
    assert set(records["person"]) <= set(truth["person"]["person"])
    layouts = catalogue().layouts
    for manifest in read_manifests(home):
        if manifest.status == "accepted":
            rows = pl.read_parquet(landed_rows(home, manifest, "rows"))
            known = records.filter(pl.col("registry") == manifest.registry)["record_id"]
            assert rows[layouts[manifest.registry].record_id].is_in(known.implode()).all(), manifest.registry


def test_the_truth_tells_twins_apart(truth):
    certificates = truth["person_record"].filter(
        (pl.col("registry") == "birth_certificate") & (pl.col("role") == "subject")
    )
    assert certificates["record_id"].is_unique().all()
    births = certificates.join(
        truth["person_record"].filter((pl.col("registry") == "birth_certificate") & (pl.col("role") == "mother")),
        on="record_id",
        suffix="_mother",
    ).join(truth["person"].select("person", "birth_date"), on="person")
    twins = births.group_by("person_mother", "birth_date").len().filter(pl.col("len") > 1)
    assert len(twins) > 0


# -- accuracy ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", [START, LAST])
def test_what_leaves_the_id_usable_is_found_and_nothing_else_is_reported(measured, day):
    overall = measured[day][OVERALL]
    assert overall.expected > 500
    assert overall.recall >= 0.99
    assert overall.precision >= 0.99
    # A rule has a few dozen cases here, where one case more or less is more than one per cent.
    for rule in measured[day].values():
        assert rule.expected - rule.found <= max(1, 0.01 * rule.expected), rule
        assert rule.reported - rule.right <= max(1, 0.01 * rule.reported), rule


@pytest.mark.parametrize("day", [START, LAST])
def test_over_everything_little_is_missed(measured, day):
    everything = measured[day][OVERALL].everything
    assert everything.expected > measured[day][OVERALL].expected
    assert everything.recall >= 0.95
    assert everything.precision >= 0.96


# -- which side -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("measured")
def test_the_named_side_is_right_more_often_than_by_vote_or_authority_and_its_confidence_is_calibrated(home):
    with connect(home.private_database, read_only=True) as connection:
        found = measure_direction(home, connection)
    evidence, majority, authority = found.methods
    assert evidence.cases > 200
    assert evidence.share_right > max(majority.share_right, authority.share_right)
    assert evidence.right > max(majority.right, authority.right)
    assert evidence.share_right >= 0.97
    assert found.calibration_error <= 0.05


# -- kept -------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("measured")
def test_a_table_that_keeps_its_newest_day_is_that_day_to_the_byte(home):
    latest = [contract for contract in catalogue().tables.values() if contract.keep == "latest"]
    with connect(home.private_database, read_only=True) as connection:
        kept, of_the_day = (
            {contract.table: digest(connection, contract, f"{schema}.{contract.table}") for contract in latest}
            for schema in (KEPT, WORK)
        )
    assert kept == of_the_day
    assert kept["person_record"][0] > 0
