-- 台账是否平衡：一边是立案和重新立案，另一边是办结、未结和免改，各从自己的表中计数。
-- Does the ledger add up? Openings and reopenings on one side; resolutions, open and waived cases on the other, each counted
-- from its own table.
with
event as (
    select
        standing.rule_code,
        sum(case when case_event.kind in ('opened', 'reopened') then 1 else 0 end) as opened,
        sum(case when case_event.kind = 'resolved' then 1 else 0 end) as resolved
    from case_event
    inner join case_standing as standing
        on case_event.case_id = standing.case_id and case_event.spell = standing.spell
    group by standing.rule_code
),

state as (
    select
        rule_code,
        count(case when status = 'open' then 1 end) as open,
        count(case when status = 'waived' then 1 end) as waived
    from discrepancy
    group by rule_code
)

select
    this_day.as_of,
    rule.rule_code,
    cast(coalesce(event.opened, 0) as bigint) as opened,
    cast(coalesce(event.resolved, 0) as bigint) as resolved,
    cast(coalesce(state.open, 0) as bigint) as open,
    cast(coalesce(state.waived, 0) as bigint) as waived,
    cast(
        coalesce(event.opened, 0) - coalesce(event.resolved, 0) - coalesce(state.open, 0) - coalesce(state.waived, 0)
        as bigint
    ) as imbalance
from rule
cross join this_day
left join event on rule.rule_code = event.rule_code
left join state on rule.rule_code = state.rule_code
