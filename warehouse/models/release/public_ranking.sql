-- 当日的名次照实公布：名次、区间、升降。由名次推不出数量。得分取公开的一轮的，只有组成它的各指标值都已公布时才公布，
-- 所以不透露看板上没有的内容。
-- The day's order as it is: rank, interval, movement. Ranks give back no counts. The score shown is that of the public round,
-- and only where every indicator value behind it is public, so that it says nothing that is not on the board already.
with
ranked as (
    select 'village' as unit_type, unit_code, unit_name, branch_code, status, rank, rank_low, rank_high, movement
    from village_ranking
    union all
    select 'branch', unit_code, unit_name, cast(null as varchar), status, rank, rank_low, rank_high, movement
    from branch_ranking
),

known_round as (
    select round_no, unit_type, unit_code, status, score from unit_round_history
    union all
    select round_no, unit_type, unit_code, status, score from unit_round
),

covered as (
    select round_no, unit_type, unit_code
    from public_figure
    group by round_no, unit_type, unit_code
    having count(case when state = 'withheld' then 1 end) = 0
)

select
    this_day.as_of,
    ranked.unit_type,
    ranked.unit_code,
    ranked.unit_name,
    ranked.branch_code,
    ranked.status,
    ranked.rank,
    ranked.rank_low,
    ranked.rank_high,
    ranked.movement,
    count(*) over (partition by ranked.unit_type, ranked.rank) as tied,
    case when covered.unit_code is not null and known_round.status = 'ranked' then known_round.score end as round_score
from ranked
left join covered on ranked.unit_type = covered.unit_type and ranked.unit_code = covered.unit_code
left join known_round
    on covered.round_no = known_round.round_no
    and covered.unit_type = known_round.unit_type
    and covered.unit_code = known_round.unit_code
cross join this_day
