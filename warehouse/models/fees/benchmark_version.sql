-- Versions of the discretion benchmarks with the days on which each is in force: until it ends or a later version of its number
-- begins. A range that nobody ended neither widens its successor's nor comes back after it.
select
    record_key,
    record_id as benchmark_no,
    violation,
    legal_basis,
    circumstance,
    conditions,
    amount_low,
    amount_high,
    valid_from,
    least(valid_to, lead(valid_from) over (partition by record_id order by valid_from, record_key) - 1) as in_force_until
from stg_discretion_benchmark
where valid_to is null or valid_to >= valid_from
