"""What the case loop tells: the question of docs/case-loop.md, the report, the way back from a figure."""

import datetime as dt
from pathlib import Path

import pytest
import yaml
from rich.cells import cell_len
from typer.testing import CliRunner

from assets.differences import Difference, Moved
from assets.tracing import TOWN, trace
from pipelines.cli import app
from pipelines.following import moved_from_to, show_difference
from pipelines.screen import PIPED_WIDTH
from tests.integration.days import DAY_1, DAY_2, copy_of, private, published, small_home
from tests.integration.returned_lists import hand_out
from tests.integration.whole_day import kept_day
from warehouse.catalogue import catalogue
from warehouse.parameters.dated import parameter_path

PAGE = Path(__file__).parents[2] / "docs" / "case-loop.md"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A list handed over on a Sunday; the registries agree on Monday, when a round begins."""
    found = small_home(tmp_path_factory.mktemp("times"))
    kept_day(found, DAY_1)
    hand_out(found)
    kept_day(found, DAY_2)
    return found


def test_the_statisticians_question(home):
    query = PAGE.read_text(encoding="utf-8").split("```sql\n")[1].split("```")[0]
    assert published(home, query) == [("NAME_DIFFERS", "370481105200", 1.0, None, 1)]


def test_the_report_of_the_day_the_week_and_the_round(home):
    """Both cases are about household records: one resolved on Monday, one open since Sunday."""
    found = private(
        home,
        f"""select period, checked, found, resolved, open_fresh, open_aging + open_old from verification_report
            where as_of = date '{DAY_2}' and item = 'household_register' order by period""",
    )
    assert found == [("day", 2, 0, 1, 2, 0), ("round", 2, 0, 1, 2, 0), ("week", 2, 3, 1, 2, 0)]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ("diff", str(DAY_1), str(DAY_2)),
            (
                "open_cases:NAME_DIFFERS: 1 → 0",
                "全镇 all",
                "姓名不一致 NAME_DIFFERS: 1",
                "801b38b7a971bd19 姚庄村 370481105200 下发 handed_over 2026-11-01；办结",
                "登记库提取 extract 全员人口信息 health_registry",
            ),
        ),
        (
            ("diff", str(DAY_2), str(DAY_1)),
            (f"{DAY_1} → {DAY_2}", "open_cases:NAME_DIFFERS: 1 → 0"),
        ),
        (
            ("trace", "ranking", "370481105200", str(DAY_2)),
            ("row_quality × 0.15", "全员人口信息 health_registry 2026-11-02_changes", "名次和得分"),
        ),
    ],
)
def test_a_figure_is_followed_down_on_the_terminal(home, words, told):
    outcome = CliRunner().invoke(app, ["--home", str(home.path), *words])
    assert outcome.exit_code == 0, outcome.output
    assert [part for part in told if part not in outcome.output] == []
    assert max(map(cell_len, outcome.output.splitlines())) <= PIPED_WIDTH


def test_a_figure_that_moved_with_nothing_new_says_so(home, monkeypatch, capsys):
    """It stood there without a reason: a day on which a planned activity was over is no input."""
    moved = Moved("370481105200", "indicator:outreach_done", "1.0", "0.5")
    found = Difference((moved,), (), (), {"370481105200": "姚庄村"})
    monkeypatch.setattr("pipelines.following.between", lambda *_: found)
    show_difference(home, DAY_1, DAY_2, as_json=False)
    assert "没有新的输入和疑点" in capsys.readouterr().out


def test_a_figure_that_other_parameters_give_by_now_stands_beside_the_published_one(home, tmp_path):
    """Under a term changed since, the trace told the figure of today as if it were the one that was published."""
    words = ("trace", "open_case_not_old", "all", str(DAY_2))
    assert "发布的是" not in CliRunner().invoke(app, ["--home", str(home.path), *words]).output
    found = copy_of(home, tmp_path / "home")
    terms = yaml.safe_load(parameter_path("terms.yaml", None).read_text(encoding="utf-8"))
    [term] = [entry for entry in terms if entry["name"] == "open_case_days"]
    term["versions"][0]["value"] = 0
    found.site.mkdir(exist_ok=True)
    (found.site / "terms.yaml").write_text(yaml.safe_dump(terms, allow_unicode=True), encoding="utf-8")
    outcome = CliRunner().invoke(app, ["--home", str(found.path), *words])
    assert "× 0.2：1/3，发布的是 published 无数据 no data" in outcome.output
    assert "程序或参数在这一天发布以后变了" in outcome.output
    assert max(map(cell_len, outcome.output.splitlines())) <= PIPED_WIDTH


@pytest.mark.parametrize("words", [("height", "all"), ("warning", "370481105299")])
def test_a_figure_that_is_not_there_is_wrong_usage(home, words):
    outcome = CliRunner().invoke(app, ["--home", str(home.path), "trace", *words, str(DAY_2)])
    assert outcome.exit_code == 2
    assert "Traceback" not in outcome.output
    assert max(map(cell_len, outcome.output.splitlines())) <= PIPED_WIDTH


def test_what_can_be_traced_is_told_with_its_name(home):
    outcome = CliRunner().invoke(app, ["--home", str(home.path), "trace", "height", "all", str(DAY_2)])
    assert "row_quality  上报记录合格率" in outcome.output


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("0.999466123", "0.999465877", "0.9994661 → 0.9994659"),
        ("77.41", "77.44", "77.41 → 77.44"),
        ("38", "36", "38 → 36"),
        (None, "0.5", "- → 0.5"),
    ],
)
def test_a_figure_that_moved_is_told_in_digits_that_show_it(before, after, told):
    assert moved_from_to(before, after) == told


@pytest.mark.slow
def test_a_case_counts_from_the_day_after_its_last_the_resolved_and_the_open_alike(tmp_path):
    """Of three cases due on Friday one was resolved on Friday: none counts before Saturday."""
    home = small_home(tmp_path / "home")
    kept_day(home, DAY_1)
    hand_out(home)
    friday = dt.date(2026, 11, 6)
    counted = {}
    for day in (friday, friday + dt.timedelta(days=1)):
        kept_day(home, day)
        assert private(home, "select distinct due_on from discrepancy") == [(friday,)]
        [figure] = trace(home, catalogue(), "case_resolved_in_term", TOWN, day).indicators
        counted[day] = figure.numerator, figure.denominator, sorted(case.is_good for case in figure.cases)
    assert list(counted.values()) == [(0, 0, []), (1, 3, [False, False, True])]
