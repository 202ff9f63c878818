"""python -m benchmarks.benefits [--persons N]: benefit decisions for everybody, beside a scan of the tables they read.

The population is made by SQL, as large as a county, with three programmes: children of five years, and the lists and
payments of 2025, the first year of the childcare subsidy, at whose end one year is decided. What it costs is told in
processor seconds of one thread, the work itself, and in seconds on all threads. Belongs here: the measurement.
Does not belong here: what is right (tests/benefits).
"""

from __future__ import annotations

import argparse
import datetime as dt
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from rich.console import Console

from warehouse.catalogue import Catalogue, catalogue
from warehouse.engines.duckdb_engine import WORK, DuckDBEngine, connect
from warehouse.reference import reference_rows

DAY = dt.date(2025, 12, 24)
_RUNS = 3  # the best of so many
TABLES = (
    "benefit_person", "benefit_child", "benefit_residence", "benefit_application_person", "benefit_claim",
    "benefit_item", "benefit_listed", "benefit_due", "benefit_decision",
)  # fmt: skip
# One person in 24 was born in the last five years; one in 30 is a confirmed beneficiary.
_CHILDREN, _CONFIRMED = 24, 30

_PERSON = """
    select
        n,
        'P' || substr(md5('id:' || id), 1, 16) as person_key,
        id,
        born,
        n % {children} = 0 as is_child,
        '370481105' || cast(200 + n % 40 as varchar) as village_code
    from (
        select
            n,
            born,
            '370481' || strftime(born, '%Y%m%d') || lpad(cast(serial as varchar), 4, '0') as id
        from (
            select
                range as n,
                case when range % {children} = 0 then date '2025-12-20' - cast(range % 1825 as integer)
                    else date '2006-01-01' - cast(range % 25000 as integer) end as born,
                case when range % {children} = 0 then range // 1825 else range // 25000 end as serial
            from range({persons})
        )
    )
"""
_FILL = {
    "stg_household_register": """select id as record_id, 'H' || n || '|' || id as record_key, 'H' || n as household_no,
        '王' || n // 4 as head_name, '子' as relation_to_head, '王' || n as name, '1' as sex, born as birth_date,
        id as id_number, true as id_is_valid, born as id_birth_date, '1' as id_sex,
        village_code as registered_village_code, '级索镇第' || n % 40 || '村' || n // 4 || '号' as address,
        born + 10 as moved_in_date, true as is_active, date '2025-01-01' + cast(n % 300 as integer) as updated_on,
        born as first_extract, born as last_extract from everybody""",
    "person_primary": """select person_key, 'R' || n as health_key, 'H' || n || '|' || id as household_key,
        true as household_is_active,
        case when is_child then 'X' || n end as certificate_no from everybody""",
    # Everybody stands in both registers, as person_primary says.
    "subject_person": """select 'household_register' as registry, 'H' || n || '|' || id as record_key, id as record_id,
        person_key, 'id' as match_method from everybody
        union all
        select 'health_registry', 'R' || n, 'R' || n, person_key, 'id' from everybody""",
    "person": """select person_key, id as id_number, '王' || n as name, '1' as sex, born as birth_date, village_code
        from everybody""",
    "stg_birth_certificate": """select 'X' || n as record_id, 'X' || n as record_key, '王' || n as name, '1' as sex,
        born as birth_date, true as mother_id_is_valid, true as father_id_is_valid,
        village_code as mother_village_code, born as issued_date, true as is_active, born as first_extract,
        born as last_extract from everybody where is_child""",
    "stg_benefit_application": """select 'A' || n as record_id, 'A' || n as record_key,
        'childcare_subsidy' as programme, '王' || n as beneficiary_name, id as beneficiary_id,
        true as beneficiary_id_is_valid, true as applicant_id_is_valid, date '2025-09-01' as applied_date,
        'approved' as decision, date '2025-09-20' as decided_date, date '2025-09-01' as first_extract,
        date '2025-09-20' as last_extract from everybody where is_child""",
    "stg_benefit_list": """select 'L' || n || '-' || period as record_id, 'L' || n || '-' || period as record_key,
        'confirmed' as list_stage, programme, period, '王' || n as beneficiary_name, id as beneficiary_id,
        true as beneficiary_id_is_valid, true as payee_id_is_valid, grade, '621700' || n as account_no,
        '王' || n as account_name, cast(amount as decimal(14, 2)) as amount, village_code,
        date '2025-06-10' as confirmed_date, date '2025-06-10' as first_extract, date '2025-06-10' as last_extract
        from everybody inner join (values
            (true, 0, 'childcare_subsidy', '2025', null, 3600), (false, 1, 'reward_assistance', '2025', null, 960),
            (false, 2, 'special_assistance', '2025Q1', '甲', 1770),
            (false, 2, 'special_assistance', '2025Q2', '甲', 1770)
        ) as given (for_child, place, programme, period, grade, amount)
        on for_child = is_child and (for_child or n % {confirmed} = place)""",
    "stg_benefit_payment": """select 'P' || record_id as record_id, 'B1|P' || record_id as record_key, 'B1' as batch_no,
        programme, period, record_id as item_no, account_no, amount, date '2025-06-20' as paid_date,
        true as payee_id_is_valid, 'success' as payment_status, first_extract, last_extract from stg_benefit_list""",
}


