"""Four outcomes, each with its clause, its record and its amount; an open record never stops a payment."""

import datetime as dt
from decimal import Decimal

import pytest

from expectations.suites import read_suites
from tests.benefits.office import OTHER_VILLAGE, VILLAGE, application, child, citizen_id, line, payment
from tests.integration.small_town import with_wrong_check

DAY = "2026-06-30"
BORN_2023 = dt.date(2023, 6, 15)  # 12 months in 2025, 6 in 2026
BORN_2025 = dt.date(2025, 3, 10)  # Y1 from 2025-03-10, Y2 from 2026-03-10
APPLIED = dt.date(2026, 1, 20)


def outcomes(office, day=DAY):
    office.run(day, "benefits")
    found = office.rows(
        """select period, outcome, coalesce(direction, reason), difference from benefit_decision
           where programme = 'childcare_subsidy' order by period"""
    )
    return {period: (outcome, why, difference) for period, outcome, why, difference in found}


def deliver(office, *, household=(), applications=(), lines=(), payments=(), day="2026-06-01"):
    for registry, rows in (
        ("household_register", household),
        ("benefit_application", applications),
        ("benefit_list", lines),
        ("benefit_payment", payments),
    ):
        if rows:
            office.deliver(registry, day, list(rows))


RIGHT, NOTHING = Decimal("0.00"), Decimal("0.00")


def test_paid_right_in_both_years(office):
    kid = child(1, BORN_2023)
    lines = [line(1, kid, "2025年", "3600.00"), line(2, kid, "2026", "1800.00")]
    deliver(office, household=[kid], applications=[application(1, kid, APPLIED)], lines=lines,
            payments=[payment(1, lines[0]), payment(2, lines[1])])  # fmt: skip
    assert outcomes(office) == {"2025": ("paid_right", None, RIGHT), "2026": ("paid_right", None, RIGHT)}


@pytest.mark.parametrize(
    ("amount", "direction", "difference"), [("3900.00", "over", "300.00"), ("3300.00", "under", "300.00")]
)
def test_paid_wrong_says_which_way_and_how_much(office, amount, direction, difference):
    kid = child(1, BORN_2025)
    item = line(1, kid, "第1年", amount)
    deliver(
        office, household=[kid], applications=[application(1, kid, APPLIED)], lines=[item], payments=[payment(1, item)]
    )
    assert outcomes(office)["Y1"] == ("paid_wrong", direction, Decimal(difference))


def test_what_is_listed_later_to_make_good_has_its_own_term(office):
    kid = child(1, BORN_2025, moved_out_date="2026-02-01", moved_out_to="外地")
    first = line(1, kid, "Y1", "3300.00")
    rest = line(2, kid, "Y1", "300.00", confirmed_date="2026-06-25")
    deliver(office, household=[kid], applications=[application(1, kid, APPLIED)], lines=[first, rest],
            payments=[payment(1, first)])  # fmt: skip
    assert outcomes(office) == {"Y1": ("undetermined", "to_be_paid", NOTHING)}
    assert outcomes(office, "2026-09-25") == {"Y1": ("undetermined", "to_be_paid", NOTHING)}
    assert outcomes(office, "2026-09-26") == {"Y1": ("paid_wrong", "under", Decimal("300.00"))}


def test_paid_for_a_child_that_was_never_entitled(office):
    kid = child(1, dt.date(2021, 12, 15))
    item = line(1, kid, "2025", "300.00")
    deliver(
        office, household=[kid], applications=[application(1, kid, APPLIED)], lines=[item], payments=[payment(1, item)]
    )
    assert outcomes(office) == {"2025": ("paid_wrong", "not_entitled", Decimal("300.00"))}


def test_missed_when_nobody_applied_and_counted_for_outreach_and_contact(office):
    kid = child(1, BORN_2025)
    deliver(office, household=[kid])
    assert outcomes(office) == {
        "Y1": ("missed", "not_applied", NOTHING),
        "Y2": ("missed", "not_applied", NOTHING),
    }
    assert office.rows("select village_code, not_applied, not_registered from benefit_outreach") == [
        (kid["registered_village_code"], 1, 0)
    ]
    assert office.rows("select beneficiary_name, head_name, first_period, amount from benefit_contact") == [
        (kid["name"], "王建国", "Y1", Decimal("7200.00"))
    ]


def test_an_application_within_its_term_is_open_and_one_beyond_it_is_missed(office):
    kid = child(1, BORN_2025)
    asked = application(1, kid, dt.date(2026, 6, 1), decision="待审核", decided_date=None)
    deliver(office, household=[kid], applications=[asked])
    assert outcomes(office)["Y1"] == ("undetermined", "deciding", NOTHING)
    assert office.rows("select distinct open_record from benefit_decision") == [("benefit_application A1",)]
    # Thirty working days after 1 June, without the Dragon Boat Festival on the 19th: 14 July is the last in time.
    assert outcomes(office, "2026-07-14")["Y1"] == ("undetermined", "deciding", NOTHING)
    assert outcomes(office, "2026-07-15")["Y1"] == ("missed", "decision_late", NOTHING)


