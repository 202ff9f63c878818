-- 行政裁量基准及其有效期。全量提取中不再有的，自那次提取当天起不再作数。
-- Discretion benchmarks with their validity. One that is gone counts no longer, from the day of the extract without it.
select
    latest.benchmark_no as record_id,
    latest.record_key,
    latest.violation,
    latest.legal_basis,
    latest.circumstance,
    latest.conditions,
    latest.amount_low,
    latest.amount_high,
    latest.valid_from,
    least(latest.valid_to, latest.vanished_on - 1) as valid_to,
    latest.first_extract,
    latest.last_extract,
    latest.vanished_on
from latest_discretion_benchmark as latest
