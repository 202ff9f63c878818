-- The discretion benchmarks in force today, for publication.
select
    benchmark.record_id as benchmark_no,
    benchmark.violation,
    benchmark.legal_basis,
    benchmark.circumstance,
    benchmark.conditions,
    benchmark.amount_low,
    benchmark.amount_high,
    benchmark.valid_from
from stg_discretion_benchmark as benchmark
cross join this_day
where
    benchmark.valid_from <= this_day.as_of
    and (benchmark.valid_to is null or benchmark.valid_to >= this_day.as_of)
qualify row_number() over (partition by benchmark.record_id order by benchmark.valid_from desc) = 1
