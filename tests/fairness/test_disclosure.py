"""What sixty daily boards give away to somebody who adds, subtracts and optimises: nothing below the minimum.

The attack is linear programming: every count is unknown but not negative, every figure on any board and every total is
an equation, and each withheld count is driven as low and as high as the equations allow.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import pytest
from scipy.optimize import linprog

from expectations.suites import read_suites
from tests.fairness.towns import DAY, keep, lay_out, open_engine, put_facts, rank, release, rows
from warehouse.parameters import terms_on

MINIMUM = int(terms_on(DAY)["disclosure_minimum"])
DAYS = 60
TOWN = {f"v{branch}{village}": f"b{branch}" for branch in range(7) for village in range(1 + branch)}
INDICATORS = ("case_resolved_in_term", "row_quality")
TERM_DAYS = {"case_resolved_in_term": int(terms_on(DAY)["case_term_days"]), "row_quality": 0}


def facts_of(seed: int) -> dict[str, list[dict]]:
    """Sixty days of events: villages of very unequal size and quality, many of them with small counts."""
    random = np.random.default_rng(seed)
    loads = random.choice([0.3, 1, 3, 9], size=len(TOWN))
    rates = random.choice([0.6, 0.9, 1.0], size=len(TOWN))
    facts = {}
    for indicator in INDICATORS:
        facts[indicator] = []
        for back in range(DAYS + 5):
            event = DAY - dt.timedelta(days=back + TERM_DAYS[indicator])
            counts = random.poisson(loads)
            for village, count, good in zip(TOWN, counts, random.binomial(counts, rates), strict=True):
                if count:
                    facts[indicator].append(
                        {"village_code": village, "event_on": event, "numerator": good, "denominator": count}
                    )
    return facts


@dataclass(frozen=True)
class Attack:
    """What is known of one round and indicator: shown counts by (side, unit), and the true counts of every village."""

    shown: dict[tuple[str, str], int]
    truth: dict[tuple[str, str], int]

    def interval(self, side: str, village: str) -> tuple[float, float]:
        """The narrowest interval for a village's count that everything shown allows."""
        villages = list(TOWN)
        members = {"all": villages} | {village: [village] for village in villages}
        for name, branch in TOWN.items():
            members.setdefault(branch, []).append(name)
        equations = [(members[unit], count) for (at, unit), count in self.shown.items() if at == side]
        if not equations:
            return 0.0, np.inf
        matrix = np.array([[float(name in inside) for name in villages] for inside, _ in equations])
        right = np.array([count for _, count in equations], dtype=float)
        bounds = []
        for sign in (1.0, -1.0):
            goal = np.array([sign * (name == village) for name in villages])
            found = linprog(goal, A_eq=matrix, b_eq=right, bounds=(0, None), method="highs")
            assert found.status in (0, 3), found.message
            bounds.append(np.inf if found.status == 3 else sign * found.fun)
        return bounds[0], bounds[1]

    def exposed(self) -> list[tuple[str, str, int, float, float]]:
        """Small counts that the equations bound to an interval narrower than the minimum."""
        found = []
        for (side, village), count in self.truth.items():
            if 0 < count < MINIMUM:
                low, high = self.interval(side, village)
                assert low - 1e-6 <= count <= high + 1e-6, "the attack must be right about the truth"
                if high - low < MINIMUM - 1e-6:
                    found.append((side, village, count, low, high))
        return found


def attacks_on(engine, figures: str) -> list[Attack]:
    """One attack per round and indicator, with everything that any board shows of them."""
    shown: dict[tuple, dict] = defaultdict(dict)
    for number, indicator, unit, good, of in rows(
        engine,
        f"select distinct round_no, indicator, unit_code, numerator, denominator from {figures}"
        " where numerator is not null",
    ):
        for side, count in (("numerator", good), ("complement", of - good)):
            known = shown[number, indicator].setdefault((side, unit), count)
            assert known == count, "a round that is public is never changed"
    truth: dict[tuple, dict] = defaultdict(dict)
    for number, indicator, unit, good, of in rows(
        engine,
        "select round_no, indicator, unit_code, numerator, denominator from main.round_indicator"
        " where unit_type = 'village'",
    ):
        truth[number, indicator] |= {("numerator", unit): good, ("complement", unit): of - good}
    return [Attack(shown[key], truth[key]) for key in shown]


