"""Planted errors: declared with reasons, of the kind they say, correlated, and configurable."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from expectations.rules import read_rules
from tests.synthetic import clerks, distort, errors, homes, population, registries, structure, truth, world
from tests.synthetic.calendar import NEVER, day_number
from tests.synthetic.chance import stream
from tests.synthetic.oracle import CASE
from tests.synthetic.register import DAY, ROW, Register, on_day, over_time
from warehouse.normalise import citizen_id, dates, text
from warehouse.parameters import read_place
from warehouse.registries import FOLDER, read_layouts

START = dt.date(2026, 11, 1)
FIRST = day_number(START)
DECLARED = errors.settings()


def a_town(persons=1_500, days=5, seed=3, rates=None):
    """World, registers and what was planted."""
    last = FIRST + days - 1
    places = read_place(START).villages
    listed = pl.DataFrame(
        {"village_code": [v.village_code for v in places], "village_name": [v.village_name for v in places]}
    )
    town = population.grow(persons, len(places), FIRST, last, seed)
    residence = homes.settle(town, FIRST, seed)
    known = world.identify(town, residence, clerks.appoint(len(places), seed), listed, FIRST, last, seed)
    opened = registries.open_registers(known)
    return known, opened, errors.plant(known, opened, rates)


NO_ERRORS = {kind.kind: 0.0 for kind in DECLARED.kinds}


# -- declarations -----------------------------------------------------------------------------------------------------


def test_kinds_have_names_of_their_own_and_reasons():
    assert len({kind.kind for kind in DECLARED.kinds}) == len(DECLARED.kinds)
    assert all(len(kind.why) > 10 and 0 < kind.rate < 1 for kind in DECLARED.kinds)


def test_every_kind_is_of_a_registry_a_column_and_a_function_that_exist():
    layouts = read_layouts(FOLDER)
    for kind in DECLARED.kinds:
        assert kind.field in (*layouts[kind.registry].columns, "record_id"), kind.kind
        assert set(kind.clears) <= set(layouts[kind.registry].columns)
        assert hasattr(distort, kind.how) or hasattr(structure, kind.how), kind.how


def test_every_rule_has_an_error_meant_for_it_and_no_other_rule_is_named():
    assert {kind.rule for kind in DECLARED.kinds if kind.rule} == set(read_rules())


def test_the_rate_of_an_unknown_kind_is_refused():
    with pytest.raises(KeyError, match="no_such_kind"):
        a_town(persons=200, days=1, rates={"no_such_kind": 0.5})


# -- what a distortion does -------------------------------------------------------------------------------------------


def distorted(how, values, **context):
    frame = pl.DataFrame({"row": range(len(values)), "value": values, **context}, schema_overrides={"row": pl.Int32})
    found = getattr(distort, how)(frame, stream(1, how))
    return frame.join(found, on="row", suffix="_wrong", maintain_order="left")


NUMBERS = ["370481198001011028", "37042119630215107X", "370481201009010016"]


@pytest.mark.parametrize("how", ["id_digit", "id_transposed", "id_short", "id_letter"])
def test_a_mistyped_number_is_never_valid(how):
    found = distorted(how, NUMBERS * 60)
    assert len(found) > 100
    assert not citizen_id.is_valid(citizen_id.normalise(found["value_wrong"])).any()


def test_a_superseded_number_is_valid_and_other():
    found = distorted("id_superseded", NUMBERS)
    assert len(found) == 3
    assert citizen_id.is_valid(found["value_wrong"]).all()


@pytest.mark.parametrize("how", ["id_15", "full_width", "id_spaced", "lower_x"])
def test_an_unusual_form_of_a_number_means_the_same(how):
    found = distorted(how, NUMBERS)
    assert len(found) > 0
    assert (found["written"] != found["value"]).all()
    assert (citizen_id.normalise(found["written"]) == found["value"]).all()


@pytest.mark.parametrize(("how", "names"), [("other_dot", ["阿里木·买买提"] * 9), ("padded", ["王芳"])])
def test_an_unusual_form_of_a_name_means_the_same(how, names):
    found = distorted(how, names)
    assert (found["written"] != found["value"]).all()
    assert (text.person_name(found["written"]) == found["value"]).all()


@pytest.mark.parametrize("how", ["homophone", "look_alike", "traditional", "private_use", "one_character"])
def test_a_wrong_name_differs_in_one_character_after_normalisation(how):
    found = distorted(how, ["王建国", "李小䶮", "张伟", "刘晓丽", "陈士明"] * 5)
    assert len(found) > 0
    for right, wrong in found.select("value", "value_wrong").rows():
        assert len(right) == len(wrong)
        assert sum(a != b for a, b in zip(right, wrong, strict=True)) == 1
    assert (text.person_name(found["value_wrong"]) != text.person_name(found["value"])).all()


@pytest.mark.parametrize("how", ["month_day_swapped", "date_digit", "lunar", "some_days_off", "day_before"])
def test_a_wrong_date_is_another_date_of_the_calendar(how):
    found = distorted(how, ["1962-04-05", "1958-12-28", "1975-02-03", "2000-02-29", "1949-10-01"] * 8)
    assert len(found) > 10
    assert dates.normalise(found["value_wrong"]).is_not_null().all()
    assert (found["value_wrong"] != found["value"]).all()


def test_the_lunar_birthday_of_a_known_day():
    assert distorted("lunar", ["2024-02-10"])["value_wrong"].to_list() == ["2024-01-01"]


def test_an_impossible_date_cannot_be_read():
    found = distorted("impossible_date", ["1962-04-05"] * 20)
    assert found["value_wrong"].is_null().all()
    assert dates.normalise(found["written"]).is_null().all()


# -- planting ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def town():
    return a_town()


def test_a_field_of_a_record_carries_one_error_at_most(town):
    _, _, planted = town
    for slips in planted.slips.values():
        overlapping = slips.group_by(ROW, "field").len().filter(pl.col("len") > 1)
        assert overlapping.is_empty()


def test_errors_are_corrected_after_they_began_and_some_never(town):
    known, _, planted = town
    log = planted.log.filter(pl.col("rule_code").is_not_null())
    assert (log["until"] > log["since"]).all()
    assert (log["until"] > FIRST).all()
    assert 0.1 < (log["until"] == NEVER).mean() < 0.45
    assert (log["until"] <= known.last_day).mean() > 0.1
    assert (log["since"] > FIRST).any()  # new ones arrive


def test_a_rate_of_zero_gives_no_error_of_the_kind_and_leaves_the_others():
    _, _, planted = a_town(rates={"name_homophone": 0.0})
    _, _, usual = a_town()
    kinds = planted.log["error_kind"]
    assert "name_homophone" not in kinds
    assert "name_homophone" in usual.log["error_kind"]
    untouched = pl.col("registry") != "health_registry"
    assert planted.log.filter(untouched).equals(usual.log.filter(untouched))


def test_without_errors_a_perfect_system_reports_only_delays(tmp_path):
    known, opened, planted = a_town(rates=NO_ERRORS)
    assert planted.log.is_empty()
    seen = truth.Seen.of(known, tmp_path)
    truth.look(known, opened, planted, seen)
    cases, _ = truth.expected_cases(known, seen)
    cases = cases.filter(pl.col("day") == FIRST)
    late = {
        "BIRTH_OMITTED", "BIRTH_NO_CERTIFICATE", "BIRTH_NOT_REGISTERED", "PERSON_OMITTED", "DEREGISTERED_ACTIVE",
        "VILLAGE_DIFFERS", "ID_DIFFERS", "NAME_DIFFERS", "MARRIAGE_OMITTED", "MARITAL_STATUS_DIFFERS", "SPOUSE_DIFFERS",
        "PARENT_DIFFERS", "MARRIAGE_DATE_DIFFERS",
    }  # fmt: skip
    assert set(cases["rule_code"]) <= late
    assert len(cases) < 0.05 * len(opened["health_registry"].records)
    assert cases.select(CASE).is_duplicated().sum() == 0


def test_errors_cluster_by_village():
    """The villages' shares of wrong names vary more than chance alone would have it."""
    known, opened, planted = a_town(persons=12_000, days=1, rates=NO_ERRORS | {"name_one_character": 0.1})
    records = opened["health_registry"].records
    wrong = records[ROW].is_in(planted.slips["health_registry"][ROW].implode())
    by_village = records.with_columns(wrong=wrong).group_by("_village").agg(pl.col("wrong").sum(), pl.len())
    share = by_village["wrong"].sum() / by_village["len"].sum()
    expected = by_village["len"].to_numpy() * share
    chi_square = ((by_village["wrong"].to_numpy() - expected) ** 2 / (expected * (1 - share))).sum()
    assert chi_square > 4 * len(by_village)
    assert 0.05 < share < 0.2
    assert len(known.villages) == len(by_village)


