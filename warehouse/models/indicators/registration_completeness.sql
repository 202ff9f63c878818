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
