-- The register of cases as of the day: when each was first and last found, and whether the records agree by now.
-- A pure function of the days' findings: running the days in another order, or one of them again, gives the same table.
with
sighting as (
    select case_id, as_of from finding_history
    union all
    select case_id, as_of from finding
),

span as (
    select case_id, min(as_of) as first_seen, max(as_of) as last_seen
    from sighting
    group by case_id
),

run_day as (
    select as_of from this_day_history
    union
    select as_of from this_day
),

resolution as (
    select span.case_id, min(run_day.as_of) as resolved_on
    from span
    inner join run_day on span.last_seen < run_day.as_of
    cross join this_day
    where span.last_seen < this_day.as_of
    group by span.case_id
),

described as (
    select * from finding
    union all
    select finding_history.*
    from finding_history
    inner join span
        on finding_history.case_id = span.case_id and finding_history.as_of = span.last_seen
    cross join this_day
    where span.last_seen < this_day.as_of
)

select
    described.case_id,
    described.rule_code,
    described.registry_a,
    described.record_a,
    described.registry_b,
    described.record_b,
    described.field,
    described.value_a,
    described.value_b,
    described.cause,
    cast(null as varchar) as likely_wrong,
    cast(null as varchar) as likely_value,
    cast(null as double) as confidence,
    described.village_code,
    span.first_seen,
    span.last_seen,
    resolution.resolved_on,
    case when resolution.resolved_on is null then 'open' else 'resolved' end as status
from described
inner join span on described.case_id = span.case_id
left join resolution on described.case_id = resolution.case_id
