"""What sixty daily boards give away to somebody who adds, subtracts and optimises: nothing below the minimum.

The attack is linear programming: every figure on any board and every total is an equation, and each withheld count is
driven as low and as high as the equations allow. Where there is nothing the board says so: what is withheld is at least
one. It reads what the public has: the board's files as they are written, figures, warnings, report and ranking. Meeting
papers are no release: they are for the office alone (test_meetings).
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from openpyxl import load_workbook
from scipy.optimize import linprog

from assets.board.files import TABLES, write_csv, write_workbook
from assets.workbooks import heading
from expectations.rules import read_rules
from expectations.suites import read_suites
from tests.fairness.towns import DAY, keep, lay_out, open_engine, put_facts, rank, release, rows
from warehouse.catalogue import catalogue
from warehouse.engines.duckdb_engine import DuckDBEngine
from warehouse.parameters import terms_on

MINIMUM = int(terms_on(DAY)["disclosure_minimum"])
DAYS = 60
TOWN = {f"v{branch}{village}": f"b{branch}" for branch in range(7) for village in range(1 + branch)}
INDICATORS = ("case_resolved_in_term", "row_quality")
CASE_LOADS = (5, 1, 0.4, 2, 0.2, 9)
_FRACTION = re.compile(r"(\d+)/(\d+) = ")


def facts_of(seed: int) -> dict[str, list[dict]]:
    """Sixty days of events: villages of very unequal size and quality, many of them with small counts."""
    random = np.random.default_rng(seed)
    loads = random.choice([0.3, 1, 3, 9], size=len(TOWN))
    rates = random.choice([0.6, 0.9, 1.0], size=len(TOWN))
    facts = {}
    for indicator in INDICATORS:
        facts[indicator] = []
        for back in range(DAYS + 5):
            event = DAY - dt.timedelta(days=back)
            counts = random.poisson(loads)
            for village, count, good in zip(TOWN, counts, random.binomial(counts, rates), strict=True):
                if count:
                    facts[indicator].append(
                        {"village_code": village, "event_on": event, "numerator": good, "denominator": count}
                    )
    return facts


def cases_of(day: dt.date, random: np.random.Generator) -> list[dict]:
    """Cases that are found and resolved on a day, of a few rules, most of them few."""
    rules = list(read_rules())[:: len(read_rules()) // len(CASE_LOADS)]
    return [
        {
            "case_id": f"{day}-{rule}-{number}", "spell": 1, "rule_code": rule, "found_on": day, "due_on": day,
            "answers": 0, "status": "open", "stage": "found", "resolved_on": day if random.random() < 0.4 else None,
        }
        for rule, load in zip(rules, CASE_LOADS, strict=False)
        for number in range(random.poisson(load))
    ]  # fmt: skip


@dataclass(frozen=True)
class Known:
    """What somebody knows of unknown counts: sums over groups of them, and groups that hold at least one."""

    sums: list[tuple[list[str], int]]
    at_least_one: list[list[str]]

    def interval(self, wanted: str) -> tuple[float, float]:
        """The narrowest interval for one count, none of which is negative."""
        groups = [*(inside for inside, _ in self.sums), *self.at_least_one]
        names = sorted({wanted, *(name for inside in groups for name in inside)})
        place = {name: at for at, name in enumerate(names)}

        def matrix(of: list[list[str]]) -> np.ndarray | None:
            found = np.zeros((len(of), len(names)))
            for row, inside in zip(found, of, strict=True):
                row[[place[name] for name in inside]] = 1.0
            return found if of else None

        bounds = []
        for sign in (1.0, -1.0):
            goal = np.zeros(len(names))
            goal[place[wanted]] = sign
            at_least = matrix(self.at_least_one)
            found = linprog(
                goal,
                A_eq=matrix([inside for inside, _ in self.sums]),
                b_eq=[count for _, count in self.sums] or None,
                A_ub=None if at_least is None else -at_least,
                b_ub=None if at_least is None else -np.ones(len(at_least)),
                bounds=(0, None),
                method="highs",
            )
            assert found.status in (0, 3), found.message
            bounds.append(np.inf if found.status == 3 else sign * found.fun)
        return bounds[0], bounds[1]


SIDES = ("numerator", "complement")


@dataclass(frozen=True)
class Attack:
    """What is known of a round and an indicator: counts shown by (side, unit), villages withheld; and what is true."""

    shown: dict[tuple[str, str], int]
    withheld: set[str]
    truth: dict[tuple[str, str], int]
    town: dict[str, str]

    def known(self) -> Known:
        """Both sides of every village are unknown; a village that is withheld has a case on one of them."""
        members = {"all": list(self.town)} | {village: [village] for village in self.town}
        for name, branch in self.town.items():
            members.setdefault(branch, []).append(name)
        return Known(
            [([f"{side} {name}" for name in members[unit]], count) for (side, unit), count in self.shown.items()],
            [[f"{side} {name}" for side in SIDES] for name in self.town if name in self.withheld],
        )

    def exposed(self) -> list[tuple[str, str, int, float, float]]:
        """Small counts that the equations bound to an interval narrower than the minimum."""
        found, known = [], self.known()
        for (side, village), count in self.truth.items():
            if 0 < count < MINIMUM:
                low, high = known.interval(f"{side} {village}")
                assert low - 1e-6 <= count <= high + 1e-6, "the attack must be right about the truth"
                if high - low < MINIMUM - 1e-6:
                    found.append((side, village, count, low, high))
        return found


Figures = list[tuple[int, str, str, int, int]]  # round, indicator, unit, numerator, denominator


def attacks_on(engine, figures: Figures, town: dict[str, str] = TOWN) -> list[Attack]:
    """One attack per round and indicator, with everything that any board shows of them."""
    shown: dict[tuple, dict] = defaultdict(dict)
    for number, indicator, unit, good, of in figures:
        for side, count in zip(SIDES, (good, of - good), strict=True):
            known = shown[number, indicator].setdefault((side, unit), count)
            assert known == count, "a round that is public is never changed"
    truth: dict[tuple, dict] = defaultdict(dict)
    for number, indicator, unit, good, of in rows(
        engine,
        "select round_no, indicator, unit_code, numerator, denominator from main.round_indicator"
        " where unit_type = 'village'",
    ):
        truth[number, indicator] |= {("numerator", unit): good, ("complement", unit): of - good}
    return [
        Attack(
            shown[key],
            # A village without a case is shown as such, and nothing else of it is kept back.
            {v for v in town if ("numerator", v) not in shown[key] and sum(truth[key][side, v] for side in SIDES)},
            truth[key],
            town,
        )
        for key in shown
    ]


def figures_in(engine, source: str) -> Figures:
    """The figures that a relation of public_figure's form shows."""
    columns = "round_no, indicator, unit_code, numerator, denominator"
    return rows(engine, f"select distinct {columns} from {source} where numerator is not null")


