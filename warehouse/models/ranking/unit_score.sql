-- 每个单位的得分：各项指标的加权平均乘以 100，减去扣分（党总支减各村扣分的平均），最低减到 0。没有值的指标不参加，
-- 其余权重按比例放大。案件量不足的单位不排名。
-- 先四舍五入到九位小数，消除相加次序的影响：同一天重算，得分不变。
-- 方差是各比例的贝塔后验分布（Jeffreys 先验）的方差，比例为 0% 或 100% 时仍大于零。
-- 扣分也是一个随机的和。n 件复核中有误的比例为 q，一件差错扣 c 分：扣分的方差为 n²·Var(q)·E[c²]；
-- 差错同时降低复核准确率（权重 w），所以与得分的其余部分还有协方差 100·w·n·Var(q)·E[c]。Var(q) 取同一后验分布：
-- 抽查几件没有查出错，不等于永远不错。E[c] 是已扣分数的平均，并以先验的分量计入各规则分值的平均。
-- E[c²] 取平均数介于最低与最高分值之间时所能达到的最大值（Bhatia 和 Davis，2000，doi:10.1080/00029890.2000.12005203），
-- 只有两种分值时达到。
-- Score of every unit: the weighted mean of its indicators, times 100, less the points deducted (of a branch, the mean of its
-- villages'), and never below 0. Indicators without a value are left out and the other weights grow in proportion. Below the
-- minimum case load a unit is not ranked.
-- Rounding to nine places first takes away what depends on the order of adding: a day gives the same scores again.
-- The variance is that of the Beta posterior of each share (Jeffreys' prior), which stays positive at 0% and 100%.
-- What is deducted is a random sum too. Of n re-checks a share q is wrong, at c points an error: the points have the variance
-- n²·Var(q)·E[c²] and, as an error lowers the verified accuracy (weight w) as well, the covariance 100·w·n·Var(q)·E[c] with the
-- rest of the score. Var(q) is that of the same posterior: no error in a few re-checks is not none for ever. E[c] is the mean of
-- what was deducted and, as heavy as the prior, of the rules. E[c²] is the most that a mean between the fewest and the most
-- points allows (Bhatia and Davis 2000, doi:10.1080/00029890.2000.12005203), which two kinds of points reach.
with
point as (
    select min(points) as fewest, max(points) as most, coalesce(avg(points), 0) as mean
    from case_deadline
    where points > 0
),

scored as (
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
        cast(sum(case when indicator.counts_cases then indicator_value.denominator else 0 end) as bigint) as cases,
        sum(case when indicator.indicator = 'verified_accuracy' and indicator_value.value is not null then indicator.weight else 0 end)
        / nullif(sum(case when indicator_value.value is not null then indicator.weight end), 0) as accuracy_weight,
        sum(case when indicator.indicator = 'verified_accuracy' then indicator_value.numerator else 0 end) as right_cases,
        sum(case when indicator.indicator = 'verified_accuracy' then indicator_value.denominator else 0 end) as rechecks
    from indicator_value
    inner join indicator on indicator_value.indicator = indicator.indicator
    cross join this_day
    group by indicator_value.unit_type, indicator_value.unit_code
),

-- What blind re-checks found wrong after the deadline, case by case; a branch bears the mean of its villages.
deducted as (
    select
        'village' as unit_type,
        village.village_code as unit_code,
        1 as villages,
        coalesce(village_deduction.cases, 0) as cases,
        coalesce(village_deduction.points, 0) as points
    from village
    left join village_deduction on village.village_code = village_deduction.village_code
    union all
    select
        'branch',
        village.branch_code,
        count(*),
        sum(coalesce(village_deduction.cases, 0)),
        sum(coalesce(village_deduction.points, 0))
    from village
    left join village_deduction on village.village_code = village_deduction.village_code
    group by village.branch_code
),

-- What an error costs the unit, and out of how many re-checks. More may be deducted than the accuracy counts as wrong, where
-- the two windows differ.
charged as (
    select
        scored.*,
        deducted.villages,
        deducted.points / deducted.villages as deducted_points,
        greatest(scored.rechecks, scored.right_cases + deducted.cases) as drawn,
        (deducted.points + this_day.prior_cases * point.mean) / (deducted.cases + this_day.prior_cases) as error_points
    from scored
    cross join this_day
    cross join point
    left join deducted on scored.unit_type = deducted.unit_type and scored.unit_code = deducted.unit_code
),

spread as (
    select
        charged.*,
        (charged.right_cases + this_day.prior_cases)
        * (charged.drawn - charged.right_cases + this_day.prior_cases)
        / power(charged.drawn + 2 * this_day.prior_cases, 2)
        / (charged.drawn + 2 * this_day.prior_cases + 1) as share_variance,
        charged.error_points * (least(charged.error_points, point.fewest) + greatest(charged.error_points, point.most))
        - least(charged.error_points, point.fewest) * greatest(charged.error_points, point.most) as squared_points
    from charged
    cross join this_day
    cross join point
)

select
    spread.unit_type,
    spread.unit_code,
    round(round(spread.score - least(spread.score, coalesce(spread.deducted_points, 0)), 9), 2) as score,
    round(
        spread.score_variance
        + coalesce(spread.share_variance * (
            power(spread.drawn, 2) * spread.squared_points / power(spread.villages, 2)
            + 2 * 100 * spread.accuracy_weight * spread.drawn * spread.error_points / spread.villages
        ), 0),
        9
    ) as score_variance,
    spread.cases,
    case
        when spread.score is not null and spread.cases >= this_day.minimum_case_load then 'ranked' else 'not_ranked'
    end as status
from spread
cross join this_day
