-- 当日结束的各轮的得分和名次，与 unit_score 同样分两次四舍五入。案件量不足的单位不排名，也从不是末位；
-- 没有单位高于它的，也不是末位。
-- 低于控制线：案件足够的各项指标中最小的二项分布下侧概率，乘以这些指标的项数（Bonferroni 校正），小于预警线单侧概率；
-- 所以考核的项目多，并不更容易低于控制线。
-- Scores and places in the rounds that close on the day, rounded twice as in unit_score. A unit below the minimum case load is
-- not ranked and never last, nor is one last that nobody is better than.
-- Below the line: the lowest binomial tail among the indicators with enough cases, multiplied by their number (Bonferroni),
-- is under the funnel's tail; so an office measured in many ways is not more easily below it.
with
scored as (
    select
        round_indicator.round_no,
        round_indicator.round_start,
        round_indicator.round_end,
        round_indicator.unit_type,
        round_indicator.unit_code,
        round(
            round(
                100 * sum(round_indicator.value * indicator.weight)
                / nullif(sum(case when round_indicator.value is not null then indicator.weight end), 0),
                9
            ),
            2
        ) as score,
        cast(sum(case when indicator.counts_cases then round_indicator.denominator else 0 end) as bigint) as cases
    from round_indicator
    inner join indicator on round_indicator.indicator = indicator.indicator
    where round_indicator.unit_type <> 'town'
    group by
        round_indicator.round_no, round_indicator.round_start, round_indicator.round_end,
        round_indicator.unit_type, round_indicator.unit_code
),

tested as (
    select
        round_indicator.round_no,
        round_indicator.unit_type,
        round_indicator.unit_code,
        round_indicator.indicator,
        least(1.0, round_indicator.tail * count(*) over (
            partition by round_indicator.round_no, round_indicator.unit_type, round_indicator.unit_code
        )) as line_tail,
        row_number() over (
            partition by round_indicator.round_no, round_indicator.unit_type, round_indicator.unit_code
            order by round_indicator.tail, round_indicator.indicator
        ) as place
    from round_indicator
    cross join this_day
    where round_indicator.denominator >= this_day.minimum_case_load
),

judged as (
    select
        scored.*,
        case
            when scored.score is not null and scored.cases >= this_day.minimum_case_load then 'ranked' else 'not_ranked'
        end as status,
        tested.indicator,
        tested.line_tail,
        coalesce(tested.line_tail < this_day.funnel_tail, false) as is_below_line
    from scored
    cross join this_day
    left join tested
        on scored.round_no = tested.round_no
        and scored.unit_type = tested.unit_type
        and scored.unit_code = tested.unit_code
        and tested.place = 1
),

placed as (
    select
        judged.*,
        count(case when status = 'ranked' then 1 end) over (partition by round_no, unit_type) as units,
        min(case when status = 'ranked' then score end) over (partition by round_no, unit_type) as lowest,
        max(case when status = 'ranked' then score end) over (partition by round_no, unit_type) as highest
    from judged
)

select
    this_day.as_of,
    placed.round_no,
    placed.round_start,
    placed.round_end,
    placed.unit_type,
    placed.unit_code,
    placed.score,
    placed.cases,
    placed.status,
    case when placed.status = 'ranked' then cast(rank() over (
        partition by placed.round_no, placed.unit_type, placed.status order by placed.score desc
    ) as integer) end as rank,
    placed.units,
    placed.status = 'ranked' and placed.score = placed.lowest and placed.lowest < placed.highest as is_last,
    placed.indicator,
    placed.line_tail,
    placed.is_below_line
from placed
cross join this_day