@dataclass
class Boards:
    """Sixty days as they were released: the engine that knows the truth, and the files that the public has."""

    engine: DuckDBEngine
    folder: Path

    def files(self, table: str) -> pl.DataFrame:
        """One table's file of every day, as text and read again."""
        paths = sorted(self.folder.glob(f"*/{table}.csv"))
        assert len(paths) == DAYS
        frames = [pl.read_csv(path, infer_schema=False) for path in paths]
        return pl.concat(frames).with_columns(pl.col("^(round_no|numerator|denominator|counted)$").cast(pl.Int64))

    def figures(self) -> Figures:
        """What the files of the figures show, and what the words of the warnings add to it."""
        shown = self.files("public_figure")
        columns = ("round_no", "indicator", "unit_code", "numerator", "denominator")
        figures = shown.filter(pl.col("numerator").is_not_null()).select(columns).unique().rows()
        rounds = dict(shown.select("as_of", "round_no").unique().iter_rows())
        warned = self.files("public_warning").select("as_of", "indicator", "unit_code", "evidence", "evidence_en")
        for day, indicator, unit, *evidence in warned.iter_rows():
            for good, of in (found for words in evidence for found in _FRACTION.findall(words)):
                figures.append((rounds[day], indicator, unit, int(good), int(of)))
        return figures


