"""The draw of blind re-checks: fair to the weights, repeatable with the key, another draw with another key."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from assets.cases.recheck import already_drawn, draw, inclusion
from warehouse.home import Home

DAY = dt.date(2026, 11, 9)


def closed(cases=40, villages=("370481105200", "370481105201")):
    return pl.DataFrame(
        [
            (village, f"{village[-3:]}{place:013d}", 2.0 if place < 10 else 1.0)
            for village in villages
            for place in range(cases)
        ],
        schema=["village_code", "case_id", "risk"],
        orient="row",
    )


@pytest.mark.parametrize(("share", "minimum", "size"), [(0.1, 2, 4), (0.01, 2, 2), (1.0, 2, 40), (0.1, 100, 40)])
def test_every_village_has_its_size(share, minimum, size):
    drawn = draw(closed(), b"key", DAY, share=share, minimum=minimum)
    assert drawn.group_by("village_code").len()["len"].to_list() == [size, size]


def test_the_same_key_repeats_the_draw_and_another_does_not():
    one, same, other = (draw(closed(), key, DAY, share=0.2, minimum=2) for key in (b"a", b"a", b"b"))
    assert one.equals(same)
    assert set(one["case_id"]) != set(other["case_id"])
    shuffled = draw(closed().sample(fraction=1.0, shuffle=True, seed=3), b"a", DAY, share=0.2, minimum=2)
    assert shuffled.equals(one)


def test_risk_doubles_the_chance_and_weights_undo_it():
    population = closed(villages=("370481105200",))
    counts = dict.fromkeys(population["case_id"], 0)
    totals = []
    for seed in range(2000):
        drawn = draw(population, str(seed).encode(), DAY, share=0.1, minimum=2)
        totals.append(drawn["draw_weight"].sum())
        for case_id in drawn["case_id"]:
            counts[case_id] += 1
    found = np.array(list(counts.values())) / 2000
    assert found[:10].mean() / found[10:].mean() == pytest.approx(2.0, rel=0.1)
    assert np.mean(totals) == pytest.approx(len(population), rel=0.03)  # Horvitz-Thompson


def test_nobody_is_drawn_more_than_once():
    weights = np.array([100.0, 1.0, 1.0, 1.0])
    chance = inclusion(weights, 2)
    assert chance.max() == 1.0
    assert chance.sum() == pytest.approx(2.0)


def test_nothing_closed_draws_nothing():
    assert draw(closed(0), b"a", DAY, share=0.1, minimum=2).is_empty()


def test_what_was_drawn_on_an_earlier_day_is_not_drawn_again_and_a_day_may_be_repeated(tmp_path):
    home = Home(tmp_path)
    home.handed_over.mkdir(parents=True)
    handed = [("recheck", DAY - dt.timedelta(days=1), "a"), ("worklist", DAY - dt.timedelta(days=1), "b")]
    rows = pl.DataFrame([*handed, ("recheck", DAY, "c")], schema=["kind", "list_date", "case_id"], orient="row")
    rows.write_parquet(home.handed_over / "h.parquet")
    (home.handed_over / "h.json").write_text("{}")
    assert already_drawn(home, DAY)["case_id"].to_list() == ["a"]
    assert already_drawn(Home(tmp_path / "new"), DAY).is_empty()
