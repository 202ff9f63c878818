"""The acceptance of fair ranking by simulation: the warehouse's own SQL on thousands of rounds; prints its numbers."""

import numpy as np
import pytest

from tests.fairness.towns import (
    DAY,
    INDICATOR_MODELS,
    build,
    lay_out,
    open_engine,
    put_facts,
    rows,
    simulate_rounds,
)

RUNS, ROUNDS, UNITS = 300, 20, 30
# Equal true rate, very unequal loads; the smallest are below the minimum case load of ten.
LOADS = np.tile([6, 20, 60], UNITS // 3)
EQUAL = np.full(UNITS, 0.9)


def share_of_runs(engine, condition: str) -> float:
    """The share of runs with at least one decision that meets the condition."""
    return rows(engine, f"select count(distinct round_no // 1000) from round_decision where {condition}")[0][0] / RUNS


def show(capsys, text: str) -> None:
    with capsys.disabled():
        print(f"\n  {text}", end="")  # noqa: T201 - the numbers are what the suite is for


def test_equal_villages_are_hardly_ever_carded(capsys):
    engine = simulate_rounds(LOADS, EQUAL, RUNS, ROUNDS, seed=20140913)
    false_cards = share_of_runs(engine, "decision = 'yellow_card'")
    show(
        capsys,
        f"equal units, {RUNS} x {ROUNDS} rounds: a false yellow card in {false_cards:.1%} of runs (bound 10%)",
    )
    assert false_cards <= 0.10
    # Without the gate, last twice running is a matter of luck: the simulation is able to find what it looks for.
    ungated = rows(engine, """
        select count(distinct own.round_no // 1000)
        from unit_round as own
        inner join unit_round as before using (unit_type, unit_code)
        where own.unit_type = 'branch' and own.round_no = before.round_no + 1 and own.is_last and before.is_last
    """)[0][0] / RUNS  # fmt: skip
    show(capsys, f"the same without the gate: {ungated:.1%} of runs")
    assert ungated > 0.3


def test_a_small_unit_is_never_carded_nor_last(capsys):
    rates = np.where(LOADS < 10, 0.0, 0.95)
    engine = simulate_rounds(LOADS, rates, RUNS, ROUNDS, seed=1)
    small = [f"b{unit:03d}" for unit in np.flatnonzero(LOADS < 10)]
    carded = rows(engine, f"select count(*) from round_decision where unit_code in {tuple(small)}")[0][0]
    last = rows(engine, f"select count(*) from unit_round where is_last and unit_code in {tuple(small)}")[0][0]
    show(
        capsys,
        f"units of 6 cases, all late: {carded} decisions, {last} last places in {RUNS * ROUNDS} rounds (bound 0)",
    )
    assert (carded, last) == (0, 0)


def test_a_truly_bad_unit_is_carded(capsys):
    rates = EQUAL.copy()
    rates[1] = 0.6
    assert LOADS[1] == 20
    engine = simulate_rounds(LOADS, rates, RUNS, ROUNDS, seed=2)
    caught = share_of_runs(engine, "decision = 'yellow_card' and unit_code = 'b001'")
    show(capsys, f"20 cases a round, 60% in time among 90%: carded in {caught:.1%} of runs (bound 95%)")
    assert caught >= 0.95


@pytest.mark.parametrize(
    ("name", "rates"),
    [
        ("equal", np.full(UNITS, 0.9)),
        ("close", np.random.default_rng(5).normal(0.9, 0.03, UNITS).clip(0.5, 0.99)),
        ("apart", np.linspace(0.5, 0.98, UNITS)),
    ],
)
@pytest.mark.parametrize("load", [10, 20, 60])
def test_rank_intervals_cover_the_true_rank(capsys, name, rates, load):
    """Every run is a kind of unit of its own, so that one execution of the models ranks them all."""
    engine = open_engine()
    lay_out(engine, DAY, {"v0": "b0"})
    for table in INDICATOR_MODELS:
        engine.put_rows(table, [])
    numerators = np.random.default_rng(load).binomial(load, rates, size=(RUNS, UNITS))
    engine.put_rows("indicator_value", [
        {"as_of": DAY, "unit_type": f"run{run}", "unit_code": str(unit), "indicator": "case_resolved_in_term",
         "numerator": int(count), "denominator": load, "value": count / load, "window_start": DAY, "window_end": DAY}
        for run, counts in enumerate(numerators) for unit, count in enumerate(counts)
    ])  # fmt: skip
    build(engine, "unit_score", "unit_rank_interval")
    # Units with one true rate share all the places between them; the interval must hold every one.
    better = (rates[None, :] > rates[:, None]).sum(1)
    best, worst = 1 + better, better + (rates[None, :] == rates[:, None]).sum(1)
    found = rows(engine, "select unit_type, cast(unit_code as integer), rank_low, rank_high from unit_rank_interval")
    covered = np.zeros(UNITS)
    for _, unit, low, high in found:
        covered[unit] += low <= best[unit] and high >= worst[unit]
    width = np.mean([high - low for *_, low, high in found])
    coverage = covered / RUNS
    show(
        capsys,
        f"{name} rates, {load} cases: intervals cover {coverage.mean():.1%} of true ranks, {coverage.min():.1%} "
        f"for the worst unit (bound 90%); mean width {width:.1f} of {UNITS - 1}",
    )
    assert len(found) == RUNS * UNITS
    assert coverage.min() >= 0.90


VILLAGES_OF_A_BRANCH = 5
SCORED_RUNS = 600  # of a few branches the coverage is nearest to its bound: more runs, less noise


def places_of(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The first and last place of each unit by its true score; units with one true score share their places."""
    better = (scores[None, :] > scores[:, None]).sum(1)
    return 1 + better, better + (scores[None, :] == scores[:, None]).sum(1)


@pytest.mark.parametrize(
    ("name", "right", "rechecks"),
    [
        ("equal, 90% right", np.full(UNITS, 0.9), np.full(UNITS, 40)),
        ("equal, 95% right", np.full(UNITS, 0.95), np.full(UNITS, 20)),
        ("equal, few re-checks", np.full(UNITS, 0.95), np.full(UNITS, 3)),
        ("apart", np.linspace(0.8, 0.99, UNITS), np.full(UNITS, 40)),
        ("apart, unequal re-checks", np.linspace(0.8, 0.99, UNITS), np.tile([5, 20, 60], UNITS // 3)),
    ],
)
def test_rank_intervals_cover_the_true_rank_with_deductions(capsys, name, right, rechecks):
    """What re-checks deduct is chance as well: eight points for an error in ten, five for the others. The true score is
    the one to be expected at the true rates, of a branch with the mean of its villages' deductions. All runs are scored
    at once; then each is a kind of unit of its own.
    """
    engine = open_engine()
    loads, in_time, dear = 20, 0.9, 0.1
    names = [[f"{run:03d}-{unit:02d}" for unit in range(UNITS)] for run in range(SCORED_RUNS)]
    branch_of = np.arange(UNITS) // VILLAGES_OF_A_BRANCH
    lay_out(engine, DAY, {
        code: f"{code[:4]}{branch}" for codes in names for code, branch in zip(codes, branch_of, strict=True)
    })  # fmt: skip
    random = np.random.default_rng(20140913)
    good = random.binomial(loads, in_time, (SCORED_RUNS, UNITS))
    found_right = random.binomial(rechecks, right, (SCORED_RUNS, UNITS))
    wrong = rechecks - found_right
    points = 5.0 * wrong + 3.0 * random.binomial(wrong, dear)
    put_facts(engine, {
        indicator: [
            {"village_code": code, "event_on": DAY, "numerator": int(part), "denominator": int(of)}
            for codes, parts in zip(names, counted, strict=True)
            for code, part, of in zip(codes, parts, whole, strict=True)
        ]
        for indicator, counted, whole in (
            ("case_resolved_in_term", good, np.full(UNITS, loads)), ("verified_accuracy", found_right, rechecks)
        )
    })  # fmt: skip
    engine.put_rows("village_deduction", [
        {"as_of": DAY, "village_code": names[run][unit], "cases": int(wrong[run, unit]), "points": points[run, unit]}
        for run, unit in zip(*np.nonzero(wrong), strict=True)
    ])  # fmt: skip
    build(engine, "indicator_value", "unit_score")
    engine.connection.execute("update work.unit_score set unit_type = unit_type || left(unit_code, 3)")
    build(engine, "unit_rank_interval")

    weight = dict(rows(engine, "select indicator, weight from indicator"))
    share = weight["verified_accuracy"] / (weight["verified_accuracy"] + weight["case_resolved_in_term"])
    of_branch = np.eye(UNITS // VILLAGES_OF_A_BRANCH)[branch_of]
    costs = rechecks * (1 - right) * (5 + 3 * dear)
    expected = {
        "village": 100 * share * right - costs,
        "branch": 100 * share * (rechecks * right @ of_branch) / (rechecks @ of_branch)
        - costs @ of_branch / VILLAGES_OF_A_BRANCH,
    }
    for kind, scores in expected.items():
        first, last = places_of(scores.round(9))
        found = rows(engine, f"""
            select cast(substr(unit_code, 5) as integer), rank_low, rank_high from unit_rank_interval
            where unit_type like '{kind}%'
        """)  # fmt: skip
        assert len(found) == SCORED_RUNS * len(scores)
        covered = np.zeros(len(scores))
        for unit, low, high in found:
            covered[unit] += low <= first[unit] and high >= last[unit]
        coverage = covered / SCORED_RUNS
        width = np.mean([high - low for *_, low, high in found])
        show(
            capsys,
            f"{name}, deductions, {kind}: intervals cover {coverage.mean():.1%} of true ranks, {coverage.min():.1%} "
            f"for the worst unit (bound 90%); mean width {width:.1f} of {len(scores) - 1}",
        )
        assert coverage.min() >= 0.90
