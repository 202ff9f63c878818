-- 可以公开的指标值：最近结束的一轮的，过了滞后天数才公布。各轮不重叠，结轮时固定，所以任何两天公布的数字都不能相减。
-- 数量或其余数量少于最小单元的，公布有风险；其余为零（全部按期）的不暴露任何人，不算有风险。村在所属党总支之内不公布：
-- 先是有风险的，再从最小的起，到不公布的至少有两个村，合起来的数量和其余数量都不少于最小单元，
-- 并且总数除去每村一件以后仍不少于最小单元：没有案件的村是已知的，所以不公布的村各至少有一件。这样，
-- 由党总支合计能推出来的，不小于最小单元。
-- 做不到的，该党总支连同各村都不公布；党总支在全镇之内同样处理。村归结轮时所属的党总支，不管以后怎样合并或改码。
-- 没有这样衡量过的，一律不公布。
-- The indicator values that may be made public: those of the latest closed round, once the lag is over. Rounds do not overlap
-- and are fixed when they close, so no two days' releases can be subtracted from each other.
-- A cell is risky where its count or its complement lies below the minimum; a complement of zero (everything in time) reveals
-- nobody. Villages are withheld in their branch, risky ones first, then the smallest, until at least two are, and together
-- they hold the minimum on both sides, and that much more than one case each: a village without cases is known, so that one
-- withheld has at least one. What can be worked out from the branch's total is then no narrower than the minimum.
-- A branch where that cannot be reached is withheld with all its villages, and branches in the town in the same way.
-- Villages belong to the branches that they belonged to when the round closed, whatever was merged or recoded since. What has
-- not been weighed in this way is not shown.
with
known_round as (
    select as_of, round_no, round_start, round_end, unit_type, unit_code, indicator, numerator, denominator
    from round_indicator_history
    union all
    select as_of, round_no, round_start, round_end, unit_type, unit_code, indicator, numerator, denominator
    from round_indicator
),

member as (
    select as_of, unit_code as village_code, branch_code from village_ranking_history
    union all
    select as_of, unit_code, branch_code from village_ranking
),

public_round as (
    select max(known_round.round_no) as round_no
    from known_round
    cross join this_day
    where known_round.round_end + this_day.public_lag_days <= this_day.as_of
),

cell as (
    select
        known_round.*,
        known_round.denominator - known_round.numerator as complement,
        known_round.denominator > 0 and not (
            known_round.numerator >= this_day.disclosure_minimum
            and (known_round.denominator = known_round.numerator
                or known_round.denominator - known_round.numerator >= this_day.disclosure_minimum)
        ) as is_risky
    from known_round
    inner join public_round on known_round.round_no = public_round.round_no
    cross join this_day
),

village_place as (
    select
        cell.unit_code,
        cell.indicator,
        member.branch_code,
        row_number() over running as place,
        sum(cell.numerator) over running as held_numerator,
        sum(cell.complement) over running as held_complement,
        sum(case when cell.is_risky then 1 else 0 end) over (partition by member.branch_code, cell.indicator) as risky
    from cell
    inner join member
        on cell.unit_type = 'village' and cell.unit_code = member.village_code and cell.as_of = member.as_of
    where cell.denominator > 0
    window running as (
        partition by member.branch_code, cell.indicator
        order by case when cell.is_risky then 0 else 1 end, cell.denominator, cell.unit_code
        rows between unbounded preceding and current row
    )
),

-- How many villages of a branch are withheld; blank where even all of them do not hold enough.
village_cut as (
    select
        village_place.branch_code,
        village_place.indicator,
        count(*) as villages,
        case when max(village_place.risky) = 0 then 0 else min(case
            when village_place.place >= greatest(village_place.risky, 2)
                and village_place.held_numerator >= this_day.disclosure_minimum
                and village_place.held_complement >= this_day.disclosure_minimum
                and village_place.held_numerator + village_place.held_complement - village_place.place >= this_day.disclosure_minimum
                then village_place.place
        end) end as cut
    from village_place
    cross join this_day
    group by village_place.branch_code, village_place.indicator
),

branch_place as (
    select
        cell.unit_code,
        cell.indicator,
        row_number() over running as place,
        sum(cell.numerator) over running as held_numerator,
        sum(cell.complement) over running as held_complement,
        sum(village_cut.villages) over running as held_villages,
        sum(case when village_cut.cut is null or cell.is_risky then 1 else 0 end) over (partition by cell.indicator) as risky
    from cell
    inner join village_cut
        on cell.unit_type = 'branch' and cell.unit_code = village_cut.branch_code and cell.indicator = village_cut.indicator
    window running as (
        partition by cell.indicator
        order by case when village_cut.cut is null or cell.is_risky then 0 else 1 end, cell.denominator, cell.unit_code
        rows between unbounded preceding and current row
    )
),

branch_cut as (
    select
        branch_place.indicator,
        case when max(branch_place.risky) = 0 then 0 else min(case
            when branch_place.place >= greatest(branch_place.risky, 2)
                and branch_place.held_numerator >= this_day.disclosure_minimum
                and branch_place.held_complement >= this_day.disclosure_minimum
                and branch_place.held_numerator + branch_place.held_complement - branch_place.held_villages
                >= this_day.disclosure_minimum
                then branch_place.place
        end) end as cut
    from branch_place
    cross join this_day
    group by branch_place.indicator
),

branch_withheld as (
    select branch_place.unit_code, branch_place.indicator
    from branch_place
    inner join branch_cut on branch_place.indicator = branch_cut.indicator
    where branch_cut.cut is null or branch_place.place <= branch_cut.cut
),

shown as (
    select 'branch' as unit_type, branch_place.unit_code, branch_place.indicator
    from branch_place
    left join branch_withheld
        on branch_place.unit_code = branch_withheld.unit_code and branch_place.indicator = branch_withheld.indicator
    where branch_withheld.unit_code is null
    union all
    select 'village', village_place.unit_code, village_place.indicator
    from village_place
    inner join village_cut
        on village_place.branch_code = village_cut.branch_code and village_place.indicator = village_cut.indicator
    left join branch_withheld
        on village_place.branch_code = branch_withheld.unit_code and village_place.indicator = branch_withheld.indicator
    where branch_withheld.unit_code is null and village_place.place > village_cut.cut
    union all
    select 'town', cell.unit_code, cell.indicator
    from cell
    inner join branch_cut on cell.indicator = branch_cut.indicator
    where cell.unit_type = 'town' and not cell.is_risky and branch_cut.cut is not null
)

select
    this_day.as_of,
    cell.round_no,
    cell.round_start,
    cell.round_end,
    cell.unit_type,
    cell.unit_code,
    case when cell.unit_type = 'village' then member.branch_code end as branch_code,
    cell.indicator,
    case
        when cell.denominator = 0 then 'no_case'
        when shown.unit_code is not null then 'shown'
        else 'withheld'
    end as state,
    case when cell.denominator = 0 or shown.unit_code is not null then cell.numerator end as numerator,
    case when cell.denominator = 0 or shown.unit_code is not null then cell.denominator end as denominator,
    case when cell.denominator > 0 and shown.unit_code is not null
        then cast(cell.numerator as double) / cell.denominator
    end as value
from cell
left join shown
    on cell.unit_type = shown.unit_type and cell.unit_code = shown.unit_code and cell.indicator = shown.indicator
left join member on cell.unit_code = member.village_code and cell.as_of = member.as_of
cross join this_day
