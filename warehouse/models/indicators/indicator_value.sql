-- 各村、各党总支和全镇的每项指标。没有案件的单位没有指标值（从不记为零）。`measured` 是全部指标各村数值表的合并，
-- 各行带指标代码。
-- Every indicator for villages, branches and the town. A unit without cases has no value (never zero).
-- `measured` is the union of all indicators' village tables, each with its indicator code.
with
counted as (
    select indicator, village_code, sum(numerator) as numerator, sum(denominator) as denominator
    from measured
    group by indicator, village_code
),

village_value as (
    select
        indicator.indicator,
        village.village_code,
        village.branch_code,
        coalesce(counted.numerator, 0) as numerator,
        coalesce(counted.denominator, 0) as denominator,
        indicator.window_start,
        indicator.window_end
    from indicator
    cross join village
    left join counted
        on indicator.indicator = counted.indicator and village.village_code = counted.village_code
),

unit_value as (
    select 'village' as unit_type, village_code as unit_code, indicator, numerator, denominator, window_start, window_end
    from village_value
    union all
    select 'branch', branch_code, indicator, sum(numerator), sum(denominator), window_start, window_end
    from village_value
    group by branch_code, indicator, window_start, window_end
    union all
    select 'town', 'all', indicator, sum(numerator), sum(denominator), window_start, window_end
    from village_value
    group by indicator, window_start, window_end
)

select
    this_day.as_of,
    unit_value.unit_type,
    unit_value.unit_code,
    unit_value.indicator,
    cast(unit_value.numerator as bigint) as numerator,
    cast(unit_value.denominator as bigint) as denominator,
    case when unit_value.denominator > 0
        then cast(unit_value.numerator as double) / unit_value.denominator
    end as value,
    unit_value.window_start,
    unit_value.window_end
from unit_value
cross join this_day