def test_an_approval_without_a_day_is_listed_in_time_from_its_application(office):
    kid = child(1, BORN_2025)
    deliver(office, household=[kid], applications=[application(1, kid, dt.date(2026, 6, 1), decided_date=None)])
    assert outcomes(office)["Y1"] == ("undetermined", "to_be_listed", NOTHING)
    assert outcomes(office, "2026-09-01")["Y1"] == ("undetermined", "to_be_listed", NOTHING)
    assert outcomes(office, "2026-09-02")["Y1"] == ("missed", "not_listed", NOTHING)


def test_a_payment_that_failed_is_a_miss_until_it_is_repeated(office):
    kid = child(1, BORN_2025)
    item = line(1, kid, "Y1", "3600.00")
    failed = payment(1, item, payment_status="失败", failure_reason="账户已销户", paid_date="2026-03-20")
    deliver(office, household=[kid], applications=[application(1, kid, APPLIED)], lines=[item], payments=[failed])
    assert outcomes(office)["Y1"] == ("missed", "payment_failed", NOTHING)
    again = payment(2, item, batch_no="B2", paid_date="2026-06-20")
    office.deliver("benefit_payment", "2026-06-21", [again])
    assert outcomes(office)["Y1"] == ("paid_right", None, RIGHT)


def test_a_payment_that_the_bank_returned_under_another_number_is_a_miss_until_it_is_repeated(office):
    """The line of the success stays a success; only what comes after it says that the money came back."""
    kid = child(1, BORN_2025)
    item = line(1, kid, "Y1", "3600.00")
    other = item["account_no"].replace("6217", "6228")
    paid = payment(9, item, account_no=other)
    deliver(office, household=[kid], applications=[application(1, kid, APPLIED)], lines=[item], payments=[paid])
    assert outcomes(office)["Y1"][:2] == ("paid_wrong", "wrong_account")
    returned = payment(1, item, batch_no="B2", account_no=other, payment_status="退票", paid_date="2026-04-02")
    office.deliver("benefit_payment", "2026-04-03", [returned])
    assert outcomes(office)["Y1"] == ("missed", "payment_failed", NOTHING)
    assert office.rows("select paid, failed, overpaid, taken_back from benefit_item") == [
        tuple(map(Decimal, ("0.00", "3600.00", "0.00", "3600.00")))
    ]
    office.deliver("benefit_payment", "2026-06-21", [payment(2, item, batch_no="B3", paid_date="2026-06-20")])
    assert outcomes(office)["Y1"] == ("paid_right", None, RIGHT)
    (check,) = (entry for entry in read_suites()["benefit_balance"] if entry.name == "no_payment_is_lost")
    assert office.rows(check.unexpected.format(batch="benefit_balance")) == []


def test_a_return_before_the_payment_takes_nothing_back(office):
    kid = child(1, BORN_2025)
    item = line(1, kid, "Y1", "3600.00")
    tries = [payment(1, item, payment_status="退汇"), payment(2, item, batch_no="B2", paid_date="2026-06-20")]
    deliver(office, household=[kid], applications=[application(1, kid, APPLIED)], lines=[item], payments=tries)
    assert outcomes(office)["Y1"] == ("paid_right", None, RIGHT)


def test_a_change_of_applicant_is_one_claim(office):
    kid = child(1, BORN_2025)
    first = application(1, kid, APPLIED, decision="撤回")
    second = application(
        2, kid, dt.date(2026, 3, 1), replaces_application_no="A1", applicant_name="王强",
        applicant_id=citizen_id(dt.date(1994, 1, 1), 7), account_name="王强",
    )  # fmt: skip
    lines = [line(1, kid, "Y1", "3600"), line(2, kid, "Y2", "3600", payee_name="王强", account_name="王强")]
    deliver(office, household=[kid], applications=[first, second], lines=lines,
            payments=[payment(1, lines[0]), payment(2, lines[1])])  # fmt: skip
    assert outcomes(office) == {"Y1": ("paid_right", None, RIGHT), "Y2": ("paid_right", None, RIGHT)}
    # Both applicants paid for the same year: the child's year was paid twice.
    twice = line(3, kid, "Y1", "3600", payee_name="王强", account_name="王强")
    deliver(office, lines=[twice], payments=[payment(3, twice)], day="2026-06-02")
    assert outcomes(office)["Y1"] == ("paid_wrong", "over", Decimal("3600.00"))