def _fill(engine: DuckDBEngine, table: str, sql: str) -> None:
    contract = engine.catalogue.contract(table)
    engine.connection.execute(contract.ddl(WORK))
    engine.connection.execute(f"insert into {WORK}.{table} by name {sql}")


def populate(engine: DuckDBEngine, persons: int) -> None:
    """Everything that the benefits layer reads, for a population."""
    engine.begin_day(DAY)
    for table, rows in reference_rows(DAY, None).items():
        engine.put_rows(table, rows)
    engine.connection.execute(f"create table everybody as {_PERSON.format(persons=persons, children=_CHILDREN)}")
    for table, sql in _FILL.items():
        _fill(engine, table, sql.format(confirmed=_CONFIRMED))


def scan(engine: DuckDBEngine, tables: Iterable[str]) -> None:
    """Reads every column of every row of the tables once."""
    for table in tables:
        engine.connection.execute(f"select sum(hash(t)) from {WORK}.{table} as t").fetchall()


def decide(engine: DuckDBEngine) -> None:
    """Decides every benefit."""
    for table in TABLES:
        engine.build(table)


def best(clock: Callable[[], float], work: Callable[[], None]) -> float:
    """The least that the work took of some runs, by a clock."""
    took = []
    for _ in range(_RUNS):
        began = clock()
        work()
        took.append(clock() - began)
    return min(took)


def read_by(found: Catalogue) -> list[str]:
    """The tables that decisions are made of and that are not made by them."""
    return sorted({name for table in TABLES for name in found.inputs(table)} - set(TABLES))


def main() -> None:
    """Prints both times and their ratio, by one thread's processor seconds and by the wall on all threads."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=1_700_000)
    persons = parser.parse_args().persons
    found = catalogue()
    console = Console()
    with tempfile.TemporaryDirectory() as folder, connect(Path(folder) / "benefits.duckdb") as connection:
        engine = DuckDBEngine(connection, found)
        populate(engine, persons)
        read = read_by(found)
        for words, clock, setting in (
            ("一个线程的处理器秒 cpu s of one thread", time.process_time, "set threads = 1"),
            ("全部线程的秒 s on all threads", time.perf_counter, "reset threads"),
        ):
            connection.execute(setting)
            scanned, decided = best(clock, lambda: scan(engine, read)), best(clock, lambda: decide(engine))
            console.print(
                f"{words}: 核定 decisions {decided:.2f}; 一次读取 one scan {scanned:.2f}; "
                f"比值 ratio {decided / scanned:.1f}",
                highlight=False,
            )
        console.print(f"{persons:,} 人 persons, {engine.count('benefit_decision'):,} 项 decisions", highlight=False)


if __name__ == "__main__":
    main()
