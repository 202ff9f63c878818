"""Doubtful pairs, as the office reads them and hands them back."""

from __future__ import annotations

import datetime as dt

import polars as pl

from assets.identity.day import model_in_force
from assets.identity.decisions import PAIR, load_decisions
from assets.identity.review_queue import for_people
from warehouse.catalogue import catalogue
from warehouse.home import Home

DAY = dt.date(2026, 11, 24)
FOUND = dict(zip(PAIR, ("floating_population", "L1", "household_register", "H1|N1"), strict=True))
QUEUE = pl.DataFrame(
    [
        FOUND
        | {"name_a": "王芳", "name_b": "王方", "sex_a": "2", "sex_b": "2", "birth_date_a": DAY, "birth_date_b": None}
        | {"id_number_a": None, "id_number_b": None, "village_a": "370481105201", "village_b": "370404"}
        | {"weight": 6.1, "probability": 0.98}
    ]
)
EVIDENCE = pl.DataFrame(
    [
        FOUND | {"field": field, "level": level, "weight": weight}
        for field, level, weight in (("birth_date", "missing", 0.0), ("name", "homophone", 8.04))
    ]
)


def test_a_pair_is_told_in_words_and_its_decision_comes_back(tmp_path):
    table = for_people(QUEUE, EVIDENCE, model_in_force(None), catalogue(), DAY)
    [row] = table.to_dicts()
    assert row["登记库 registries"] == "流动人口平台 ↔ 公安户籍"
    assert [row[name] for name in ("甲姓名 name_a", "乙性别 sex_b")] == ["王芳", "女"]
    assert [value for name, value in row.items() if name.endswith(("village_a", "village_b"))] == ["前杨岗村", "370404"]
    assert row["依据 evidence"] == "姓名：同音字 +8.0；出生日期：空缺 +0.0"
    home = Home(tmp_path / "home")
    home.prepare()
    filled = table.with_columns(pl.lit("同一人").alias("decision")).cast(pl.String)
    assert load_decisions(home, filled, DAY, dt.datetime(2026, 11, 24, tzinfo=dt.UTC)) == 1