@pytest.fixture(scope="module")
def sixty_boards():
    engine = open_engine()
    facts = facts_of(seed=1)
    for back in range(DAYS - 1, -1, -1):
        day = DAY - dt.timedelta(days=back)
        lay_out(engine, day, TOWN)
        put_facts(engine, {
            indicator: [row for row in rows_of if row["event_on"] <= day] for indicator, rows_of in facts.items()
        })  # fmt: skip
        rank(engine)
        release(engine)
        keep(engine, day)
    return engine


def test_sixty_boards_bound_no_small_count(sixty_boards):
    attacks = attacks_on(sixty_boards, "main.public_figure")
    small = sum(0 < count < MINIMUM for attack in attacks for count in attack.truth.values())
    shown = sum(len(attack.shown) for attack in attacks)
    assert len(attacks) > 30 and small > 500 and shown > 100, "there must be something to attack"
    exposed = [found for attack in attacks for found in attack.exposed()]
    assert exposed == []


def test_the_attack_finds_what_primary_suppression_alone_gives_away(sixty_boards):
    """Hiding the small cells and nothing else: the same attack must succeed, or it proves nothing."""
    sixty_boards.connection.execute(f"""
        create or replace temp view only_primary as
        select round_no, indicator, unit_code, numerator, denominator from main.round_indicator
        where denominator > 0 and numerator >= {MINIMUM}
            and (denominator = numerator or denominator - numerator >= {MINIMUM})
    """)
    exposed = [found for attack in attacks_on(sixty_boards, "only_primary")[:8] for found in attack.exposed()]
    assert exposed


def unexpected(engine, table: str, name: str) -> int:
    check = next(entry for entry in read_suites()[table] if entry.name == name)
    return len(rows(engine, check.unexpected.format(batch=table)))


def test_a_release_that_gives_a_village_back_stops_the_day(sixty_boards):
    checks = [entry.name for entry in read_suites()["public_figure"]]
    assert all(entry.severity == "blocking" for entry in read_suites()["public_figure"])
    assert [unexpected(sixty_boards, "public_figure", name) for name in checks] == [0] * len(checks)
    sixty_boards.connection.execute("create or replace temp table intact as from work.public_figure")
    withheld = rows(sixty_boards, """
        select unit_code, indicator, truth.numerator, truth.denominator
        from work.public_figure as figure inner join main.round_indicator as truth
            using (round_no, unit_code, indicator)
        where figure.state = 'withheld'
    """)  # fmt: skip
    assert withheld
    number = rows(sixty_boards, "select distinct round_no from work.public_figure")[0][0]
    blind, caught = [], 0
    for unit, indicator, numerator, denominator in withheld:
        sixty_boards.connection.execute(
            "update work.public_figure set state = 'shown', numerator = ?, denominator = ? "
            "where unit_code = ? and indicator = ?",
            [numerator, denominator, unit, indicator],
        )
        if any(unexpected(sixty_boards, "public_figure", name) for name in checks):
            caught += 1
        else:
            blind += [
                exposed
                for attack in attacks_on(sixty_boards, f"(from work.public_figure where round_no = {number})")
                for exposed in attack.exposed()
            ]
        sixty_boards.connection.execute("delete from work.public_figure")
        sixty_boards.connection.execute("insert into work.public_figure from intact")
    assert caught > len(withheld) / 2
    assert blind == [], "a further figure that the checks let pass gives no count away either"


def test_scores_on_the_board_follow_from_figures_on_the_board(sixty_boards):
    scored = rows(sixty_boards, """
        select unit_code, ranking.round_score, round(100 * sum(figure.value * indicator.weight)
            / sum(case when figure.value is not null then indicator.weight end), 2)
        from main.public_ranking as ranking
        inner join main.public_figure as figure
            using (as_of, unit_type, unit_code)
        inner join main.indicator as indicator on figure.indicator = indicator.indicator
        where ranking.round_score is not null
        group by unit_code, round_score, as_of, unit_type
    """)  # fmt: skip
    assert len(scored) > 20
    assert all(shown == pytest.approx(worked_out) for _, shown, worked_out in scored)


def test_warnings_on_the_board_name_no_withheld_figure(sixty_boards):
    named = rows(sixty_boards, """
        select count(*) from main.public_warning as warning
        left join main.public_figure as figure
            using (as_of, unit_code, indicator)
        where (regexp_matches(warning.evidence, '[0-9]+/[0-9]+') or indicator <> '-')
            and figure.state is distinct from 'shown'
    """)  # fmt: skip
    assert named == [(0,)]
    assert rows(sixty_boards, "select count(*) > 0 from main.public_warning where level = 'warning'") == [(True,)]
