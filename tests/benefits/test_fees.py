"""Every charge against the catalogue of its day: what is wrong, what is to be paid back, and when that is settled."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.fees.disclosure import read_sections
from warehouse.catalogue import catalogue
from warehouse.parameters import rulebook

CATALOGUE = [
    {
        "item_code": "F1",
        "item_name": "证照工本费",
        "document_no": "鲁价费〔2020〕1号",
        "charging_body": "镇便民服务中心",
        "payer_kind": "申请人",
        "standard": "10.00",
        "unit": "证",
        "procedure": "申请、缴费、领证",
        "fund_management": "缴入国库",
        "valid_from": "2020-01-01",
        "valid_to": "2025-12-31",
        "hotline": "12358",
    },
    {
        "item_code": "F1",
        "item_name": "证照工本费",
        "document_no": "鲁价费〔2026〕2号",
        "charging_body": "镇便民服务中心",
        "payer_kind": "申请人",
        "standard": "5.00",
        "unit": "证",
        "procedure": "申请、缴费、领证",
        "fund_management": "缴入国库",
        "valid_from": "2026-01-01",
        "valid_to": None,
        "hotline": "12358",
    },
    {
        "item_code": "F2",
        "item_name": "旧检验费",
        "document_no": "鲁价费〔2015〕3号",
        "charging_body": "镇卫生院",
        "payer_kind": "单位",
        "standard": "100.00",
        "unit": "次",
        "procedure": "申请",
        "fund_management": "缴入国库",
        "valid_from": "2015-01-01",
        "valid_to": "2025-12-31",
        "hotline": "12345",
    },
    # A catalogue that still lists what the law has abolished allows nothing.
    {
        "item_code": "F9",
        "item_name": "社会抚养费",
        "document_no": "旧文件",
        "charging_body": "镇政府",
        "payer_kind": "个人",
        "standard": "99999",
        "unit": "例",
        "procedure": "",
        "fund_management": "",
        "valid_from": "2002-09-01",
        "valid_to": None,
        "hotline": "12345",
    },
    {
        "item_code": "F8",
        "item_name": "社会抚养费（滞纳金）",
        "document_no": "旧文件",
        "charging_body": "镇政府",
        "payer_kind": "个人",
        "standard": "99999",
        "valid_from": "2002-09-01",
        "hotline": "12345",
    },
    # A line that the catalogue has renamed is still the line of what was abolished.
    {
        "item_code": "F5",
        "item_name": "超计划生育费",
        "document_no": "旧文件",
        "charging_body": "镇政府",
        "payer_kind": "个人",
        "standard": "99999",
        "valid_from": "1995-01-01",
        "hotline": "12345",
    },
    {
        "item_code": "F5",
        "item_name": "人口服务费",
        "document_no": "新文件",
        "charging_body": "镇政府",
        "payer_kind": "个人",
        "standard": "99999",
        "valid_from": "2022-01-01",
        "hotline": "12345",
    },
    # Nobody ended the older line; its successor has ended.
    {
        "item_code": "F6",
        "item_name": "检测费",
        "document_no": "鲁价费〔2015〕4号",
        "charging_body": "镇卫生院",
        "payer_kind": "单位",
        "standard": "100",
        "valid_from": "2015-01-01",
        "hotline": "12358",
    },
    {
        "item_code": "F6",
        "item_name": "检测费",
        "document_no": "鲁价费〔2024〕5号",
        "charging_body": "镇卫生院",
        "payer_kind": "单位",
        "standard": "50",
        "valid_from": "2024-01-01",
        "valid_to": "2025-12-31",
        "hotline": "12345",
    },
]
ABOLISHED = {"charging_body": "镇政府", "payer_kind": "个人", "amount": "20000", "charged_date": "2026-03-01"}
TESTED = {"item_code": "F6", "item_name": "检测费", "charging_body": "镇卫生院", "payer_kind": "单位"}


def charge(number, **changes):
    return {
        "charge_no": f"C{number}",
        "item_code": "F1",
        "item_name": "证照工本费",
        "charging_body": "镇便民服务中心",
        "payer_kind": "申请人",
        "quantity": "1",
        "amount": "5.00",
        "charged_date": "2026-03-01",
        "receipt_no": f"R{number}",
        "refund_amount": None,
        **changes,
    }


CASES = {
    "right": (charge(1), []),
    "right by name alone": (charge(1, item_code=None), []),
    "the standard of the day": (charge(1, charged_date="2025-03-01", amount="10.00"), []),
    "several units": (charge(1, quantity="3", amount="15.00"), []),
    "several units as people count them": (charge(1, quantity="3 份", amount="15.00"), []),
    "not in the catalogue": (charge(1, item_code="Z1", item_name="管理费", amount="80"), [("NO_ITEM", "80.00")]),
    "expired": (
        charge(1, item_code="F2", item_name="旧检验费", charging_body="镇卫生院", payer_kind="单位", amount="100"),
        [("EXPIRED", "100.00")],
    ),
    "before it was in force": (charge(1, charged_date="2019-12-31"), [("EXPIRED", "5.00")]),
    "over the standard": (charge(1, quantity="3", amount="16.01"), [("OVER_STANDARD", "1.01")]),
    "over the standard since it fell": (charge(1, amount="10.00"), [("OVER_STANDARD", "5.00")]),
    "wrong payer": (charge(1, payer_kind="村民"), [("WRONG_PAYER", "5.00")]),
    "wrong body": (charge(1, charging_body="村民委员会"), [("WRONG_BODY", "5.00")]),
    "no receipt": (charge(1, receipt_no=None), [("NO_RECEIPT", "0.00")]),
    "two faults": (charge(1, amount="6", receipt_no=None), [("NO_RECEIPT", "0.00"), ("OVER_STANDARD", "1.00")]),
    "social maintenance fee": (
        charge(
            1,
            item_code="F9",
            item_name="社会抚养费",
            amount="20000",
            charged_date="2021-08-20",
            charging_body="镇政府",
            payer_kind="个人",
        ),
        [("ABOLISHED", "20000.00")],
    ),
    "social maintenance fee, the day before": (
        charge(
            1,
            item_code="F9",
            item_name="社会抚养费",
            amount="20000",
            charged_date="2021-08-19",
            charging_body="镇政府",
            payer_kind="个人",
        ),
        [],
    ),
    "social maintenance fee by a short name": (
        charge(1, item_code="F9", item_name="抚养费", **ABOLISHED),
        [("ABOLISHED", "20000.00")],
    ),
    "social maintenance fee with a suffix": (
        charge(1, item_code="F9", item_name="社会抚养费征收", **ABOLISHED),
        [("ABOLISHED", "20000.00")],
    ),
    "social maintenance fee by its code alone": (
        charge(1, item_code="F9", item_name="其他收入", **ABOLISHED),
        [("ABOLISHED", "20000.00")],
    ),
    "social maintenance fee by a code that nobody knows": (
        charge(1, item_code="Z9", item_name="征收社会抚养费", **ABOLISHED),
        [("ABOLISHED", "20000.00")],
    ),
    "a surcharge on it": (
        charge(1, item_code="F8", item_name="社会抚养费（滞纳金）", **ABOLISHED),
        [("ABOLISHED", "20000.00")],
    ),
    "a surcharge on it the day before": (
        charge(1, item_code="F8", item_name="社会抚养费（滞纳金）", **ABOLISHED | {"charged_date": "2021-08-19"}),
        [],
    ),
    "a renamed line of the catalogue": (
        charge(1, item_code="F5", item_name="人口服务费", **ABOLISHED),
        [("ABOLISHED", "20000.00")],
    ),
    "a renamed line of the catalogue by its name": (
        charge(1, item_code=None, item_name="人口服务费", **ABOLISHED),
        [("ABOLISHED", "20000.00")],
    ),
    "an older line does not come back": (charge(1, **TESTED, amount="100"), [("EXPIRED", "100.00")]),
    "nor cheaply": (charge(1, **TESTED, amount="50"), [("EXPIRED", "50.00")]),
    "the later of two open lines": (
        charge(1, **TESTED, amount="100", charged_date="2025-12-31"),
        [("OVER_STANDARD", "50.00")],
    ),
    "the older line in its time": (charge(1, **TESTED, amount="100", charged_date="2023-12-31"), []),
    "household registration": (charge(1, item_code=None, item_name="出生登记", amount="5"), [("FREE", "5.00")]),
    "the paper of household registration": (
        charge(1, item_code=None, item_name="户口登记工本费", amount="5"),
        [("FREE", "5.00")],
    ),
}


@pytest.fixture
def found(office):
    def run(*rows, registry="fee_charge", day="2026-06-30"):
        office.deliver("fee_catalogue", "2026-06-01", CATALOGUE, mode="full")
        office.deliver(registry, "2026-06-01", list(rows))
        office.run(
            day,
            "fee_finding",
            "fee_finding_count",
            "disclosed_fee",
            "disclosed_benchmark",
            "complaint_count",
            "disclosed_complaint",
        )
        return office.rows(
            f"""select record_id, finding, to_refund, status from fee_finding
                where registry = '{registry}' order by record_id, finding"""
        )

    return run


def test_each_charge_against_the_catalogue_of_its_day(found):
    charges = [{**row, "charge_no": name} for name, (row, _) in CASES.items()]
    expected = sorted(
        (name, finding, Decimal(amount), "open")
        for name, (_, findings) in CASES.items()
        for finding, amount in findings
    )
    assert found(*charges) == expected


def test_a_refund_closes_every_finding_of_its_charge_and_part_of_one_does_not(found, office):
    over = {"amount": "12.00", "payer_kind": "村民", "refunded_date": "2026-04-01"}
    rows = found(charge(1, **over, refund_amount="12.00"), charge(2, **over, refund_amount="7.00"))
    assert rows == [
        ("C1", "OVER_STANDARD", Decimal("7.00"), "closed"),
        ("C1", "WRONG_PAYER", Decimal("12.00"), "closed"),
        ("C2", "OVER_STANDARD", Decimal("7.00"), "open"),
        ("C2", "WRONG_PAYER", Decimal("12.00"), "open"),
    ]
    # Money is counted once per charge: 24.00 to be paid back, 19.00 of it done.
    assert office.rows("select sum(to_refund), sum(refunded) from fee_finding_count") == [
        (Decimal("24.00"), Decimal("19.00"))
    ]


def test_a_receipt_is_owed_for_what_the_office_keeps(found):
    bare = {"receipt_no": None, "refunded_date": "2026-04-01"}
    rows = found(
        charge(1, **bare, amount="12.00", refund_amount="7.00"),  # five are kept, and nothing says so
        charge(2, **bare, amount="12.00", refund_amount="12.00"),
        charge(3, **bare, refund_amount="5.00"),
        charge(4, **bare),
    )
    assert rows == [
        ("C1", "NO_RECEIPT", Decimal("0.00"), "open"),
        ("C1", "OVER_STANDARD", Decimal("7.00"), "closed"),
        ("C2", "NO_RECEIPT", Decimal("0.00"), "closed"),
        ("C2", "OVER_STANDARD", Decimal("7.00"), "closed"),
        ("C3", "NO_RECEIPT", Decimal("0.00"), "closed"),
        ("C4", "NO_RECEIPT", Decimal("0.00"), "open"),
    ]


def test_nothing_is_wrong_where_nothing_was_charged(found, office):
    rows = found(
        charge(1, item_code=None, item_name="出生登记", amount="0"),
        charge(2, amount="0.00", receipt_no=None),
        charge(3, item_code="Z1", item_name="管理费", amount="-80"),  # a charge taken back
    )
    assert rows == []
    assert office.rows("select sum(open_findings), sum(closed_findings), sum(to_refund) from fee_finding_count") == [
        (1, 0, Decimal("0.00"))  # the obsolete hotline of the catalogue
    ]


def test_a_new_fee_item_is_one_line_of_the_catalogue(found, office):
    new = {
        **CATALOGUE[1],
        "item_code": "F7",
        "item_name": "新设服务费",
        "standard": "30.00",
        "valid_from": "2026-02-01",
    }
    office.deliver("fee_catalogue", "2026-06-01", [new], part="new")
    rows = found(
        charge(1, item_code="F7", item_name="新设服务费", amount="30"),
        charge(2, item_code="F7", item_name="新设服务费", amount="31"),
        charge(3, item_code="F7", item_name="新设服务费", amount="30", charged_date="2026-01-31"),
    )
    assert rows == [
        ("C2", "OVER_STANDARD", Decimal("1.00"), "open"),
        ("C3", "EXPIRED", Decimal("30.00"), "open"),
    ]


def test_penalties_against_their_benchmark(found, office):
    benchmark = {
        "benchmark_no": "B1",
        "violation": "未按规定公示",
        "legal_basis": "示例条例第三条",
        "circumstance": "一般",
        "conditions": "逾期十日以内",
        "amount_low": "200",
        "amount_high": "500",
        "valid_from": "2024-01-01",
    }
    office.deliver("discretion_benchmark", "2026-06-01", [benchmark])
    penalty = {"violation": "未按规定公示", "circumstance": "一般", "amount": "300", "decided_date": "2026-02-01"}
    rows = found(
        {**penalty, "penalty_no": "P1"},
        {**penalty, "penalty_no": "P2", "amount": "500.01"},
        {**penalty, "penalty_no": "P3", "amount": "199.99"},
        {**penalty, "penalty_no": "P4", "circumstance": "严重"},
        {**penalty, "penalty_no": "P5", "decided_date": "2023-12-31"},
        registry="discretion_penalty",
    )
    assert [(number, finding, refund) for number, finding, refund, _ in rows] == [
        ("P2", "ABOVE_RANGE", Decimal("0.01")),
        ("P3", "BELOW_RANGE", Decimal("0.00")),
        ("P4", "NO_BENCHMARK", Decimal("0.00")),
        ("P5", "NO_BENCHMARK", Decimal("0.00")),
    ]
    assert office.rows("select benchmark_no, amount_high from disclosed_benchmark") == [("B1", Decimal("500.00"))]


def test_a_superseded_benchmark_does_not_widen_the_range(found, office):
    benchmark = {
        "benchmark_no": "B1",
        "violation": "未按规定公示",
        "legal_basis": "示例条例第三条",
        "circumstance": "一般",
        "conditions": "逾期十日以内",
        "amount_low": "200",
        "amount_high": "500",
        "valid_from": "2020-01-01",
        "valid_to": None,
    }
    later = {**benchmark, "valid_from": "2025-01-01", "amount_low": "100", "amount_high": "300"}
    ended = {**benchmark, "benchmark_no": "B2", "violation": "露天焚烧"}
    rest = {**ended, "valid_from": "2025-01-01", "valid_to": "2025-12-31"}
    office.deliver("discretion_benchmark", "2026-06-01", [benchmark, later, ended, rest])
    penalty = {"violation": "未按规定公示", "circumstance": "一般", "amount": "450", "decided_date": "2026-02-01"}
    rows = found(
        {**penalty, "penalty_no": "P1"},
        {**penalty, "penalty_no": "P2", "decided_date": "2024-12-31"},
        {**penalty, "penalty_no": "P3", "amount": "150"},
        {**penalty, "penalty_no": "P4", "violation": "露天焚烧"},
        registry="discretion_penalty",
    )
    assert [(number, finding, refund) for number, finding, refund, _ in rows] == [
        ("P1", "ABOVE_RANGE", Decimal("150.00")),
        ("P4", "NO_BENCHMARK", Decimal("0.00")),
    ]
    assert office.rows("select benchmark_no, amount_high from disclosed_benchmark") == [("B1", Decimal("300.00"))]


def test_what_the_catalogue_of_the_day_no_longer_has_is_no_basis_and_is_not_disclosed(office):
    gone = {"item_code": "F3", "item_name": "换证费", "charging_body": "镇便民服务中心", "payer_kind": "申请人",
            "standard": "5.00", "valid_from": "2020-01-01", "hotline": "12345"}  # fmt: skip
    ended = {**gone, "item_code": "F4", "item_name": "查询费", "valid_to": "2030-12-31"}
    kept = {**gone, "item_code": "F7", "item_name": "复印费"}
    office.deliver("fee_catalogue", "2026-05-01", [gone, ended, kept], mode="full")
    office.deliver("fee_catalogue", "2026-06-10", [kept], mode="full")
    charges = [
        charge(f"{day}{row['item_code']}", **{name: row[name] for name in ("item_code", "item_name")},
               charged_date=f"2026-06-{day}")
        for day in ("09", "10")
        for row in (gone, ended, kept)
    ]  # fmt: skip
    office.deliver("fee_charge", "2026-06-10", charges)
    office.run("2026-06-10", "fee_finding", "disclosed_fee")
    assert office.rows("select record_id, finding from fee_finding order by 1") == [
        ("C10F3", "EXPIRED"),
        ("C10F4", "EXPIRED"),
    ]
    assert office.rows("select item_code from disclosed_fee") == [("F7",)]


def test_of_several_items_of_one_name_the_one_that_allowed_the_charge_counts(office):
    old = {"item_code": "A1", "item_name": "工本费", "document_no": "旧文件", "charging_body": "镇便民服务中心",
           "payer_kind": "申请人", "standard": "10.00", "valid_from": "2010-01-01",
           "valid_to": "2019-12-31"}  # fmt: skip
    new = {**old, "item_code": "B2", "standard": "5.00", "valid_from": "2020-01-01", "valid_to": None}
    firms = {**new, "item_code": "B1", "payer_kind": "单位", "standard": "50.00"}
    office.deliver("fee_catalogue", "2026-06-01", [old, new, firms])
    by_name = {"item_code": None, "item_name": "工本费"}
    office.deliver(
        "fee_charge",
        "2026-06-01",
        [
            charge(1, **by_name),
            charge(2, **by_name, amount="50", payer_kind="单位"),
            charge(3, **by_name, amount="6"),
            charge(4, **by_name, payer_kind="村民"),
            charge(5, **by_name, charged_date="2009-12-31"),
            charge(6, item_code="A1", item_name="工本费"),
        ],
    )
    office.run("2026-06-30", "fee_finding")
    assert office.rows("select record_id, finding, to_refund from fee_finding order by 1") == [
        ("C3", "OVER_STANDARD", Decimal("1.00")),
        ("C4", "WRONG_PAYER", Decimal("5.00")),
        ("C5", "EXPIRED", Decimal("5.00")),
        ("C6", "EXPIRED", Decimal("5.00")),
    ]


@pytest.mark.parametrize("turned", [False, True])
def test_the_disclosure_has_one_order_however_the_benchmarks_come(office, turned):
    benchmark = {"violation": "未按规定公示", "legal_basis": "示例条例第三条", "conditions": "逾期", "amount_low": "0",
                 "valid_from": "2024-01-01"}  # fmt: skip
    rows = [
        {**benchmark, "benchmark_no": "B1", "circumstance": "轻微", "amount_high": "0"},
        {**benchmark, "benchmark_no": "B2", "circumstance": "一般", "amount_high": "200"},
        {**benchmark, "benchmark_no": "B3", "circumstance": "从轻", "amount_high": "100"},
    ]
    office.deliver("discretion_benchmark", "2026-06-01", rows[::-1] if turned else rows)
    office.run("2026-06-30", "disclosed_fee", "disclosed_benchmark", "disclosed_complaint")
    (section,) = (found for found in read_sections(office.connection) if found.name == "裁量基准")
    assert [row[-1] for row in section.rows] == [Decimal(amount) for amount in ("0.00", "100.00", "200.00")]


def test_contract_penalties_need_a_law_behind_them(found):
    contract = {
        "village_code": "370481105200",
        "clause": "逾期违约金",
        "amount": "1000",
        "collected_date": "2026-02-01",
    }
    rows = found(
        {**contract, "contract_no": "K1", "legal_basis": None, "refund_amount": None},
        {**contract, "contract_no": "K2", "legal_basis": None, "refund_amount": "1000"},
        {**contract, "contract_no": "K3", "legal_basis": "民法典第五百八十五条", "refund_amount": None},
        registry="contract_penalty",
    )
    assert rows == [
        ("K1", "CONTRACT_WITHOUT_BASIS", Decimal("1000.00"), "open"),
        ("K2", "CONTRACT_WITHOUT_BASIS", Decimal("1000.00"), "closed"),
    ]


def test_what_is_disclosed(found, office):
    """Nothing abolished under whatever name, no line that is over or superseded, no hotline that nobody answers."""
    found(charge(1))
    assert office.rows("select item_code, standard, hotline from disclosed_fee") == [("F1", Decimal("5.00"), "12315")]
    assert office.rows("select record_id from fee_finding where finding = 'OBSOLETE_HOTLINE'") == [("F1|2026-01-01",)]


def test_complaints_in_time(found, office):
    complaint = {"complaint_kind": "投诉", "received_date": "2026-04-01", "due_date": None, "answered_date": None}
    found(
        {**complaint, "complaint_no": "1", "answered_date": "2026-05-31"},  # sixty days are the usual term
        {**complaint, "complaint_no": "2", "answered_date": "2026-06-01"},
        {**complaint, "complaint_no": "3"},
        {**complaint, "complaint_no": "4", "received_date": "2026-06-20"},
        {
            **complaint,
            "complaint_no": "5",
            "complaint_kind": "举报",
            "due_date": "2026-04-05",
            "answered_date": "2026-04-05",
        },
        registry="complaint",
    )
    assert office.rows(
        "select complaint_kind, received, in_time, late, overdue, in_hand from complaint_count order by 1"
    ) == [
        ("complaint", 4, 1, 1, 1, 1),
        ("tip", 1, 1, 0, 0, 0),
    ]


def test_complaints_are_disclosed_by_closed_quarters_and_never_in_small_counts(found, office):
    """On 30 June the terms of the first quarter are over, those of the second are not."""

    def received(kind, day, in_time, late):
        common = {"complaint_kind": kind, "received_date": day, "due_date": None}
        return [
            {**common, "complaint_no": f"{kind}{day}{number}", "answered_date": day if number < in_time else None}
            for number in range(in_time + late)
        ]

    found(
        *received("投诉", "2026-01-01", 6, 5),
        *received("投诉", "2026-04-01", 9, 9),
        *received("投诉", "2025-12-31", 9, 9),
        *received("举报", "2026-03-31", 7, 1),
        *received("意见", "2026-02-10", 5, 0),
        registry="complaint",
    )
    assert office.rows(
        "select complaint_kind, quarter, state, received, in_time from disclosed_complaint order by 1"
    ) == [
        ("complaint", "2026Q1", "shown", 11, 6),
        ("suggestion", "2026Q1", "shown", 5, 5),
        ("tip", "2026Q1", "withheld", None, None),
    ]


CATALOGUE_COLUMNS = (
    *(f"{name} varchar" for name in ("record_key", "item_code", "item_name", "document_no", "charging_body")),
    *(f"{name} varchar" for name in ("payer_kind", "standard", "unit", "procedure", "fund_management", "hotline")),
    *(f"{name} date" for name in ("valid_from", "valid_to")),
)
DATES = st.dates(dt.date(2020, 1, 1), dt.date(2020, 2, 10))
VERSIONS = st.lists(
    st.tuples(st.sampled_from(("F1", "F2")), DATES, st.none() | DATES), unique_by=lambda version: version[:2]
)


@given(VERSIONS, DATES)
def test_the_latest_version_that_began_decides(versions, day):
    """On any day, per item: the latest line that has begun, and nothing where that one has ended."""
    with duckdb.connect() as connection:
        connection.execute(f"create table stg_fee_catalogue ({', '.join(CATALOGUE_COLUMNS)})")
        for number, (item, begins, ends) in enumerate(versions):
            connection.execute(
                "insert into stg_fee_catalogue (record_key, item_code, valid_from, valid_to) values (?, ?, ?, ?)",
                [str(number), item, begins, ends],
            )
        found = connection.execute(
            f"""select item_code, valid_from from ({catalogue().models["fee_version"].sql}) as version
                where valid_from <= $day and coalesce(in_force_until, $day) >= $day""",
            {"day": day},
        ).fetchall()
    expected = set()
    for item in ("F1", "F2"):
        # A line that ends before it begins was withdrawn and was never in force.
        begun = [v for v in versions if v[0] == item and v[1] <= day and (v[2] is None or v[2] >= v[1])]
        if begun and (latest := max(begun, key=lambda version: version[1])) and (latest[2] or day) >= day:
            expected.add(latest[:2])
    assert sorted(found) == sorted(expected)


def test_a_rule_of_the_site_needs_no_other_names_and_a_broken_pattern_is_refused(tmp_path):
    rule = """\
abolished:
  - {names: [甲费], valid_from: 2021-08-20, clause_zh: 已取消, clause_en: abolished, document: 文件 %s}
free: []
"""
    (tmp_path / "fee_rules.yaml").write_text(rule % "", encoding="utf-8")
    assert [(row["item_name"], row["matching"]) for row in rulebook.fee_rules(tmp_path)] == [("甲费", "name")]
    broken = ", also: [{patterns: ['甲(费'], valid_from: 2021-08-20, source: 例}]"
    (tmp_path / "fee_rules.yaml").write_text(rule % broken, encoding="utf-8")
    with pytest.raises(ValueError, match="not a pattern"):
        rulebook.fee_rules(tmp_path)


def test_the_line_to_copy_has_every_heading_of_the_catalogue():
    """A delivery without a column that came before holds its day back."""
    page = Path(__file__).parents[2] / "docs/benefits-fees-services.md"
    headings, line = (
        text.split(",") for text in page.read_text(encoding="utf-8").split("```\n收费项目编码")[1].split("\n")[:2]
    )
    columns = catalogue().layouts["fee_catalogue"].columns.values()
    headings[0] = "收费项目编码"
    assert headings == [column.headings[0] for column in columns]
    assert len(line) == len(headings)
