"""Look-back limits of rules: dated, and only where a rule has an event to hold them against."""

import datetime as dt

import pytest

from assets.registries.day_input import deadline_rows
from warehouse.catalogue import catalogue


def test_a_look_back_limit_begins_on_its_day_and_needs_an_event(tmp_path):
    plain = "{valid_from: 1949-10-01, working_days: 5, self_check_until: null, points: 1, risk: 1, source: example}"
    owners = ("village", "police", "civil_affairs", "hospital")
    text = "".join(f"- {{owner: {owner}, versions: [{plain}]}}\n" for owner in owners)
    limited = plain.replace("1949-10-01", "2026-11-02").replace("source", "look_back_from: 2015-01-01, source")
    path = tmp_path / "deadlines.yaml"
    path.write_text(f"{text}- {{rule: BIRTH_OMITTED, versions: [{plain}, {limited}]}}\n", encoding="utf-8")
    found = [deadline_rows(dt.date(2026, 11, day), catalogue(tmp_path)) for day in (1, 2)]
    assert [[row["look_back_from"] for row in rows if row["rule_code"] == "BIRTH_OMITTED"] for rows in found] == [
        [None],
        [dt.date(2015, 1, 1)],
    ]
    other = tmp_path / "other"
    other.mkdir()
    (other / "deadlines.yaml").write_text(
        f"{text}- {{rule: NAME_DIFFERS, versions: [{plain}, {limited}]}}\n", encoding="utf-8"
    )
    with pytest.raises(LookupError, match="NAME_DIFFERS"):
        deadline_rows(dt.date(2026, 11, 2), catalogue(other))
