-- 当日结束的各轮核对多少、发现多少、办结多少，以及轮末未结多少（按时长）：全镇自己的通报，只有数量。疑点按每次出现计：
-- 再次出现的又计发现，因为上一次已计为办结。停过几天的，几轮在轮末以后一次结束：未结的按现在所知的轮末情况计，
-- 所以逐轮都是发现减去办结和免改等于未结。
-- What was checked, found and resolved in the rounds that close on the day, and what was open at the end of each, by age: the
-- town's own report, in counts alone. Cases are counted by spell: one that comes back is found anew, as it was resolved before.
-- Where days were skipped several rounds close at once, after their end: what was open is counted as of that, by what is known
-- by now, so that found less resolved and waived is open round by round.
with
closing as (
    select distinct round_no, round_start, round_end from round_indicator
),

-- A list that was handed over after the end of the round had not reached anybody then.
open_spell as (
    select
        closing.round_no,
        closing.round_end,
        reported_spell.item,
        reported_spell.case_id,
        case
            when reported_spell.handed_over_on <= closing.round_end then reported_spell.handed_over_on
            else reported_spell.found_on
        end as reached_on
    from closing
    inner join reported_spell
        on reported_spell.found_on <= closing.round_end
        and coalesce(reported_spell.resolved_on, closing.round_end + 1) > closing.round_end
        and coalesce(reported_spell.waived_on, closing.round_end + 1) > closing.round_end
),

open_then as (
    select
        open_spell.round_no,
        open_spell.item,
        open_spell.case_id,
        case
            when datediff('day', open_spell.reached_on, open_spell.round_end) <= this_day.case_term_days then 'open_fresh'
            when datediff('day', open_spell.reached_on, open_spell.round_end) <= this_day.open_case_days then 'open_aging'
            else 'open_old'
        end as measure
    from open_spell
    cross join this_day
),

counted as (
    select closing.round_no, 'found' as measure, rule.rule_code as item, count(case_standing.case_id) as counted
    from closing
    cross join rule
    left join case_standing
        on rule.rule_code = case_standing.rule_code and case_standing.found_on between closing.round_start and closing.round_end
    group by closing.round_no, rule.rule_code
    union all
    select closing.round_no, 'resolved', rule.rule_code, count(case_standing.case_id)
    from closing
    cross join rule
    left join case_standing
        on rule.rule_code = case_standing.rule_code and case_standing.resolved_on between closing.round_start and closing.round_end
    group by closing.round_no, rule.rule_code
    union all
    select closing.round_no, 'checked', received_file.registry, sum(received_file.rows_accepted)
    from closing
    inner join received_file on received_file.extract_date between closing.round_start and closing.round_end
    where received_file.status = 'accepted'
    group by closing.round_no, received_file.registry
    union all
    select closing.round_no, aged.measure, report.item, count(open_then.case_id)
    from closing
    cross join verification_report as report
    cross join (
        select 'open_fresh' as measure
        union all
        select 'open_aging'
        union all
        select 'open_old'
    ) as aged
    left join open_then
        on closing.round_no = open_then.round_no and report.item = open_then.item and aged.measure = open_then.measure
    where report.period = 'day'
    group by closing.round_no, aged.measure, report.item
)

select
    this_day.as_of,
    closing.round_no,
    closing.round_start,
    closing.round_end,
    counted.measure,
    counted.item,
    cast(counted.counted as bigint) as counted
from counted
inner join closing on counted.round_no = closing.round_no
cross join this_day
