"""What a site declares wrongly is said in words before a day begins, with the file; and the doctor sees it."""

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from tests.integration.days import DAY_1, small_home
from warehouse.parameters.dated import FOLDER

RULE = "-- Nobody's rule.\nselect 'a' as registry_a\n"
LAYOUT = """registry: school
zh: 学籍
en: school
owner_zh: 中心校
owner_en: central school
record_id: number
record_key: [number]
columns: {number: {}}
"""
TERM = """- name: case_term_days
  zh: 疑点核实期限
  en: term
  unit: days
  versions: [{valid_from: 1949-10-01, value: 9, source: 镇文件}]
"""
INDICATOR = """- indicator: answered
  zh: 答复率
  en: answered
  meaning_zh: 按期答复的比例。
  meaning_en: The share answered.
  counts_cases: false
  is_key: false
  has_last_day: false
  versions: [{valid_from: 1949-10-01, weight: 0.1, window_days: 90, source: 镇文件}]
"""
CONTRACT = """table: seat
layer: staging
zh: 座位
en: seats
grain_zh: 一个座位
grain_en: one seat
key: [seat]
owner: central school
columns: [seat]
"""
WRONG = {
    "registries/school.yaml": (LAYOUT, "columns.number.headings: 没有写 / is missing"),
    "contracts/seat.yaml": (CONTRACT, "is no known column"),
    "programmes/meals.yaml": ("programme: meals\nzh: 餐\n", "rules: 没有写 / is missing"),
    "terms.yaml": (TERM, "open_case_days"),
    "working_days.yaml": ("2027-02-15: {working: 否\n", "near line"),
    "deadlines.yaml": ("rule: ID_FORMAT\n", "must be a list"),
    "retention.yaml": ("[]\n", "run_records_days: 没有写 / is missing"),
    "matters.yaml": ("- {matter_name: 新事项}\n", "either term_days or working_days"),
    "indicators.yaml": ((FOLDER / "indicators.yaml").read_text(encoding="utf-8") + INDICATOR, "village_answered.sql"),
    "models/reconciliation/nobodys.sql": (RULE, "there is no such rule"),
}


def hedui(home, *arguments):
    ran = CliRunner().invoke(app, ["--home", str(home.path), *map(str, arguments)])
    return ran.exit_code, "".join(ran.output.split()), ran.exception


@pytest.mark.parametrize("name", WRONG)
def test_a_declaration_that_cannot_be_is_named_before_the_day_begins(tmp_path, name):
    text, words = WRONG[name]
    home = small_home(tmp_path / "home")
    path = home.site / name
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    for command in (("run", "--date", DAY_1), ("doctor",)):
        code, said, error = hedui(home, *command)
        assert code == 1
        assert isinstance(error, SystemExit)
        assert path.name in said
        assert "".join(words.split()) in said
    assert not home.published_database.exists()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("term.yaml", "term.yaml"),
        ("rules/name_blank.yaml", "rules"),
        ("programmes/meals.yml", "programmes/meals.yml"),
        ("programmes/meals.yaml.txt", "programmes/meals.yaml.txt"),
        ("models/village_answered.sql", "models/village_answered.sql"),
    ],
)
def test_the_doctor_names_what_nothing_reads(tmp_path, name, told):
    home = small_home(tmp_path / "home")
    path = home.site / name
    path.parent.mkdir(parents=True)
    path.write_text("", encoding="utf-8")
    code, said, _ = hedui(home, "doctor")
    assert code == 1
    assert f"{told}:没有程序读它" in said


def test_the_doctor_reads_the_mail_settings(tmp_path):
    """No day needs them, but nobody wants to hear at five o'clock that they are wrong."""
    home = small_home(tmp_path / "home")
    home.site.mkdir()
    (home.site / "mail.yaml").write_text("host: mail.example\nrecipients: {}\n", encoding="utf-8")
    code, said, _ = hedui(home, "doctor")
    assert code == 1
    assert "mail.yaml:sender:没有写" in said


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("recipients: {}", "recipients:一个单位也没有"),
        ("recipients: {卫健办: wj＠zd.example, 民政办: mz@zd.example}", "recipients:卫健办：邮箱地址无效"),
        ("recipients: {卫健办: wj@zd.example}\nuser: hedui\npassword_file: /nowhere/word", "password_file:读不出"),
        ("recipients: {卫健办: wj@zd.example}\nca_file: /nowhere/ca.pem", "ca_file:没有这个文件"),
        ("recipients: {卫健办: wj@zd.example}\nport: 99999", "port:至多为65535"),
    ],
)
def test_the_doctor_tells_of_mail_that_would_not_go(tmp_path, settings, told):
    home = small_home(tmp_path / "home")
    home.site.mkdir()
    text = f"host: mail.example\nsender: hedui@zd.example\n{settings}\n"
    (home.site / "mail.yaml").write_text(text, encoding="utf-8")
    code, said, _ = hedui(home, "doctor")
    assert code == 1
    assert told in said
    assert "＠" not in said and "wj@" not in said


def test_a_home_with_a_site_of_its_own_is_well(tmp_path):
    home = small_home(tmp_path / "home")
    home.inbox.chmod(0o700)
    home.site.mkdir()
    for name in ("terms.yaml", "indicators.yaml", "villages.csv"):
        (home.site / name).write_bytes((FOLDER / name).read_bytes())
    code, said, _ = hedui(home, "doctor")
    assert code == 0, said
