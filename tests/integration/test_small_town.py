"""The hand-written town is what it says: every rule fires in it, for men and women equally often."""

from collections import Counter

import pytest

from tests.integration.small_town import DAY, MAN, WOMAN, small_town, write_town
from tests.integration.whole_day import built_day
from tests.part import Part
from warehouse.catalogue import catalogue
from warehouse.home import Home


@pytest.fixture(scope="module")
def findings(tmp_path_factory):
    home = Home(tmp_path_factory.mktemp("town"))
    write_town(home.path, small_town())
    with built_day(home, DAY, Part(catalogue(), ["finding"])) as engine:
        return engine.connection.execute(
            "select rule_code, sex from work.finding left join work.person using (person_key)"
        ).fetchall()


def test_every_rule_fires(findings):
    assert {rule for rule, _ in findings} == {table.upper() for table in catalogue().rule_tables}


def test_every_rule_fires_for_both_sexes_equally_often(findings):
    counted = Counter(findings)
    assert {sex for _, sex in counted} >= {MAN, WOMAN}
    for rule, sex in counted:
        if sex in (MAN, WOMAN):
            assert counted[rule, MAN] == counted[rule, WOMAN], rule
