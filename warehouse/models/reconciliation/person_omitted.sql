-- 人员漏报：户籍在册而全员人口库没有的人。出生核对起始日以来的出生归 BIRTH_OMITTED；出生日期不明的人也是居民，在此列。
-- A registered resident who is not in the health registry. Births since the look-back date are BIRTH_OMITTED; who is born on a
-- day that nobody knows is a resident all the same.
select
    'health_registry' as registry_a,
    cast(null as varchar) as record_a,
    'household_register' as registry_b,
    household.record_id as record_b,
    'record_id' as field,
    cast(null as varchar) as value_a,
    household.record_id as value_b,
    person_primary.person_key
from person_primary
inner join stg_household_register as household on person_primary.household_key = household.record_key
left join newborn on person_primary.newborn_key = newborn.newborn_key
cross join this_day
where
    person_primary.household_is_active
    and person_primary.health_key is null
    and not coalesce(
        coalesce(household.id_birth_date, newborn.birth_date, household.birth_date) >= this_day.birth_window_start, false
    )
