"""What a file's name tells of an extract: its day, its kind, its part; or nothing, and then it is not guessed."""

import datetime as dt

import pytest

from assets.registries.inbox import deliveries
from warehouse.home import Home

DAY = dt.date(2026, 11, 2)


def told(tmp_path, stem):
    home = Home(tmp_path)
    folder = home.inbox / "health_registry"
    folder.mkdir(parents=True)
    (folder / f"{stem}.csv").write_text("x")
    [delivery] = deliveries(home)
    return delivery.extract_date, delivery.mode, delivery.part


@pytest.mark.parametrize(
    ("stem", "mode", "part"),
    [
        ("2026-11-02", "full", ""),
        ("2026-11-02_full", "full", ""),
        ("2026-11-02_changes", "changes", ""),
        ("2026-11-02_Changes", "changes", ""),
        ("2026-11-02_CHANGES_下午", "changes", "下午"),
        ("2026-11-02_changes (1)", "changes", "(1)"),
        ("2026-11-02_changes（2）", "changes", "（2）"),
        ("2026-11-02_changes - 副本", "changes", "- 副本"),
        ("2026-11-02_甲村", "full", "甲村"),
    ],
)
def test_a_name_that_tells_the_kind_is_understood(tmp_path, stem, mode, part):
    assert told(tmp_path, stem) == (DAY, mode, part)


@pytest.mark.parametrize(
    "stem",
    [
        "2026-11-02_changes2",
        "2026-11-02_change",
        "2026-11-02_增量",
        "2026-11-02_变更数据",
        "2026-11-02__changes",
        "2026-11-02 changes",
        "2026-11-02 (1)",
        "2026-11-02changes",
        "2026-13-02_full",
        "２０２６-11-02",
        "张三重报11月",
    ],
)
def test_a_name_that_tells_it_otherwise_is_not_taken_for_a_full_extract(tmp_path, stem):
    assert told(tmp_path, stem)[0] is None
