"""Invariant 3: turning every "attended" into "declined" changes no indicator, rank or warning by a single byte.

Whatever an extract says of a health check, a pregnancy or a measure is refused while reading. So a town whose extracts
say the opposite in every such column lands, keeps and publishes the same, but for the hashes of the files themselves.
"""

import polars as pl
import pytest

from tests.integration.comparison import differences
from tests.integration.days import copy_of, published
from tests.integration.small_town import DAY, small_town, write_town
from tests.integration.whole_day import kept_day
from warehouse.home import Home

HEADINGS = ("体检结果", "妇检结果", "健康检查", "避孕措施", "孕情", "现有子女数")
ATTENDED = dict.fromkeys(HEADINGS, "已参加") | {"现有子女数": "1", "孕情": "无"}
DECLINED = dict.fromkeys(HEADINGS, "拒绝") | {"现有子女数": "4", "孕情": "孕12周"}


def home_with(folder, extra) -> Home:
    home = Home(folder)
    write_town(home.path, small_town(), extra=extra)
    kept_day(home, DAY)
    return home


@pytest.fixture(scope="module")
def attended(tmp_path_factory):
    return home_with(tmp_path_factory.mktemp("attended"), ATTENDED)


def test_declined_is_attended_to_the_byte(attended, tmp_path):
    declined = home_with(tmp_path / "declined", DECLINED)
    assert differences(attended, declined) == []
    files = [
        published(home, "select sha256, refused_columns from received_file order by 1") for home in (attended, declined)
    ]
    assert files[0] != files[1], "the two towns' files do not differ: nothing was shown"
    assert {refused for _, refused in files[0] + files[1]} == {len(HEADINGS)}


@pytest.fixture
def without_columns(tmp_path):
    """The same town, its extracts without any such column."""
    return home_with(tmp_path / "silent", {})


def test_whether_an_extract_has_such_columns_changes_nothing_that_counts(attended, without_columns):
    """Only the count of refused columns differs."""
    tables = {"private.work.received_file", "private.main.received_file", "published.main.received_file"}
    assert set(differences(attended, without_columns)) == {"landed"} | tables


def test_a_difference_that_counts_is_found(without_columns, tmp_path):
    """One person's status changes: landed rows, cases and published counts say so."""
    town = small_town()
    person = next(row for row in town.rows["health_registry"] if row.get("marital_status") == "21")
    person["marital_status"] = "10"
    other = Home(tmp_path / "other")
    write_town(other.path, town)
    kept_day(other, DAY)
    found = differences(without_columns, other)
    assert {"landed", "private.main.discrepancy", "published.main.discrepancy_count"} <= set(found)


def test_a_difference_on_disk_alone_is_found(attended, tmp_path):
    copy = copy_of(attended, tmp_path / "copy")
    assert differences(attended, copy) == []
    landed = next(copy.landed.rglob("*.rows.parquet"))
    pl.read_parquet(landed).head(1).write_parquet(landed)
    assert differences(attended, copy) == ["landed"]