def test_an_adopted_child_keeps_its_months_whoever_applies(office):
    """The months follow the child's age; a new family changes the household and the applicant, not the amount."""
    kid = child(1, BORN_2023, moved_out_date="2026-02-01", moved_out_to="收养迁移")
    adopted = child(1, BORN_2023, household_no="H99", moved_in_date="2026-02-01", moved_in_from="收养迁入",
                    registered_village_code=OTHER_VILLAGE)  # fmt: skip
    asked = application(1, kid, dt.date(2026, 2, 20), village_code=OTHER_VILLAGE)
    lines = [line(1, kid, "2025", "3600.00"), line(2, kid, "2026", "1800.00")]
    deliver(office, household=[kid, adopted], applications=[asked], lines=lines,
            payments=[payment(1, lines[0]), payment(2, lines[1])])  # fmt: skip
    assert {outcome for outcome, _, _ in outcomes(office).values()} == {"paid_right"}
    assert office.rows("select distinct village_code from benefit_decision") == [(OTHER_VILLAGE,)]


def test_a_child_that_moves_away_in_mid_year_is_paid_here_for_what_opened_here(office):
    kid = child(1, BORN_2025, moved_out_date="2026-02-01", moved_out_to="外地")
    item = line(1, kid, "Y1", "3600")
    deliver(
        office, household=[kid], applications=[application(1, kid, APPLIED)], lines=[item], payments=[payment(1, item)]
    )
    # The second year opens on 2026-03-10, after the move: the new place pays it, so it is not missing here.
    assert outcomes(office) == {"Y1": ("paid_right", None, RIGHT)}


def test_a_family_that_moved_within_the_town_is_one_contact_where_it_lives_now(office):
    before = child(1, BORN_2025, moved_out_date="2026-02-01", moved_out_to="本镇")
    now = child(1, BORN_2025, household_no="H2", registered_village_code=OTHER_VILLAGE, moved_in_date="2026-02-01")
    deliver(office, household=[before, now])
    assert outcomes(office) == {"Y1": ("missed", "not_applied", NOTHING), "Y2": ("missed", "not_applied", NOTHING)}
    assert office.rows("select village_code, first_period, amount from benefit_contact") == [
        (OTHER_VILLAGE, "Y1", Decimal("7200.00"))
    ]


def test_a_family_that_moved_between_two_periods_is_counted_once_where_it_lives_now(office):
    before = child(1, BORN_2023, moved_out_date="2026-02-01", moved_out_to="本镇")
    now = child(1, BORN_2023, household_no="H2", registered_village_code=OTHER_VILLAGE, moved_in_date="2026-02-01",
                moved_in_from="前村")  # fmt: skip
    deliver(office, household=[before, now])
    office.run(DAY, "benefits")
    # The year that closed before the move was missed in the one village, the year that runs in the other.
    assert office.rows("select period, village_code from benefit_decision order by 1") == [
        ("2025", VILLAGE),
        ("2026", OTHER_VILLAGE),
    ]
    counted = office.rows("select village_code, not_applied, not_registered from benefit_outreach")
    assert counted == [(OTHER_VILLAGE, 1, 0)]
    assert office.rows("select village_code, amount from benefit_contact") == [(OTHER_VILLAGE, Decimal("5400.00"))]


def test_a_child_that_moves_in_in_mid_year_is_a_question_until_the_old_place_answers(office):
    kid = child(1, BORN_2025, moved_in_date="2025-09-01", moved_in_from="外地")
    deliver(office, household=[kid])
    assert outcomes(office) == {"Y1": ("undetermined", "moved_in", NOTHING), "Y2": ("missed", "not_applied", NOTHING)}


def test_the_death_of_a_child(office):
    """By months the month of death still counts; a year of age that had begun is paid whole, the next never opens."""
    older = child(1, BORN_2023, cancelled_date="2026-03-05", cancelled_reason="死亡")
    younger = child(2, BORN_2025, cancelled_date="2026-01-05", cancelled_reason="死亡")
    lines = [line(1, older, "2025", "3600"), line(2, older, "2026", "900"), line(3, younger, "Y1", "3600")]
    applications = [application(1, older, dt.date(2025, 9, 1)), application(2, younger, dt.date(2025, 9, 1))]
    deliver(office, household=[older, younger], applications=applications, lines=lines,
            payments=[payment(number, item) for number, item in enumerate(lines)])  # fmt: skip
    assert outcomes(office) == {
        "2025": ("paid_right", None, RIGHT),
        "2026": ("paid_right", None, RIGHT),
        "Y1": ("paid_right", None, RIGHT),
    }


