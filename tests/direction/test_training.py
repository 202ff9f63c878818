"""Weights of voices: learned from known outcomes, held near what is in force while these are few."""

import datetime as dt

import duckdb
import numpy as np
import polars as pl
import pytest
import yaml

from assets.direction.accuracy import DirectionAccuracy, Directions, calibration_error, summarise
from assets.direction.labels import from_verdicts
from assets.direction.training import learn, write_weights
from pipelines.direction import show_directions
from pipelines.screen import screen
from warehouse.catalogue import catalogue
from warehouse.engines.duckdb_engine import DuckDBEngine
from warehouse.parameters.direction import (
    Direction,
    DirectionVersion,
    FieldWeights,
    declared_direction,
    file_head,
    voice_weights_on,
)

TODAY = dt.date(2026, 11, 1)
TRUE = {"police": 3.0, "health": 1.0, "number": 2.0, "noise": 0.0}


def in_force(**weights):
    fields = {"name": FieldWeights(authority=("police", "health"), weights=weights)}
    return DirectionVersion(valid_from=TODAY, source="a test", minimum=0.6, fields=fields)


def outcomes(cases, seed=1):
    """Voices and labels drawn from TRUE: each voice speaks for one of the sides, or is silent."""
    rng = np.random.default_rng(seed)
    sign = rng.choice([-1, 0, 1], size=(cases, len(TRUE)))
    odds = sign @ np.array(list(TRUE.values()))
    right_b = rng.random(cases) < 1 / (1 + np.exp(-odds))
    voices = [
        {"case_id": f"c{case}", "field": "name", "voice": voice, "side": "b" if said > 0 else "a", "is_counted": True}
        for case in range(cases)
        for voice, said in zip(TRUE, sign[case], strict=True)
        if said
    ]
    labels = [{"case_id": f"c{case}", "right_side": "b" if right_b[case] else "a"} for case in range(cases)]
    return pl.DataFrame(voices), pl.DataFrame(labels)


def test_many_outcomes_give_the_true_weights_whatever_was_in_force():
    voices, labels = outcomes(20_000)
    learned = learn(voices, labels, in_force(police=0.5, health=3.0, number=0.5, noise=1.0))
    assert learned.cases == {"name": labels.join(voices, on="case_id", how="semi").height}
    for voice, weight in TRUE.items():
        assert learned.fields["name"].weights[voice] == pytest.approx(weight, abs=0.15)


def test_no_outcome_changes_nothing_and_few_change_little():
    voices, labels = outcomes(20_000)
    before = in_force(police=3.0, health=1.0, number=2.0, noise=0.0)
    assert learn(voices, labels.head(0), before).fields == before.fields
    learned = learn(voices, labels.head(3), before).fields["name"].weights
    assert all(abs(learned[voice] - weight) < 1 for voice, weight in TRUE.items())


def test_a_voice_never_speaks_against_what_it_says_but_a_pattern_may():
    voices, labels = outcomes(5_000)
    liar = {"noise": "liar"}
    turned = voices.with_columns(
        pl.col("voice").replace(liar),
        pl.when(pl.col("voice") == "police")
        .then(pl.col("side").replace({"a": "b", "b": "a"}))
        .otherwise("side")
        .alias("side"),
    )
    assert learn(turned, labels, in_force(police=1.0, health=1.0, number=1.0)).fields["name"].weights["police"] == 0
    pattern = turned.with_columns(pl.col("voice").replace({"police": "pattern_other"}))
    learned = learn(pattern, labels, in_force(pattern_other=0.0, health=1.0, number=1.0)).fields["name"].weights
    assert learned["pattern_other"] < -2


def test_the_order_of_cases_changes_nothing():
    voices, labels = outcomes(500)
    before = in_force(police=1.0, health=1.0, number=1.0, noise=1.0)
    mixed = learn(voices.sample(fraction=1, shuffle=True, seed=2), labels.reverse(), before)
    assert mixed == learn(voices, labels, before)


def test_the_written_file_is_read_again_with_earlier_versions_kept(tmp_path):
    new = declared_direction().versions[-1].model_copy(update={"valid_from": TODAY, "source": "verdicts up to a day"})
    path = tmp_path / "direction.yaml"
    write_weights(declared_direction(), new, path, file_head())
    assert path.read_text(encoding="utf-8").startswith("# Which side of a disagreement")
    read = Direction.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    assert read.versions == (*declared_direction().versions, new)
    before, after = (voice_weights_on(day, tmp_path) for day in (TODAY - dt.timedelta(days=1), TODAY))
    assert {weight.source for weight in after} == {"verdicts up to a day"}
    assert {weight.source for weight in before} == {declared_direction().versions[0].source}