@pytest.fixture(scope="module")
def boards(tmp_path_factory):
    folder = tmp_path_factory.mktemp("boards")
    engine = open_engine()
    facts = facts_of(seed=1)
    random, cases = np.random.default_rng(2), []
    for back in range(DAYS - 1, -1, -1):
        day = DAY - dt.timedelta(days=back)
        cases += cases_of(day, random)
        lay_out(engine, day, TOWN)
        engine.put_rows("case_standing", cases)
        put_facts(engine, {
            indicator: [row for row in rows_of if row["event_on"] <= day] for indicator, rows_of in facts.items()
        })  # fmt: skip
        rank(engine)
        release(engine)
        keep(engine, day)
        (folder / str(day)).mkdir()
        for table in TABLES:
            write_csv(pl.DataFrame(engine.read(table)), folder / str(day) / f"{table}.csv")
    return Boards(engine, folder)


@pytest.fixture
def sixty_boards(boards):
    return boards.engine


def test_sixty_boards_bound_no_small_count(boards):
    figures = boards.figures()
    assert set(figures_in(boards.engine, "main.public_figure")) <= set(figures), "the files hold all that is released"
    attacks = attacks_on(boards.engine, figures)
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
    exposed = [
        found
        for attack in attacks_on(sixty_boards, figures_in(sixty_boards, "only_primary"))[:8]
        for found in attack.exposed()
    ]
    assert exposed


def exposed_items(boards: Boards, shown: pl.DataFrame) -> tuple[int, list[tuple]]:
    """Small counts of the report that its items and totals bound too narrowly; and how many were attacked."""
    found, attacked = [], 0
    truth = rows(boards.engine, "select distinct round_no, measure, item, counted from main.round_report")
    for (number, measure), lines in shown.group_by("round_no", "measure"):
        true = {item: count for at, of, item, count in truth if (at, of) == (number, measure)}
        names = list(true)
        shown_lines = lines.filter(pl.col("counted").is_not_null()).select("item", "counted").unique().rows()
        assert len({item for item, _ in shown_lines}) == len(shown_lines), "a round that is public is never changed"
        known = Known(
            [(names if item == "all" else [item], count) for item, count in shown_lines],
            [[item] for item in names if item not in dict(shown_lines)],
        )
        for item, count in true.items():
            if 0 < count < MINIMUM:
                attacked += 1
                low, high = known.interval(item)
                assert low - 1e-6 <= count <= high + 1e-6
                if high - low < MINIMUM - 1e-6:
                    found.append((number, measure, item, count, low, high))
    return attacked, found


def test_sixty_reports_bound_no_small_count(boards):
    attacked, found = exposed_items(boards, boards.files("public_report"))
    assert attacked > 50 and found == []


def test_the_attack_finds_what_a_report_without_its_small_items_gives_away(boards):
    """Each small item hidden and nothing else: totals give back what is the only one hidden."""
    careless = pl.DataFrame(
        boards.engine.connection.sql(f"""
            select round_no, measure, item, case when counted >= {MINIMUM} or counted = 0 then counted end as counted
            from main.round_report
            union all
            select round_no, measure, 'all', sum(counted) from main.round_report group by round_no, measure
        """).to_arrow_table()
    )
    assert exposed_items(boards, careless)[1]


