"""Invariants 1, 3 and 7 on what leaves the office: the board's page, its CSV and workbook, the disclosure, the mail.

The tests of each invariant hold the warehouse to it; here the written files themselves are read (of invariant 4 in
test_invariant_4_numbers).
"""

import pytest

from tests.integration.days import published
from tests.integration.extracts import inbox, write_csv
from tests.integration.released import released, rows_of, write_out
from tests.integration.small_town import DAY, HOME_VILLAGE, identifying_marks, small_town, write_town
from tests.integration.traces import traces
from tests.integration.whole_day import kept_day
from warehouse.home import Home

REFUSED = ("体检结果", "妇检结果", "健康检查")
ROUND = ["轮次编号", "村码", "邀请日期", "截止日期", "邀请人数", "已到人数", "谢绝人数"]
UNIT_TYPES = {"village", "branch", "town"}


def home_with(folder, word: str, attended: int, declined: int) -> Home:
    """The small town with a voluntary round, and what its extracts say of people's checks."""
    home = Home(folder / "home")
    write_town(home.path, small_town(), extra=dict.fromkeys(REFUSED, word))
    counts = [str(count) for count in (12, attended, declined)]
    line = ["ZQ1", HOME_VILLAGE, "2026-09-01", "2026-10-01", *counts]
    write_csv(inbox(home.path, "voluntary_round", f"{DAY}_full.csv"), [ROUND, line], "gb18030")
    kept_day(home, DAY)
    return home


def without_fingerprint(home: Home) -> dict[str, bytes]:
    """What is released, but for the digest of the day's input, which is another for any other file."""
    [(fingerprint,)] = published(home, "select fingerprint from day_run")
    return {name: content.replace(fingerprint.encode(), b"") for name, content in released(home, DAY).items()}


@pytest.fixture(scope="module")
def attended(tmp_path_factory):
    return home_with(tmp_path_factory.mktemp("attended"), "已参加", attended=9, declined=1)


def test_declined_is_attended_on_every_file_byte_for_byte(attended, tmp_path):
    declined = home_with(tmp_path, "拒绝", attended=1, declined=9)
    first, second = without_fingerprint(attended), without_fingerprint(declined)
    assert {name.rpartition(".")[2] for name in first} >= {"html", "xlsx", "csv"} and "mail/0" in first
    # The page inside the mail names the same input as the page beside it.
    assert second == first


def test_a_round_without_outcomes_is_seen(attended, tmp_path):
    """The comparison is not blind: invitations without any outcome change the indicator."""
    silent = home_with(tmp_path, "拒绝", attended=0, declined=0)
    values = (
        "select numerator, denominator from indicator_value where indicator = 'voluntary_round_recorded' order by all"
    )
    assert published(silent, values) != published(attended, values)


def test_no_name_number_or_address_is_in_any_file_or_mail(attended, tmp_path):
    marks = identifying_marks(small_town())
    folder = write_out(released(attended, DAY), tmp_path)
    assert traces(folder, marks) == []
    (folder / "board" / "leak.csv").write_text(f"a\n{marks[0]}\n", encoding="utf-8")
    assert traces(folder, marks) == ["board/leak.csv"]


def test_every_line_of_a_released_table_is_about_a_unit_a_rule_or_a_registry(attended):
    places = "select village_code from village union select branch_code from branch union select 'all'"
    units = {code for (code,) in published(attended, places)}
    tables = {name: rows_of(content) for name, content in released(attended, DAY).items() if name.endswith(".csv")}
    assert any(tables.values())
    for name, lines in tables.items():
        for line in lines:
            assert line.get("unit_type", "town") in UNIT_TYPES, name
            assert line.get("unit_code", "all") in units, name