def test_every_voice_weighs_something_and_every_authority_has_a_weight():
    for version in declared_direction().versions:
        for field, of_field in version.fields.items():
            assert set(of_field.authority) <= set(of_field.weights), field
            assert len(of_field.weights) > 0


@pytest.fixture
def kept():
    """A private warehouse with six answers to five cases."""
    with duckdb.connect() as connection:
        DuckDBEngine(connection, catalogue())
        finding = {
            "as_of": TODAY, "rule_code": "NAME_DIFFERS", "registry_a": "health_registry", "record_a": "R1",
            "registry_b": "household_register", "record_b": "K1", "field": "name", "value_a": "王方", "value_b": "王芳",
        }  # fmt: skip
        answer = {
            "spell": 1, "kind": "worklist", "recipient": "village", "file_id": "f", "row_number": 1,
            "received_on": TODAY, "received_at": dt.datetime(2026, 11, 1), "entered_on": TODAY, "copies": 1,
            "counts": True,
        }  # fmt: skip
        said = [
            ("health", "1", "health_wrong", None),
            ("other", "2", "other_wrong", None),
            ("value", "3", "health_wrong", "王方"),  # the document bears the first value out, whatever was ticked
            ("both", "4", "health_wrong", None),
            ("both", "5", "other_wrong", None),
            ("third", "6", "health_wrong", "王放"),
        ]
        findings = pl.DataFrame([finding | {"case_id": case} for case in sorted({case for case, *_ in said})])
        answers = pl.DataFrame(
            [
                answer | {"case_id": case, "answer_id": number, "reply": reply, "corrected_value": value}
                for case, number, reply, value in said
            ]
        )
        for table, rows in (("finding", findings), ("case_answer", answers)):
            connection.register("incoming", rows.to_arrow())
            connection.execute(f"insert into main.{table} by name select * from incoming")
        yield connection


def test_verdicts_say_which_side_was_right_and_contradictions_say_nothing(kept):
    assert dict(from_verdicts(kept).rows()) == {"health": "b", "other": "a", "value": "a"}


def test_the_calibration_error_is_the_gap_between_what_is_claimed_and_what_is_so():
    right = pl.DataFrame({"confidence": [0.75] * 4, "is_right": [True, True, True, False]})
    assert calibration_error(right) == pytest.approx(0)
    boasting = pl.DataFrame({"confidence": [0.99] * 2 + [0.75] * 4, "is_right": [False, True, True, True, True, False]})
    assert calibration_error(boasting) == pytest.approx(0.49 * 2 / 6)
    assert calibration_error(right.head(0)) is None


def test_whoever_cannot_tell_scores_as_a_coin_and_two_wrong_sides_are_told_by_nobody():
    judged = pl.DataFrame(
        {
            "right_side": ["a", "b", "b", None],
            "evidence": ["a", "b", None, "a"],
            "majority": [None, None, None, None],
            "authority": ["b", "b", "b", "a"],
            "confidence": [0.9, 0.9, None, 0.9],
        },
        schema_overrides={"majority": pl.String},
    )
    evidence, majority, authority = summarise(judged).methods
    assert (evidence.named, evidence.right, evidence.share_right) == (3, 2, 2.5 / 4)
    assert (majority.named, majority.share_right) == (0, 0.5)
    assert (authority.right, authority.share_right) == (2, 0.5)
    assert (evidence.undecided, evidence.share_of_named_right) == (1, 2 / 3)
    assert (majority.undecided, majority.share_of_named_right) == (4, None)


def test_the_table_says_how_its_shares_come_from_its_counts(capsys):
    method = DirectionAccuracy("majority", cases=156, named=84, right=84)
    show_directions(screen(), Directions((method,), None))
    shown = capsys.readouterr().out
    row = next(line for line in shown.splitlines() if "majority vote" in line).split()
    assert row[-6:] == ["156", "84", "84", "72", "1.0000", "0.7692"]
    assert "half of the undecided" in " ".join(shown.split())
    assert "未判断的一半" in shown
    document = method.as_document()
    assert document["share_right"] * 156 == 84 + document["undecided"] * document["undecided_counts_as"]
    assert document["share_of_named_right"] == 1