def test_a_child_that_died_on_the_day_on_which_a_year_opens_moved_in_from_nowhere(office):
    """It lived to see the year begin, which is paid whole; where it was registered says the day before."""
    died = {"cancelled_reason": "死亡"}
    kids = [
        child(1, BORN_2025, cancelled_date=BORN_2025, **died),
        child(2, BORN_2025, cancelled_date="2026-03-10", **died),
        child(3, BORN_2025, cancelled_date="2026-03-09", **died),
        child(4, BORN_2025, moved_in_date="2025-09-01", moved_in_from="外地", cancelled_date="2026-03-10", **died),
    ]
    deliver(office, household=kids)
    office.run(DAY, "benefits")
    found = office.rows("""select household_record, period, reason, due from benefit_decision order by all""")
    assert found == sorted([
        (kids[0]["id_number"], "Y1", "not_applied", Decimal("3600.00")),
        (kids[1]["id_number"], "Y1", "not_applied", Decimal("3600.00")),
        (kids[1]["id_number"], "Y2", "not_applied", Decimal("3600.00")),
        (kids[2]["id_number"], "Y1", "not_applied", Decimal("3600.00")),
        (kids[3]["id_number"], "Y1", "moved_in", Decimal("3600.00")),
        (kids[3]["id_number"], "Y2", "not_applied", Decimal("3600.00")),
    ])  # fmt: skip


def test_twins_are_two_claims(office):
    twins = [child(1, BORN_2025), child(2, BORN_2025, household_no="H1")]
    lines = [line(number, twin, "Y1", "3600") for number, twin in enumerate(twins)]
    deliver(office, household=twins, applications=[application(n, twin, APPLIED) for n, twin in enumerate(twins)],
            lines=lines, payments=[payment(1, lines[0])])  # fmt: skip
    office.run(DAY, "benefits")
    found = office.rows("select outcome, reason from benefit_decision where period = 'Y1' order by 1")
    assert found == [("missed", "payment_late"), ("paid_right", None)]


def test_a_payment_to_another_persons_account(office):
    kid = child(1, BORN_2025)
    item = line(1, kid, "Y1", "3600", account_name="赵铁柱")
    deliver(
        office, household=[kid], applications=[application(1, kid, APPLIED)], lines=[item], payments=[payment(1, item)]
    )
    assert outcomes(office)["Y1"] == ("paid_wrong", "wrong_account", Decimal("3600.00"))


def test_whose_account_a_child_is_paid_to_where_the_list_names_no_payee(office):
    """An infant has no account: the applicant's is the right one; where nobody is named nothing is known."""
    kids = [child(number, BORN_2025) for number in range(3)]
    unnamed = {"payee_name": None, "account_name": "李梅"}
    lines = [
        line(0, kids[0], "Y1", "3600", **unnamed, application_no="A0"),
        line(1, kids[1], "Y1", "3600", **unnamed),
        line(2, kids[2], "Y1", "3600", **unnamed | {"account_name": "赵铁柱"}, application_no="A2"),
    ]
    deliver(office, household=kids, lines=lines, payments=[payment(n, item) for n, item in enumerate(lines)],
            applications=[application(n, kid, APPLIED) for n, kid in enumerate(kids)])  # fmt: skip
    office.run(DAY, "benefits")
    found = office.rows("select outcome, direction from benefit_decision where period = 'Y1' order by items")
    assert found == [("paid_right", None), ("paid_right", None), ("paid_wrong", "wrong_account")]


def test_a_difference_between_registers_is_a_question_only_where_it_changes_the_amount(office):
    same = child(1, BORN_2023)
    other = child(2, BORN_2023)
    office.deliver(
        "birth_certificate",
        "2026-06-01",
        [
            certificate(1, same, dt.date(2023, 6, 20)),  # five days: the same months
            certificate(2, other, dt.date(2023, 5, 15)),  # a month: another amount
        ],
    )
    mother = {"household_no": "H1", "head_name": "王建国", "name": "李梅", "sex": "2", "birth_date": "1995-05-05",
              "id_number": MOTHER, "registered_village_code": same["registered_village_code"]}  # fmt: skip
    lines = [line(1, same, "2026", "1800"), line(2, other, "2026", "1800")]
    deliver(office, household=[same, other, mother, {**mother, "household_no": "H2"}], lines=lines,
            applications=[application(1, same, APPLIED), application(2, other, APPLIED)],
            payments=[payment(1, lines[0]), payment(2, lines[1])])  # fmt: skip
    office.run(DAY, "benefits")
    found = office.rows(
        """select items, outcome, reason, open_record, paid from benefit_decision
           where period = '2026' order by items"""
    )
    assert found[0] == ("L1", "paid_right", None, None, Decimal("1800.00"))
    assert found[1] == (
        "L2",
        "undetermined",
        "birth_date",
        f"household_register {other['id_number']}",
        Decimal("1800.00"),
    )
    # Nothing was stopped: the money of the questioned line is paid and balanced like any other.
    assert office.rows("select listed, paid, failed, outstanding from benefit_balance where period = '2026'") == [
        (Decimal("3600.00"), Decimal("3600.00"), Decimal("0.00"), Decimal("0.00"))
    ]


