-- Discretion benchmarks with their validity.
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
    coalesce(latest.valid_to, latest.vanished_on) as valid_to,
    latest.first_extract,
    latest.last_extract,
    latest.vanished_on
from latest_discretion_benchmark as latest
