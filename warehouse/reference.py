"""Reference tables of a day: the terms, villages, indicators, programmes and rules in force, as rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from pathlib import Path
from typing import Any

from warehouse.parameters import (
    calendar_days,
    indicators_on,
    moved_days,
    programmes,
    read_place,
    rounds_on,
    rulebook,
    source_pairs_on,
    terms_after_holidays_on,
    terms_on,
    voice_weights_on,
)

Rows = list[dict[str, Any]]

# The working calendar of a day: far enough back for cases that stay open, far enough ahead for every term.
_CALENDAR_BEFORE, _CALENDAR_AFTER = dt.timedelta(days=1100), dt.timedelta(days=120)


def reference_rows(day: dt.date, site: Path | None) -> dict[str, Rows]:
    """Rows of every reference table of parameters for a day, by table."""
    place = read_place(day, site)
    villages = [asdict(village) for village in place.villages]
    calendar = calendar_days(day - _CALENDAR_BEFORE, day + _CALENDAR_AFTER, site)
    branches: dict[str, dict[str, Any]] = {}
    for village in place.villages:
        branch = branches.setdefault(
            village.branch_code, {"branch_code": village.branch_code, "branch_name": village.branch_name, "villages": 0}
        )
        branch["villages"] += 1
    return {
        "this_day": [{"as_of": day, **terms_on(day, site)}],
        "village": villages,
        "former_village": [
            {"former_code": former, "village_code": code} for former, code in sorted(place.former.items())
        ],
        "branch": list(branches.values()),
        "calendar_day": [asdict(entry) for entry in calendar],
        "moved_day": [asdict(moved) for moved in moved_days(terms_after_holidays_on(day, site), calendar)],
        "indicator": [asdict(indicator) for indicator in indicators_on(day, site)],
        "scoring_round": [asdict(found) for found in rounds_on(day, site)],
        "voice_weight": [asdict(weight) for weight in voice_weights_on(day, site)],
        "source_pair": [asdict(pair) for pair in source_pairs_on(day, site)],
        "fee_rule": rulebook.fee_rules(site),
        "fee_finding_kind": rulebook.fee_finding_kinds(site),
        "obsolete_hotline": rulebook.obsolete_hotlines(day, site),
        "deregistration_pattern": rulebook.deregistration_patterns(day, site),
        "service_matter": rulebook.matters_on(day, site),
        "message_template": rulebook.message_templates(site),
        **_programme_rows(day, site),
    }


def _programme_rows(day: dt.date, site: Path | None) -> dict[str, Rows]:
    """Rows of benefit_programme, benefit_programme_name and benefit_rule_period."""
    own = [site / "programmes"] if site and (site / "programmes").is_dir() else []
    found = programmes.read_programmes(programmes.FOLDER, *own)
    return {
        "benefit_programme": [
            programme.model_dump(include={"programme", "zh", "en", "message_zh", "entitled", "outreach", "document"})
            for programme in found.values()
        ],
        "benefit_programme_name": [
            {"programme_name": name, "programme": programme.programme}
            for programme in found.values()
            for name in programme.names
        ],
        "benefit_rule_period": programmes.rule_periods(day, found),
    }