MOTHER = citizen_id(dt.date(1995, 5, 5), 22)


def certificate(number, entry, born):
    return {
        "certificate_no": f"X37048100{number}",
        "name": entry["name"],
        "sex": entry["sex"],
        "birth_date": born,
        "mother_name": "李梅",
        "mother_id": MOTHER,
        "mother_village_code": entry["registered_village_code"],
        "issued_date": born + dt.timedelta(days=3),
    }


def test_a_child_that_nobody_has_registered_yet_is_a_question_and_an_outreach_count(office):
    kid = child(1, BORN_2025)
    office.deliver("birth_certificate", "2026-06-01", [certificate(1, kid, BORN_2025)])
    assert outcomes(office)["Y1"] == ("undetermined", "not_registered", NOTHING)
    assert office.rows("select not_applied, not_registered from benefit_outreach") == [(0, 1)]
    assert office.rows("select count(*) from benefit_contact") == [(0,)]


def elder(number, **changes):
    born = dt.date(1955, 1, 1) + dt.timedelta(days=number)
    return child(number, born, moved_in_date=None, relation_to_head="户主", **changes)


def reward(number, person, **changes):
    return line(number, person, "2026", "960.00", programme_name="奖励扶助", payee_name=None,
                account_name=person["name"], confirmed_date="2026-04-20", **changes)  # fmt: skip


def test_confirmed_beneficiaries_are_alive_and_listed_once(office):
    people = [
        elder(1),
        elder(2, cancelled_date="2025-11-05", cancelled_reason="死亡"),
        elder(3, cancelled_date="2026-02-10", cancelled_reason="死亡"),
        elder(4),
        elder(5),
        elder(6),
    ]
    lines = [reward(n, person) for n, person in enumerate(people, start=1)]
    lines.append(reward(14, people[3]))  # listed twice
    lines.append(reward(15, people[4], area_code="370481106"))  # and in another town
    paid = [payment(n, item, payee_name=item["account_name"]) for n, item in enumerate(lines[:7])]
    deliver(office, household=people, lines=lines, payments=paid)
    office.run(DAY, "benefits")
    found = office.rows("select items, outcome, coalesce(direction, reason), difference from benefit_decision")
    assert sorted(found) == [
        ("L1", "paid_right", None, RIGHT),
        ("L14 +1", "paid_wrong", "over", Decimal("960.00")),
        ("L2", "paid_wrong", "not_entitled", Decimal("960.00")),
        ("L3", "paid_wrong", "over", Decimal("800.00")),  # two months of twelve
        ("L5", "undetermined", "listed_elsewhere", RIGHT),
        ("L6", "paid_right", None, RIGHT),
    ]


def test_a_payment_that_was_right_stays_right_however_old(office):
    person = elder(1)
    lines = [{**reward(year, person), "period": str(year)} for year in (2012, 2020, 2021, 2026)]
    deliver(office, household=[person], lines=lines,
            payments=[payment(n, item, payee_name=item["account_name"]) for n, item in enumerate(lines)])  # fmt: skip
    office.run(DAY, "benefits")
    found = office.rows("select period, outcome from benefit_decision order by period")
    assert found == [(str(year), "paid_right") for year in (2012, 2020, 2021, 2026)]


def test_a_confirmed_beneficiary_left_out_of_the_next_list_is_missed(office):
    people = [elder(1), elder(2), elder(3, cancelled_date="2025-05-05", cancelled_reason="死亡")]
    lines = [{**reward(n, person), "period": "2025"} for n, person in enumerate(people)] + [reward(9, people[0])]
    deliver(office, household=people, lines=lines,
            payments=[payment(n, item, payee_name=item["account_name"]) for n, item in enumerate(lines)])  # fmt: skip
    office.run(DAY, "benefits")
    found = office.rows("select period, outcome, reason from benefit_decision where period = '2026' order by 2, 3")
    assert found == [("2026", "missed", "left_out"), ("2026", "paid_right", None)]


def test_every_decision_names_its_clause_and_records(office):
    kid = child(1, BORN_2025)
    item = line(1, kid, "Y1", "3600")
    deliver(
        office, household=[kid], applications=[application(1, kid, APPLIED)], lines=[item], payments=[payment(1, item)]
    )
    office.run(DAY, "benefits")
    assert office.rows(
        """select rule, benefit_decision.months, due, household_record, application_no, items, document
           from benefit_decision inner join benefit_rule_period using (programme, rule, period)
           where period = 'Y1'"""
    ) == [("born_since", 12, Decimal("3600.00"), kid["id_number"], "A1", "L1", "育儿补贴制度实施方案 (2025)")]


def decided(office, day=DAY):
    office.run(day, "benefits")
    return sorted(
        office.rows("select items, period, outcome, coalesce(direction, reason), difference from benefit_decision")
    )


