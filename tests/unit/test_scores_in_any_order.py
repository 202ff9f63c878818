"""Scores and their variances are the same to the last digit, in whatever order the indicators' values are added up."""

import numpy as np

from tests.fairness.towns import DAY, lay_out, open_engine, put_facts, rows
from warehouse.catalogue import catalogue

VILLAGES = {f"v{number:03d}": f"b{number % 6}" for number in range(60)}
SCORES = "select unit_type, unit_code, score, score_variance from work.unit_score order by all"


def facts(seed: int) -> dict[str, list[dict]]:
    chance = np.random.default_rng(seed)
    return {
        indicator: [
            {"village_code": village, "event_on": DAY, "numerator": int(part * of), "denominator": int(of)}
            for village, of, part in zip(VILLAGES, chance.integers(1, 400, 60), chance.random(60), strict=True)
        ]
        for indicator in catalogue().indicator_tables
    }


def test_the_order_of_adding_leaves_no_trace():
    engine = open_engine()
    lay_out(engine, DAY, VILLAGES)
    put_facts(engine, facts(seed=7))
    engine.build("indicator_value")
    values = engine.read("indicator_value").to_pylist()
    chance, found = np.random.default_rng(11), set()
    for _ in range(8):
        engine.put_rows("indicator_value", [values[place] for place in chance.permutation(len(values))])
        engine.build("unit_score")
        found.add(tuple(rows(engine, SCORES)))
    assert len(found) == 1
    assert sum(variance > 0 for *_, variance in found.pop()) > len(VILLAGES)
