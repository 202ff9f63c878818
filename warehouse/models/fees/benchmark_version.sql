-- 裁量基准的各个版本及其有效期：到其失效，或到同一编号的后一版本生效为止。没有人填写失效日期的版本，
-- 既不放宽后一版本的幅度，也不在后一版本失效以后重新生效。
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