DEATHS = ("病故", "亡故", "去世", "因病死亡", "宣告死亡", "溺亡")
NO_DEATHS = (None, "出国定居", "误报死亡", "宣告失踪", "其他")


def test_a_death_is_known_by_every_declared_word_and_any_other_ending_is_a_question(office):
    people = [
        elder(number, cancelled_date="2025-05-05", cancelled_reason=reason)
        for number, reason in enumerate((*DEATHS, *NO_DEATHS))
    ]
    lines = [reward(number, person) for number, person in enumerate(people)]
    deliver(office, household=people, lines=lines,
            payments=[payment(n, item, payee_name=item["account_name"]) for n, item in enumerate(lines)])  # fmt: skip
    found = {items: rest for items, *rest in decided(office)}
    for number, reason in enumerate((*DEATHS, *NO_DEATHS)):
        expected = (
            ["2026", "paid_wrong", "not_entitled", Decimal("960.00")]
            if reason in DEATHS
            else ["2026", "undetermined", "deregistered", NOTHING]
        )
        assert found[f"L{number}"] == expected, reason
    # A question stops nothing and names the record in which the answer lies.
    assert office.rows("select listed, paid, outstanding from benefit_balance") == [
        (Decimal("960.00") * len(people), Decimal("960.00") * len(people), NOTHING)
    ]
    records = office.rows("select open_record from benefit_decision where reason = 'deregistered'")
    assert sorted(records) == sorted((f"household_register {p['id_number']}",) for p in people[len(DEATHS) :])


def test_an_unclear_ending_is_a_question_only_where_a_death_would_change_the_amount(office):
    """The month of death still counts: somebody gone in December is paid the whole year either way."""
    people = [
        elder(1, cancelled_date="2025-12-20"),
        elder(2, cancelled_date="2025-11-30"),
        elder(3, moved_out_date="2025-12-20", moved_out_to="外地"),
        elder(4, moved_out_date="2026-02-20", moved_out_to="外地"),
        elder(5, moved_out_date="2025-02-20", moved_out_to="外地", cancelled_date="2025-03-01"),
    ]
    lines = [
        {**reward(10 * year + number, person), "period": f"202{year}"}
        for year in (5, 6)
        for number, person in enumerate(people, start=1)
    ]
    deliver(office, household=people, lines=lines,
            payments=[payment(n, item, payee_name=item["account_name"]) for n, item in enumerate(lines)])  # fmt: skip
    assert [row[:4] for row in decided(office)] == [
        ("L51", "2025", "paid_right", None),
        ("L52", "2025", "undetermined", "deregistered"),
        ("L53", "2025", "paid_right", None),
        ("L54", "2025", "paid_right", None),
        ("L55", "2025", "paid_right", None),
        ("L61", "2026", "undetermined", "deregistered"),
        ("L62", "2026", "undetermined", "deregistered"),
        ("L63", "2026", "undetermined", "moved_out"),
        ("L64", "2026", "paid_right", None),
        ("L65", "2026", "undetermined", "moved_out"),
    ]


@pytest.mark.parametrize("reason", [None, "其他", "误报死亡"])
def test_a_child_deregistered_for_another_reason_or_none_is_a_question_and_its_money_stays(office, reason):
    older = child(1, BORN_2023, cancelled_date="2026-03-05", cancelled_reason=reason)
    younger = child(2, BORN_2025, cancelled_date="2026-01-05", cancelled_reason=reason)
    lines = [line(1, older, "2025", "3600"), line(2, older, "2026", "1800"), line(3, younger, "Y1", "3600")]
    lines.append(line(4, younger, "Y2", "3600"))
    applications = [application(1, older, dt.date(2025, 9, 1)), application(2, younger, dt.date(2025, 9, 1))]
    deliver(office, household=[older, younger], applications=applications, lines=lines,
            payments=[payment(number, item) for number, item in enumerate(lines)])  # fmt: skip
    # What had been paid whole before and would be whole after a death is no question.
    assert outcomes(office) == {
        "2025": ("paid_right", None, RIGHT),
        "2026": ("undetermined", "deregistered", NOTHING),
        "Y1": ("paid_right", None, RIGHT),
        "Y2": ("undetermined", "deregistered", NOTHING),
    }
    assert office.rows("select due from benefit_decision where period = 'Y2'") == [(Decimal("3600.00"),)]


def test_nobody_is_invited_for_a_child_of_whom_it_is_unclear_whether_it_lives(office):
    deliver(office, household=[child(1, BORN_2025, cancelled_date="2026-01-05", cancelled_reason="重复户口")])
    assert outcomes(office) == {
        "Y1": ("undetermined", "deregistered", NOTHING),
        "Y2": ("undetermined", "deregistered", NOTHING),
    }
    assert office.rows("select * from benefit_contact") == []


