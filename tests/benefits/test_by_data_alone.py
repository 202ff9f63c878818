"""A new programme is one file, a new fee item one line of the catalogue, a new matter one line: no code, no model."""

import datetime as dt
from decimal import Decimal

from tests.benefits.office import Office, application, child, line, payment
from warehouse.home import Home

MEALS = """\
programme: preschool_meals
zh: 学前营养补助
en: preschool meals
message_zh: 惠民补贴
names: [学前营养补助]
entitled: children
outreach: true
document: 示例文件
rules:
  - rule: quarterly
    clause_zh: 三至五周岁儿童每月50元，按季发放
    clause_en: 50 yuan a month up to the fifth birthday, paid by the quarter
    source: "example of the documentation"
    valid_from: 2026-01-01
    born_from: 2020-01-01
    period: calendar_quarter
    first_month: 2026-01-01
    months_of_age: 60
    monthly_amount: "50.00"
    after_death: month
"""


def test_a_new_programme_is_one_file(tmp_path):
    home = Home(tmp_path / "home")
    (home.site / "programmes").mkdir(parents=True)
    (home.site / "programmes" / "preschool_meals.yaml").write_text(MEALS, encoding="utf-8")
    office = Office(home, site=home.site)
    kid = child(1, dt.date(2021, 5, 15))  # turns five in May 2026: three months in Q1, two in Q2
    office.deliver("household_register", "2026-06-01", [kid])
    asked = application(1, kid, dt.date(2026, 1, 10), programme_name="学前营养补助")
    lines = [
        line(1, kid, "2026年第1季度", "150.00", programme_name="学前营养补助"),
        line(2, kid, "2026Q2", "150.00", programme_name="学前营养补助"),
    ]
    office.deliver("benefit_application", "2026-06-01", [asked])
    office.deliver("benefit_list", "2026-06-01", lines)
    office.deliver("benefit_payment", "2026-06-01", [payment(n, item) for n, item in enumerate(lines)])
    office.run("2026-06-30", "benefits")
    found = office.rows(
        """select period, due, outcome, direction, difference, clause_zh
           from benefit_decision inner join benefit_rule_period using (programme, rule, period)
           where programme = 'preschool_meals' order by period"""
    )
    clause = "三至五周岁儿童每月50元，按季发放"
    assert found == [
        ("2026Q1", Decimal("150.00"), "paid_right", None, Decimal("0.00"), clause),
        ("2026Q2", Decimal("100.00"), "paid_wrong", "over", Decimal("50.00"), clause),
    ]
    office.close()
