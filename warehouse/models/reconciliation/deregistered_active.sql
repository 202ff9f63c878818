-- 应销未销：户籍已迁出、注销、死亡，或户籍记录已从全量提取中消失，而健康库仍在册。
-- Moved out, cancelled, deceased or vanished from the household register, still active in the health registry.
select
    'health_registry' as registry_a,
    health.record_id as record_a,
    'household_register' as registry_b,
    household.record_id as record_b,
    'record_status' as field,
    health.record_status as value_a,
    coalesce(household.cancelled_reason, case when household.moved_out_date is not null then '已迁出' end) as value_b,
    person_primary.person_key
from person_primary
inner join stg_health_registry as health on person_primary.health_key = health.record_key
inner join stg_household_register as household on person_primary.household_key = household.record_key
where not person_primary.household_is_active