def test_a_child_that_died_by_another_word(office):
    kid = child(1, BORN_2025, cancelled_date="2026-01-05", cancelled_reason="亡故")
    older = child(2, BORN_2023, cancelled_date="2026-03-05", cancelled_reason="病故")
    lines = [line(1, kid, "Y1", "3600"), line(2, kid, "Y2", "3600"), line(3, older, "2026", "1800")]
    applications = [application(1, kid, dt.date(2025, 9, 1)), application(2, older, APPLIED)]
    deliver(office, household=[kid, older], lines=lines, applications=applications,
            payments=[payment(number, item) for number, item in enumerate(lines)])  # fmt: skip
    found = outcomes(office)
    assert found["Y1"] == ("paid_right", None, RIGHT)
    assert found["Y2"] == ("paid_wrong", "not_entitled", Decimal("3600.00"))
    assert found["2026"] == ("paid_wrong", "over", Decimal("900.00"))


def test_an_entry_that_vanished_without_a_reason_is_a_question(office):
    kid, other = child(1, BORN_2025), child(2, BORN_2025)
    item = line(1, kid, "Y2", "3600")
    office.deliver("household_register", "2026-02-01", [kid, other], mode="full")
    office.deliver("household_register", "2026-02-02", [other], mode="full")
    deliver(office, applications=[application(1, kid, dt.date(2025, 9, 1))], lines=[item], payments=[payment(1, item)])
    office.run(DAY, "benefits")
    assert office.rows("select outcome, reason from benefit_decision where period = 'Y2' and items is not null") == [
        ("undetermined", "deregistered")
    ]


OPENS = dt.date(2026, 3, 10)  # the second year of BORN_2025


def moved(number, left, entered, **changes):
    """Entries of a child that left one household of the town and entered another."""
    there = child(number, BORN_2025, moved_out_date=left, moved_out_to="本镇")
    here = child(number, BORN_2025, household_no=f"N{number}", registered_village_code=OTHER_VILLAGE,
                 moved_in_date=entered, moved_in_from="前村", **changes)  # fmt: skip
    return [there, here]


def test_days_between_moving_out_and_moving_in_cost_no_child_a_year(office):
    """Every gap of up to a month around the day on which a year opens, with and without an application."""
    moves = [
        (OPENS - dt.timedelta(days=before), OPENS - dt.timedelta(days=before) + dt.timedelta(days=gap), applied)
        for before in (-2, -1, 0, 1, 2, 10, 29, 30)
        for gap in (0, 1, 2, 4, 29, 30)
        for applied in (True, False)
    ]
    entries = {number: moved(number, left, entered) for number, (left, entered, _) in enumerate(moves, start=1)}
    applications = [
        application(number, entries[number][0], dt.date(2025, 9, 1))
        for number, (_, _, applied) in enumerate(moves, start=1)
        if applied
    ]
    deliver(office, household=[entry for pair in entries.values() for entry in pair], applications=applications)
    office.run(DAY, "benefits")
    found = office.rows(
        """select household_record, village_code, due, outcome, reason from benefit_decision where period = 'Y2'"""
    )
    assert len(found) == len(moves)
    rows = {record: rest for record, *rest in found}
    for number, (left, entered, applied) in enumerate(moves, start=1):
        # Whoever applied is decided on the day the year opens, everybody else today.
        village = VILLAGE if applied and left > OPENS else OTHER_VILLAGE
        reason = "not_listed" if applied else "not_applied"
        assert rows[entries[number][0]["id_number"]] == [village, Decimal("3600.00"), "missed", reason], (left, entered)


@pytest.mark.parametrize("applied", [dt.date(2025, 9, 1), None])
def test_a_child_back_after_a_long_absence_is_a_question_until_the_other_place_answers(office, applied):
    entries = moved(1, OPENS - dt.timedelta(days=20), OPENS + dt.timedelta(days=11))
    item = line(1, entries[0], "Y2", "3600")
    deliver(office, household=entries, lines=[item], payments=[payment(1, item)],
            applications=[application(1, entries[0], applied)] if applied else [])  # fmt: skip
    assert outcomes(office)["Y2"] == ("undetermined", "moved_in", NOTHING)
    assert office.rows("select due, village_code from benefit_decision where period = 'Y2'") == [
        (Decimal("3600.00"), OTHER_VILLAGE)
    ]


ELSEWHERE = "370481106"


def test_a_child_listed_in_two_places_is_a_question(office):
    kid = child(1, BORN_2025)
    lines = [line(1, kid, "Y1", "3600"), line(2, kid, "Y2", "3600"), line(3, kid, "Y1", "3600", area_code=ELSEWHERE)]
    deliver(office, household=[kid], applications=[application(1, kid, APPLIED)], lines=lines,
            payments=[payment(1, lines[0]), payment(2, lines[1])])  # fmt: skip
    assert outcomes(office) == {
        "Y1": ("undetermined", "listed_elsewhere", NOTHING),
        "Y2": ("paid_right", None, RIGHT),
    }
    assert office.rows("select open_record, paid from benefit_decision where period = 'Y1'") == [
        ("benefit_list L3", Decimal("3600.00"))
    ]


