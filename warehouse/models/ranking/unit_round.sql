-- Scores and places in the rounds that close on the day, rounded twice as in unit_score. A unit below the minimum case load is
-- not ranked and never last.
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
)

select
    this_day.as_of,
    judged.round_no,
    judged.round_start,
    judged.round_end,
    judged.unit_type,
    judged.unit_code,
    judged.score,
    judged.cases,
    judged.status,
    case when judged.status = 'ranked' then cast(rank() over (
        partition by judged.round_no, judged.unit_type, judged.status order by judged.score desc
    ) as integer) end as rank,
    count(case when judged.status = 'ranked' then 1 end) over (partition by judged.round_no, judged.unit_type) as units,
    judged.status = 'ranked' and judged.score = min(case when judged.status = 'ranked' then judged.score end) over (
        partition by judged.round_no, judged.unit_type
    ) as is_last,
    judged.indicator,
    judged.line_tail,
    judged.is_below_line
from judged
cross join this_day
