-- What was checked, found, resolved and is still open, by registry, for the day, the last days (report_days) and the current round.
-- A case is counted under the registry that the health registry is held against.
with
period as (
    select 'day' as period, as_of as period_start, as_of from this_day
    union all
    select 'week', as_of - report_days + 1, as_of from this_day
    union all
    select
        'round',
        as_of - cast(datediff('day', round_anchor, as_of) % recheck_round_days as integer),
        as_of
    from this_day
),

checked as (
    select 'health_registry' as registry, count(*) as checked from stg_health_registry where is_active
    union all
    select 'household_register', count(*) from stg_household_register where is_active
    union all
    select 'marriage_register', count(*) from stg_marriage_register where is_active
    union all
    select 'birth_certificate', count(*) from stg_birth_certificate where is_active
    union all
    select 'hospital_delivery', count(*) from stg_hospital_delivery where is_active
    union all
    select 'floating_population', count(*) from stg_floating_population where is_active
),

spell as (
    select
        case_standing.*,
        case
            when discrepancy.registry_a = 'health_registry' then coalesce(discrepancy.registry_b, discrepancy.registry_a)
            else discrepancy.registry_a
        end as registry
    from case_standing
    inner join discrepancy on case_standing.case_id = discrepancy.case_id
),

pending as (
    select registry, count(*) as corrections_pending from correction where not repaired group by registry
)

select
    period.as_of,
    period.period,
    period.period_start,
    registry.registry,
    coalesce(max(checked.checked), 0) as checked,
    count(case when spell.found_on >= period.period_start then 1 end) as found,
    count(case when spell.resolved_on >= period.period_start then 1 end) as resolved,
    count(case when spell.status = 'waived' and spell.waived_on >= period.period_start then 1 end) as waived,
    count(case when spell.status = 'open' and spell.due_on >= period.as_of then 1 end) as open_in_term,
    count(case when spell.status = 'open' and spell.due_on < period.as_of then 1 end) as open_overdue,
    cast(max(case when spell.status = 'open' then datediff('day', spell.found_on, period.as_of) end) as integer) as oldest_open,
    coalesce(max(pending.corrections_pending), 0) as corrections_pending
from period
cross join registry
left join checked on registry.registry = checked.registry
left join spell on registry.registry = spell.registry
left join pending on registry.registry = pending.registry
group by period.as_of, period.period, period.period_start, registry.registry
