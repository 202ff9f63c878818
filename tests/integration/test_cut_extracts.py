"""A full extract that is cut makes nobody vanish: the day is not published until the file is whole."""

import yaml

from tests.integration.days import DAY_1, DAY_2, published, run
from tests.integration.extracts import HEALTH, inbox, write_csv
from warehouse.document import read_yaml
from warehouse.home import Home
from warehouse.parameters.dated import FOLDER

PERSONS = 200
CHECK = "full_extract_is_whole"


def _extract(home, day, persons):
    rows = [[f"R{number}", "王芳", "女", "1980-01-01", "", "370481105200"] for number in range(persons)]
    write_csv(inbox(home.path, "health_registry", f"{day}_full.csv"), [HEALTH, *rows])


def _failed(outcome):
    return [result.name for day in outcome.days for result in day.checks if not result.success]


def test_a_cut_extract_stops_its_day_until_the_whole_one_is_there(tmp_path):
    home = Home(tmp_path)
    _extract(home, DAY_1, PERSONS)
    assert run(home).success
    _extract(home, DAY_2, PERSONS // 2)
    outcome = run(home)
    assert not outcome.success
    assert CHECK in _failed(outcome)
    assert published(home, "select max(as_of) from day_run") == [(DAY_1,)]
    _extract(home, DAY_2, PERSONS - 1)
    outcome = run(home)
    assert outcome.success
    assert CHECK not in _failed(outcome)


def test_a_register_that_really_shrank_is_declared(tmp_path):
    home = Home(tmp_path)
    home.site.mkdir()
    terms = read_yaml(FOLDER / "terms.yaml")
    [share] = [term for term in terms if term["name"] == "least_extract_share"]
    share["versions"].append({"valid_from": DAY_2, "value": 0.4, "source": "撤村并居文件 / merger of villages"})
    (home.site / "terms.yaml").write_text(yaml.safe_dump(terms), encoding="utf-8")
    _extract(home, DAY_1, PERSONS)
    _extract(home, DAY_2, PERSONS // 2)
    assert run(home).success
    assert published(home, "select max(as_of) from day_run") == [(DAY_2,)]
