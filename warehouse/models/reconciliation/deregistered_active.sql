-- 应销未销：公安户籍已迁出、注销、死亡，而全员人口库仍在册。户籍记录只是从全量提取中消失的，公安并没有这样说，不算。
-- Moved out, cancelled or deceased in the household register, still active in the health registry. Of an entry that merely
-- vanished from a full extract the police say nothing of the kind.
with closed as (
    select
        household.record_key,
        household.record_id,
        household.cancelled_reason,
        household.cancelled_date <= this_day.as_of as is_cancelled
    from stg_household_register as household
    cross join this_day
    where household.cancelled_date <= this_day.as_of or household.moved_out_date <= this_day.as_of
)

select
    'health_registry' as registry_a,
    health.record_id as record_a,
    'household_register' as registry_b,
    closed.record_id as record_b,
    'record_status' as field,
    health.record_status as value_a,
    coalesce(closed.cancelled_reason, case when closed.is_cancelled then '已注销' else '已迁出' end) as value_b,
    person_primary.person_key
from person_primary
inner join stg_health_registry as health on person_primary.health_key = health.record_key
inner join closed on person_primary.household_key = closed.record_key
where not person_primary.household_is_active
