-- 截至当日的疑点登记：每件疑点首次和最近是哪天发现的，现在办到哪一步。完全由每天的疑点、下发的清单和交回的答复推出。
-- The register of cases as of the day: when each was first and last found, and where it stands.
-- A pure function of the days' findings and of what was handed over and came back.
with
described as (
    select * from finding
    union all
    select finding_history.*
    from finding_history
    inner join case_spell
        on finding_history.case_id = case_spell.case_id and finding_history.as_of = case_spell.last_found_on
    where case_spell.gone_on is not null
    qualify row_number() over (partition by finding_history.case_id order by finding_history.as_of desc) = 1
),

standing as (
    select *
    from case_standing
    qualify row_number() over (partition by case_id order by spell desc) = 1
),

-- As it was on the last day on which the case was found.
direction as (
    select * from case_direction
    union all
    select case_direction_history.*
    from case_direction_history
    inner join case_spell
        on case_direction_history.case_id = case_spell.case_id
        and case_direction_history.as_of = case_spell.last_found_on
    where case_spell.gone_on is not null
),

span as (
    select case_id, min(found_on) as first_seen, max(last_found_on) as last_seen
    from case_spell
    group by case_id
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
    direction.likely_wrong,
    direction.likely_value,
    direction.confidence,
    described.village_code,
    span.first_seen,
    span.last_seen,
    standing.found_on as spell_found_on,
    standing.handed_over_on,
    standing.due_on,
    standing.resolved_on,
    standing.status,
    standing.stage,
    described.person_key
from described
inner join span on described.case_id = span.case_id
inner join standing on described.case_id = standing.case_id
left join direction on described.case_id = direction.case_id and described.as_of = direction.as_of
where described.as_of = span.last_seen
