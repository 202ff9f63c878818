-- 当日结束的各轮核对多少、发现多少、办结多少，以及当时未结多少（按时长）：全镇自己的通报，只有数量。疑点按每次出现计：
-- 再次出现的又计发现，因为上一次已计为办结。
-- What was checked, found and resolved in the rounds that close on the day, and what was open then, by age: the town's own
-- report, in counts alone. Cases are counted by spell: one that comes back is found anew, as it was resolved before.
with
closing as (
    select distinct round_no, round_start, round_end from round_indicator
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
    select closing.round_no, 'open_fresh', report.item, report.open_fresh
    from closing
    cross join verification_report as report
    where report.period = 'day'
    union all
    select closing.round_no, 'open_aging', report.item, report.open_aging
    from closing
    cross join verification_report as report
    where report.period = 'day'
    union all
    select closing.round_no, 'open_old', report.item, report.open_old
    from closing
    cross join verification_report as report
    where report.period = 'day'
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
