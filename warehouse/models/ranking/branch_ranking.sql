-- 当日的党总支排名。得分相同名次相同；升降是比上一次排名前进的位数。rank_low 和 rank_high 是证据所容
-- 许的名次（unit_rank_interval）。
-- The day's ranking of general branches. Equal scores share a rank; movement counts places gained since the ranking before.
-- rank_low and rank_high are the places that the evidence allows (unit_rank_interval).
with
before as (
    select unit_code, rank
    from branch_ranking_history
    qualify row_number() over (partition by unit_code order by as_of desc) = 1
),

today as (
    select
        branch.branch_code as unit_code,
        branch.branch_name as unit_name,
        unit_score.score,
        unit_score.cases,
        unit_score.status,
        case when unit_score.status = 'ranked' then
            rank() over (partition by unit_score.status order by unit_score.score desc)
        end as rank
    from branch
    inner join unit_score on branch.branch_code = unit_score.unit_code and unit_score.unit_type = 'branch'
)

select
    this_day.as_of,
    today.unit_code,
    today.unit_name,
    today.score,
    cast(today.rank as integer) as rank,
    unit_rank_interval.rank_low,
    unit_rank_interval.rank_high,
    today.status,
    cast(before.rank - today.rank as integer) as movement,
    today.cases
from today
left join unit_rank_interval
    on today.unit_code = unit_rank_interval.unit_code and unit_rank_interval.unit_type = 'branch'
left join before on today.unit_code = before.unit_code
cross join this_day