def test_the_workbook_shows_what_the_csv_files_show(boards, tmp_path):
    for day in (DAY, DAY - dt.timedelta(days=30)):
        tables = {
            table: pl.DataFrame(
                boards.engine.connection.sql(f"from main.{table} where as_of = date '{day}'").to_arrow_table()
            )
            for table in TABLES
        }
        write_workbook(tmp_path / "board.xlsx", catalogue(), tables, day)
        book = load_workbook(tmp_path / "board.xlsx")
        for table in TABLES:
            csv = pl.read_csv(boards.folder / str(day) / f"{table}.csv", infer_schema=False)
            contract = catalogue().contract(table)
            headings = {column.name: heading(column.zh, column.en) for column in contract.columns}
            columns = dict(zip(csv.columns, book[contract.zh].iter_cols(values_only=True), strict=True))
            for name in set(columns) & {"unit_code", "numerator", "denominator", "counted", "rank", "evidence"}:
                above, *cells = columns[name]
                assert above == headings[name]
                shown = sorted("" if cell is None else str(cell) for cell in cells)
                assert shown == sorted(csv[name].fill_null("")), (table, name)


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
                for attack in attacks_on(
                    sixty_boards, figures_in(sixty_boards, f"(from work.public_figure where round_no = {number})")
                )
                for exposed in attack.exposed()
            ]
        sixty_boards.connection.execute("delete from work.public_figure")
        sixty_boards.connection.execute("insert into work.public_figure from intact")
    assert caught > len(withheld) / 2
    assert blind == [], "a further figure that the checks let pass gives no count away either"


def test_a_village_whose_branch_in_the_round_is_not_known_stops_the_day_and_shows_nothing():
    engine = open_engine()
    lay_out(engine, DAY, {"v0": "b0", "v1": "b0"})
    fact = {"event_on": DAY - dt.timedelta(days=2), "numerator": 40, "denominator": 50}
    put_facts(engine, {"case_resolved_in_term": [{**fact, "village_code": village} for village in ("v0", "v1")]})
    rank(engine)
    engine.connection.execute("delete from work.village_ranking where unit_code = 'v1'")
    engine.connection.execute("update work.round_indicator set round_end = round_end - 3")  # its lag is over
    release(engine)
    assert rows(engine, "select unit_code from work.public_figure where state = 'shown' and unit_code = 'v1'") == []
    assert unexpected(engine, "public_figure", "every_village_has_its_branch") > 0


def test_villages_that_are_merged_or_change_branches_give_no_round_away():
    """The public round closed under the old list of villages: what was withheld of it the day before stays so."""
    counts = {"v0": (20, 22), "v1": (30, 36), "v2": (1, 3), "v3": (2, 2), "w0": (20, 30), "w1": (20, 30), "w2": (1, 2)}
    before = {village: f"b{village[0]}" for village in counts}
    after = {village: branch for village, branch in before.items() if village not in ("v2", "v3")}
    after |= {"v9": "bv", "w2": "bv"}
    facts = [
        {"village_code": village, "event_on": DAY - dt.timedelta(days=back), "numerator": good, "denominator": of}
        for village, (good, of) in counts.items()
        for back in range(1, 12)
    ]
    engine, released = open_engine(), []
    for back in range(2, -1, -1):
        day, town = DAY - dt.timedelta(days=back), before if back else after
        lay_out(engine, day, town)
        put_facts(engine, {"case_resolved_in_term": [fact for fact in facts if fact["village_code"] in town]})
        rank(engine)
        release(engine)
        keep(engine, day)
        shown = "select unit_code, state, numerator, denominator from work.public_figure where state <> 'no_case'"
        released.append((rows(engine, "select distinct round_no from work.public_figure"), sorted(rows(engine, shown))))
        for check in read_suites()["public_figure"]:
            assert unexpected(engine, "public_figure", check.name) == 0, (day, check.name)
    assert released[2] == released[1], "one round, one release, whatever the villages are called since"
    assert {unit for unit, state, *_ in released[2][1] if state == "withheld"} == {"v2", "v3", "w0", "w2"}


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