def test_a_family_is_not_invited_for_a_period_that_another_place_lists(office):
    kid, both, unregistered = child(1, BORN_2025), child(2, BORN_2025), child(3, BORN_2025)
    office.deliver("birth_certificate", "2026-06-01", [certificate(3, unregistered, BORN_2025)])
    lines = [
        line(1, kid, "Y1", "3600", area_code=ELSEWHERE),
        line(2, both, "Y1", "3600", area_code=ELSEWHERE),
        line(3, both, "Y2", "3600", area_code=ELSEWHERE),
    ]
    deliver(office, household=[kid, both], lines=lines)
    office.run(DAY, "benefits")
    assert office.rows("select beneficiary_name, first_period, amount from benefit_contact") == [
        (kid["name"], "Y2", Decimal("3600.00"))
    ]
    assert office.rows("select not_applied, not_registered from benefit_outreach") == [(1, 1)]
    assert office.rows("select period, count(*) from benefit_decision where reason = 'listed_elsewhere' group by all "
                       "order by 1") == [("Y1", 2), ("Y2", 1)]  # fmt: skip


def test_a_list_of_another_place_is_no_question_for_a_child_that_is_not_entitled_here(office):
    gone = child(1, BORN_2025, moved_out_date="2026-02-01", moved_out_to="外地")
    deliver(office, household=[gone], applications=[application(1, gone, APPLIED)],
            lines=[line(1, gone, "Y2", "3600", area_code=ELSEWHERE)])  # fmt: skip
    assert set(outcomes(office)) == {"Y1"}


def special(number, person, period, grade="甲"):
    return line(number, person, period, "1770.00", programme_name="特别扶助", grade=grade, payee_name=None,
                account_name=person["name"], confirmed_date="2026-04-20")  # fmt: skip


def test_a_quarter_is_the_same_however_a_list_writes_it(office):
    written = ("2026Q1", "2026年第一季度", "2026年一季度", "2026-Q1", "2026年第1季度")
    people = [elder(number) for number in range(len(written))]
    lines = [special(number, people[number], period) for number, period in enumerate(written)]
    deliver(office, household=people, lines=lines,
            payments=[payment(n, item, payee_name=item["account_name"]) for n, item in enumerate(lines)])  # fmt: skip
    office.run(DAY, "benefits")
    assert office.rows("select period, outcome, count(*) from benefit_decision group by all") == [
        ("2026Q1", "paid_right", len(written))
    ]


def test_a_line_that_no_rule_reads_is_a_question_about_the_line(office):
    """An unreadable period, one that has not begun, a grade left out or unknown: nobody is "not entitled" by that."""
    people = [elder(number) for number in range(6)]
    lines = [
        special(0, people[0], "2026年上半年"),
        special(1, people[1], "2026Q4"),
        special(2, people[2], "2026Q1", grade=None),
        special(3, people[3], "2026Q1", grade="丙"),
        special(4, people[4], "2026-06"),
        special(5, people[5], "2026Q1"),
    ]
    deliver(office, household=people, lines=lines,
            payments=[payment(n, item, payee_name=item["account_name"]) for n, item in enumerate(lines)])  # fmt: skip
    office.run(DAY, "benefits")
    found = office.rows("select outcome, reason, difference, open_record from benefit_decision order by items")
    assert found == [
        *(("undetermined", "no_rule", NOTHING, f"benefit_list L{number}") for number in range(5)),
        ("paid_right", None, RIGHT, None),
    ]


def test_a_child_listed_by_a_number_that_no_register_knows_is_a_question(office):
    kid, older = child(1, BORN_2025), child(2, dt.date(2021, 12, 15))
    mistyped = {**kid, "id_number": with_wrong_check(kid["id_number"])}
    unknown = {**kid, "id_number": citizen_id(dt.date(2025, 3, 11), 77)}
    lines = [line(1, mistyped, "Y1", "3600"), line(2, unknown, "Y1", "3600"), line(3, older, "Y1", "3600")]
    deliver(office, household=[kid, older], lines=lines, payments=[payment(n, x) for n, x in enumerate(lines)])
    office.run(DAY, "benefits")
    found = office.rows("select outcome, coalesce(direction, reason), open_record from benefit_decision "
                        "where items is not null order by items")  # fmt: skip
    assert found == [
        ("undetermined", "not_in_register", "benefit_list L1"),
        ("undetermined", "not_in_register", "benefit_list L2"),
        ("paid_wrong", "not_entitled", None),  # known, and too old
    ]