# -- registers over time ----------------------------------------------------------------------------------------------


def versions(register, slips, first_day, last_day, *, written=False):
    """Every version of every record, with every column."""
    states = over_time(register, slips, first_day, last_day, written=written)
    return states.frame([ROW, DAY, *states.columns])


def test_a_record_shows_each_fact_from_its_day_on_and_a_slip_while_it_lasts():
    records = pl.DataFrame(
        {ROW: [0, 1], "known_from": [FIRST - 9, FIRST + 2], "_person": [0, 1], "name": ["王芳", "李伟"]}
    )
    fact = pl.DataFrame({ROW: [0], "day": [FIRST + 3], "village": ["甲"]})
    records, fact = (frame.cast({pl.Int64: pl.Int32}) for frame in (records, fact))
    slips = pl.DataFrame(
        {
            ROW: [0],
            "field": ["name"],
            "value": ["王方"],
            "written": ["王　方"],
            "since": [FIRST + 1],
            "until": [FIRST + 4],
        },
        schema_overrides={ROW: pl.Int32, "since": pl.Int32, "until": pl.Int32},
    )
    register = Register("any", records, [fact])
    found = versions(register, slips, FIRST, FIRST + 5)
    by_day = [on_day(found, FIRST + day).select("name", "village").rows() for day in range(6)]
    assert by_day[0] == [("王芳", None)]
    assert by_day[1] == [("王方", None)]
    assert by_day[2] == [("王方", None), ("李伟", None)]
    assert by_day[3] == [("王方", "甲"), ("李伟", None)]
    assert by_day[4] == by_day[5] == [("王芳", "甲"), ("李伟", None)]
    written = versions(register, slips, FIRST, FIRST + 5, written=True)
    assert on_day(written, FIRST + 1)["name"].to_list() == ["王　方"]


def test_copies_have_the_facts_of_their_originals():
    records = pl.DataFrame({ROW: [0], "known_from": [FIRST], "_person": [7], "name": ["王芳"]}).cast(
        {pl.Int64: pl.Int32}
    )
    fact = pl.DataFrame({ROW: [0], "day": [FIRST], "village": ["甲"]}).cast({pl.Int64: pl.Int32})
    register = Register("any", records, [fact])
    copies = register.copies(pl.Series(ROW, [0], dtype=pl.Int32), name=pl.Series(["王方"]))
    assert copies.to_list() == [1]
    none = pl.DataFrame(schema={k: v for k, v in errors.SLIP_SCHEMA.items() if k != "kind"})
    state = on_day(versions(register, none, FIRST, FIRST), FIRST)
    assert state.select("_person", "name", "village").rows() == [(7, "王芳", "甲"), (7, "王方", "甲")]


def test_the_pace_of_villages_differs_much():
    pace = clerks.appoint(51, 1).pace
    assert pace.max() > 4 * pace.min()
    assert np.median(pace) > 2
