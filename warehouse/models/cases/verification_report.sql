-- 当日、近几日（report_days）和本轮，每类记录核对多少、发现多少、办结多少、还有多少未结。迁移在办结或免改以前
-- 计为迁移通报，此后不再发出通报。未结的按时长分档：从下发之日算起，没有下发的从发现之日算起。
-- What was checked, found, resolved and is still open, by kind of record, for the day, the last days (report_days) and the
-- current round. A move is counted as a migration notice until it is resolved or waived, after which none goes out. Open cases
-- by age: from the day they were handed over, else found.
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
    select 'health_registry' as item, count(*) as checked from stg_health_registry where is_active
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
        reported_spell.*,
        datediff('day', coalesce(reported_spell.handed_over_on, reported_spell.found_on), this_day.as_of) as age
    from reported_spell
    cross join this_day
),

kind as (
    select registry as item, zh, en from registry
    union all
    select 'migration_notice', '迁移通报', 'migration notices'
),

reported as (
    select item from checked
    union
    select item from spell
),

pending as (
    select registry as item, count(*) as corrections_pending from correction where not repaired group by registry
)

select
    period.as_of,
    period.period,
    period.period_start,
    kind.item,
    kind.zh,
    kind.en,
    case
        when kind.item = 'migration_notice'
            then count(case when coalesce(spell.resolved_on, spell.waived_on, period.as_of) >= period.period_start then 1 end)
        else coalesce(max(checked.checked), 0)
    end as checked,
    count(case when spell.found_on >= period.period_start then 1 end) as found,
    count(case when spell.resolved_on >= period.period_start then 1 end) as resolved,
    count(case when spell.status = 'waived' and spell.waived_on >= period.period_start then 1 end) as waived,
    count(case when spell.status = 'open' and spell.age <= this_day.case_term_days then 1 end) as open_fresh,
    count(case
        when spell.status = 'open' and spell.age > this_day.case_term_days and spell.age <= this_day.open_case_days then 1
    end) as open_aging,
    count(case when spell.status = 'open' and spell.age > this_day.open_case_days then 1 end) as open_old,
    count(case when spell.status = 'open' and spell.due_on < period.as_of then 1 end) as open_overdue,
    cast(max(case when spell.status = 'open' then spell.age end) as integer) as oldest_open,
    coalesce(max(pending.corrections_pending), 0) as corrections_pending
from period
cross join this_day
cross join kind
inner join reported on kind.item = reported.item
left join checked on kind.item = checked.item
left join spell on kind.item = spell.item
left join pending on kind.item = pending.item
group by period.as_of, period.period, period.period_start, kind.item, kind.zh, kind.en
