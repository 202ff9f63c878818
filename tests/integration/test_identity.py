"""Identity on a simulated town: accurate without numbers, the same in any order, explained, and bound by decisions."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import polars as pl
import pytest
from typer.testing import CliRunner

from assets.accuracy import measure, measure_links
from assets.identity.day import link, model_in_force
from assets.identity.decisions import DecisionError, decision_rows, load_decisions
from assets.known import everything_known, known_on
from assets.replay import replay
from pipelines.cli import app
from pipelines.spoken import Spoken
from tests.integration.whole_day import built_day, kept_day
from tests.synthetic import simulate
from warehouse.catalogue import catalogue
from warehouse.home import Home

FIRST = dt.date(2026, 11, 20)
NOON = dt.datetime(2026, 11, 20, 4, tzinfo=dt.UTC)
TABLES = ("unplaced_record", "linkable_person", "settled_person", "link_decision")


@pytest.fixture(scope="module")
def town(tmp_path_factory) -> Home:
    """A town of 3,000 persons with its first two days kept."""
    home = Home(tmp_path_factory.mktemp("town"))
    simulate(home.path, persons=3000, days=2, seed=5, start=FIRST)
    for day in (FIRST, FIRST + dt.timedelta(days=1)):
        kept_day(home, day)
    return home


@pytest.fixture(scope="module")
def inputs(town: Home) -> dict[str, pl.DataFrame]:
    with duckdb.connect(str(town.private_database), read_only=True) as connection:
        return {name: connection.sql(f"from work.{name}").pl() for name in TABLES}


def _linked(inputs: dict[str, pl.DataFrame]) -> tuple[pl.DataFrame, ...]:
    found = link(*(inputs[name] for name in TABLES), model_in_force(None))
    return tuple(frame.sort(pl.all()) for frame in (found.links, found.groups, found.evidence))


def test_records_without_a_number_find_their_person(town: Home) -> None:
    with duckdb.connect(str(town.private_database), read_only=True) as connection:
        links = measure_links(town, connection)
        _, rules = measure(town, connection)
    assert links.expected >= 20
    assert links.recall >= 0.95
    assert links.precision >= 0.995
    assert rules[-1].everything.recall >= 0.98
    assert rules[-1].everything.precision >= 0.99


def test_the_order_of_rows_changes_no_link(inputs: dict[str, pl.DataFrame]) -> None:
    shuffled = {name: frame.sample(fraction=1, shuffle=True, seed=3) for name, frame in inputs.items()}
    for once, again in zip(_linked(inputs), _linked(shuffled), strict=True):
        assert once.equals(again)


def test_the_order_of_files_and_a_day_left_out_change_no_key_and_no_case(town: Home, tmp_path: Path) -> None:
    last = FIRST + dt.timedelta(days=1)
    keys = "select registry, record_key, person_key from {}.subject_person order by all"
    cases = "select case_id, rule_code, value_a, value_b, cause from {}.finding order by all"
    with duckdb.connect(str(town.private_database), read_only=True) as connection:
        expected = connection.sql(keys.format("work")).fetchall(), connection.sql(cases.format("work")).fetchall()
    # The same files under names that sort the other way round, and only the last day is run.
    other = Home(tmp_path)
    for registry in town.inbox.iterdir():
        for place, path in enumerate(sorted(registry.iterdir(), reverse=True)):
            target = other.inbox / registry.name / f"{path.stem}_{place}{path.suffix}"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    with built_day(other, last) as engine:
        assert engine.connection.sql(keys.format("work")).fetchall() == expected[0]
        assert engine.connection.sql(cases.format("work")).fetchall() == expected[1]


def test_a_decision_binds(inputs: dict[str, pl.DataFrame]) -> None:
    pair = ("registry", "record_key", "other_registry", "other_record_key")
    before = _linked(inputs)[0].filter(pl.col("decision") == "linked")
    chosen = before.head(1)

    def decided(word: str) -> pl.DataFrame:
        rows = chosen.select(*pair, pl.lit(word).alias("decision"), pl.lit(FIRST).alias("decided_on"))
        after = _linked(inputs | {"link_decision": rows})[0]
        return after.join(chosen, on=list(pair), how="semi")

    assert decided("same")["match_method"].to_list() == ["decision"]
    assert decided("different").is_empty()
    assert decided("cannot_tell").is_empty()


def _known(home: Home, day: dt.date) -> frozenset[str]:
    return frozenset(loaded.list_id for loaded in known_on(everything_known(home), day).decisions)


def test_decisions_are_kept_by_day_and_the_latest_counts(tmp_path: Path) -> None:
    home = Home(tmp_path)
    pair = {"registry": "health_registry", "record_key": "R1", "other_registry": "household_register"}
    table = pl.DataFrame({**{name: [value] for name, value in pair.items()}, "other_record_key": ["H1|1"]})
    same, cannot_tell = (table.with_columns(decision=pl.lit(word)) for word in ("同一人", "cannot_tell"))
    later = FIRST + dt.timedelta(days=2)
    assert load_decisions(home, same, FIRST, NOON) == 1
    assert load_decisions(home, same, FIRST + dt.timedelta(days=5), NOON) == 1
    assert load_decisions(home, cannot_tell, later, NOON + dt.timedelta(days=2)) == 1
    assert [row["decision"] for row in decision_rows(home, _known(home, FIRST))] == ["same"]
    assert [row["decision"] for row in decision_rows(home, _known(home, later))] == ["cannot_tell"]
    assert known_on(everything_known(home), later).known_at == (NOON + dt.timedelta(days=2)).replace(tzinfo=None)
    assert load_decisions(home, table.with_columns(decision=pl.lit("  ")), later, NOON) == 0
    with pytest.raises(DecisionError):
        load_decisions(home, table.with_columns(decision=pl.lit("perhaps")), later, NOON)
    with pytest.raises(DecisionError):
        load_decisions(home, table, later, NOON)
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "private" / "link_decisions").iterdir())


def test_a_decision_dated_into_a_published_day_leaves_it_as_it_was(town: Home) -> None:
    """It arrives once the second day is published, with a date before it: the day replays as it was."""
    last = FIRST + dt.timedelta(days=1)
    with duckdb.connect(str(town.private_database), read_only=True) as connection:
        [linked] = connection.sql(
            """select registry, record_key, other_registry, other_record_key from work.probable_link
               where decision = 'linked' order by all limit 1"""
        ).fetchall()
    names = ("registry", "record_key", "other_registry", "other_record_key")
    apart = pl.DataFrame([linked], schema=names, orient="row").with_columns(decision=pl.lit("不是同一人"))
    assert load_decisions(town, apart, FIRST, NOON + dt.timedelta(days=3)) == 1
    assert len(decision_rows(town, _known(town, last))) == 1, "a day not published yet would know it"
    found = replay(town, catalogue(None), last)
    assert [table.table for table in found.tables if not table.identical] == []
    assert found.identical


def test_explain_says_why_in_words_and_weights(town: Home) -> None:
    with duckdb.connect(str(town.private_database), read_only=True) as connection:
        by_weight, by_number = (
            connection.sql(
                f"""select record_id from person_record where registry = 'health_registry' and match_method = '{method}'
                    order by record_id limit 1"""
            ).fetchall()[0][0]
            for method in ("probability", "id")
        )
    runner = CliRunner()
    for record, method in ((by_weight, "综合权重"), (by_number, "身份号码有效")):
        result = runner.invoke(app, ["--home", str(town.path), "explain", record])
        assert result.exit_code == 0, result.output
        assert method in result.output
        assert "姓名 / name" in result.output
        assert "+" in result.output
    assert runner.invoke(app, ["--home", str(town.path), "explain", "nobody"]).exit_code == 1


def test_explain_says_which_registry_is_probably_wrong_and_by_what_evidence(town: Home) -> None:
    with duckdb.connect(str(town.private_database), read_only=True) as connection:
        record, likely, confidence, value_a, value_b = connection.sql(
            """select record_a, likely_wrong, confidence, value_a, value_b from discrepancy
                where rule_code = 'NAME_DIFFERS' and likely_wrong is not null and registry_a = 'health_registry'
                order by case_id limit 1"""
        ).fetchall()[0]
    result = CliRunner().invoke(app, ["--home", str(town.path), "explain", record])
    shown = " ".join(result.output.split())
    registry = Spoken(catalogue()).registry(likely)
    assert f"可能有误 probably wrong: {registry}，把握 confidence {confidence:.2f}" in shown
    assert "household_register" in shown
    assert "规则查准率 precision of the rule" in shown
    assert value_a not in shown
    assert value_b not in shown


def test_the_review_queue_comes_and_goes_as_a_file(town: Home, tmp_path: Path) -> None:
    runner = CliRunner()
    queue = tmp_path / "queue.xlsx"
    result = runner.invoke(app, ["--home", str(town.path), "link-review", "--out", str(queue)])
    assert result.exit_code == 0, result.output
    assert queue.stat().st_mode & 0o077 == 0
    result = runner.invoke(app, ["--home", str(town.path), "link-review", "--load", str(queue)])
    assert result.exit_code == 0, result.output
    assert runner.invoke(app, ["--home", str(town.path), "link-review"]).exit_code == 2


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_accuracy_asked_for(tmp_path: Path, seed: int) -> None:
    home = Home(tmp_path)
    simulate(home.path, persons=20_000, days=2, seed=seed, start=FIRST)
    for day in (FIRST, FIRST + dt.timedelta(days=1)):
        kept_day(home, day)
    with duckdb.connect(str(home.private_database), read_only=True) as connection:
        links = measure_links(home, connection)
        _, rules = measure(home, connection)
    assert links.recall >= 0.95
    assert links.precision >= 0.995
    assert rules[-1].everything.recall >= 0.98
    assert rules[-1].everything.precision >= 0.99
    for rule in rules:
        assert rule.everything.recall is None or rule.everything.recall >= 0.95, rule
        assert rule.everything.precision is None or rule.everything.precision >= 0.95, rule
