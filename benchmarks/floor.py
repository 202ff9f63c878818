"""The floor: DuckDB reads a home's landed files once, joins them by id number and writes the joined rows.

The joined rows are a tenth of what a day has to write. So it then writes, and times apart, the bytes of the day: the
tables that the day left in the private warehouse, as they stand.
Run as a program: python -m benchmarks.floor HOME OUT.duckdb; prints the seconds that DuckDB itself took for both.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import duckdb

from warehouse.files import quoted
from warehouse.home import Home

_CONFIG: dict[str, str | bool | int | float | list[str]] = {"preserve_insertion_order": False}
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
    """Prints the seconds of reading, joining and writing the joined rows, and those of writing the day's tables."""
    began = time.perf_counter()
    with duckdb.connect(out, config=_CONFIG) as connection:
        connection.execute(_JOIN.format(landed=Path(home) / "landed"))
    joined = time.perf_counter()
    with duckdb.connect(out, config=_CONFIG) as connection:
        connection.execute(f"attach {quoted(Home(Path(home)).private_database)} as the_day (read_only)")
        connection.execute(f"copy from database the_day to {Path(out).stem}")
    print(f"{joined - began:.3f} {time.perf_counter() - joined:.3f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
