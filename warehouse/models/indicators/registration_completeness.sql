-- 出生登记有多完整，谁都不知道的出生也估计在内：查普曼（Chapman，1951）的双系统估计。对照来源的出生中登记库也有的比例，
-- 是登记库完整程度的一个样本；这个比例的精确区间（Clopper-Pearson）就是这里的区间，上限不超过按两个来源已知的出生所能达
-- 到的，所以不会超过 100%。
-- How complete the registration of births is, births known to nobody included: dual-system estimation after Chapman (1951).
-- The share of the other source's births that the registry also has is a sample of its completeness; the exact
-- (Clopper-Pearson) interval of that share is the interval here, and no more can be complete than the births known to either
-- source allow. So it never passes 100%.
with
estimated as (
    select
        birth_source_count.*,
        cast(in_registry + 1 as double) * (in_other + 1) / (in_both + 1) - 1 as estimated_births,
        in_registry + in_other - in_both as known_births
    from birth_source_count
)

select
    as_of,
    unit_type,
    unit_code,
    registry,
    other_registry,
    window_start,
    window_end,
    in_registry,
    in_other,
    in_both,
    round(estimated_births, 2) as estimated_births,
    case when in_other > 0 then round(in_registry / estimated_births, 6) end as completeness,
    case when in_other > 0 then round(proportion_low(in_both, in_other, tail), 6) end as completeness_low,
    case
        when in_other > 0
            then round(least(proportion_high(in_both, in_other, tail), cast(in_registry as double) / known_births), 6)
    end as completeness_high
from estimated
