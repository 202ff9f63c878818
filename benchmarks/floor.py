"""The floor: DuckDB reads a home's landed files once, joins them by id number and writes the joined rows.

Run as a program: python -m benchmarks.floor HOME OUT.duckdb; prints the seconds that DuckDB itself took.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import duckdb

# Every registry's rows, joined by the numbers that connect them; one output row per person or unmatched record.
_JOIN = """
create table joined as
with
health as (select * from read_parquet('{landed}/health_registry/*.rows.parquet', union_by_name = true)),
household as (select * from read_parquet('{landed}/household_register/*.rows.parquet', union_by_name = true)),
marriage as (select * from read_parquet('{landed}/marriage_register/*.rows.parquet', union_by_name = true)),
certificate as (select * from read_parquet('{landed}/birth_certificate/*.rows.parquet', union_by_name = true)),
delivery as (select * from read_parquet('{landed}/hospital_delivery/*.rows.parquet', union_by_name = true)),
floating as (select * from read_parquet('{landed}/floating_population/*.rows.parquet', union_by_name = true))
select
    health as health, household as household, marriage as marriage, certificate as certificate, delivery as delivery,
    floating as floating
from health
full outer join household on health.id_number = household.id_number
full outer join floating on coalesce(health.id_number, household.id_number) = floating.id_number
left join marriage on health.id_number = marriage.wife_id
left join certificate on health.birth_certificate_no = certificate.certificate_no
left join delivery on certificate.mother_id = delivery.mother_id and certificate.birth_date = delivery.birth_date
"""


def main(home: str, out: str) -> None:
    """Prints seconds and rows."""
    began = time.perf_counter()
    with duckdb.connect(out, config={"preserve_insertion_order": False}) as connection:
        connection.execute(_JOIN.format(landed=Path(home) / "landed"))
        rows = connection.execute("select count(*) from joined").fetchall()[0][0]
    print(f"{time.perf_counter() - began:.3f} {rows}")


if __name__ == "__main__":
    main(*sys.argv[1:])
