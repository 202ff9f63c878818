-- 今天有效的裁量基准，供公示。
-- The discretion benchmarks in force today, for publication.
select
    version.benchmark_no,
    version.violation,
    version.legal_basis,
    version.circumstance,
    version.conditions,
    version.amount_low,
    version.amount_high,
    version.valid_from
from benchmark_version as version
cross join this_day
where
    version.valid_from <= this_day.as_of
    and (version.in_force_until is null or version.in_force_until >= this_day.as_of)
