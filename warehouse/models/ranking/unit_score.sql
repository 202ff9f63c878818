-- Score of every unit: the weighted mean of its indicators, times 100. Indicators without a value are left out and the other
-- weights grow in proportion. Below the minimum case load a unit is not ranked.
-- Rounding to nine places first takes away what depends on the order of adding: a day gives the same scores again.
-- The variance is that of the Beta posterior of each share (Jeffreys' prior), which stays positive at 0% and 100%.
with scored as (
    select
        indicator_value.unit_type,
        indicator_value.unit_code,
        round(
            round(
                100 * sum(indicator_value.value * indicator.weight)
                / nullif(sum(case when indicator_value.value is not null then indicator.weight end), 0),
                9
            ),
            2
        ) as score,
        round(
            power(100, 2) * sum(
                case when indicator_value.denominator > 0 then
                    power(indicator.weight, 2)
                    * (indicator_value.numerator + this_day.prior_cases)
                    * (indicator_value.denominator - indicator_value.numerator + this_day.prior_cases)
                    / power(indicator_value.denominator + 2 * this_day.prior_cases, 2)
                    / (indicator_value.denominator + 2 * this_day.prior_cases + 1)
                end
            ) / power(nullif(sum(case when indicator_value.value is not null then indicator.weight end), 0), 2),
            9
        ) as score_variance,
        cast(sum(case when indicator.counts_cases then indicator_value.denominator else 0 end) as bigint) as cases
    from indicator_value
    inner join indicator on indicator_value.indicator = indicator.indicator
    cross join this_day
    group by indicator_value.unit_type, indicator_value.unit_code
),

-- What blind re-checks found wrong after the deadline, case by case; a branch bears the mean of its villages.
deducted as (
    select 'village' as unit_type, village_code as unit_code, points from village_deduction
    union all
    select 'branch', village.branch_code, sum(coalesce(village_deduction.points, 0)) / count(*)
    from village
    left join village_deduction on village.village_code = village_deduction.village_code
    group by village.branch_code
)

select
    scored.unit_type,
    scored.unit_code,
    round(round(scored.score - least(scored.score, coalesce(deducted.points, 0)), 9), 2) as score,
    scored.score_variance,
    scored.cases,
    case
        when scored.score is not null and scored.cases >= this_day.minimum_case_load then 'ranked' else 'not_ranked'
    end as status
from scored
left join deducted on scored.unit_type = deducted.unit_type and scored.unit_code = deducted.unit_code
cross join this_day
