-- 每名新生儿当日所属的记录组：有户籍记录的随户籍记录（身份号码归公安管），否则随全员人口库记录，
-- 都没有的是只有医院一侧知道的人。
-- The group of records each newborn belongs to on this day: the household entry's (the police own the id number), else the
-- health record's, else a person known to the hospital side alone.
select
    newborn.newborn_key,
    coalesce(
        household_id.person_key,
        case when household.record_key is not null
            then 'P' || substr(md5('record:household_register:' || household.record_key), 1, 16)
        end,
        health_id.person_key,
        case when health.record_key is not null
            then 'P' || substr(md5('record:health_registry:' || health.record_key), 1, 16)
        end,
        'P' || substr(md5('newborn:' || newborn.newborn_key), 1, 16)
    ) as group_key,
    health.record_key as health_key,
    health.match_method as health_method,
    household.record_key as household_key,
    household.match_method as household_method
from newborn
left join newborn_link as health
    on newborn.newborn_key = health.newborn_key and health.registry = 'health_registry'
left join newborn_link as household
    on newborn.newborn_key = household.newborn_key and household.registry = 'household_register'
left join link_by_id as health_id
    on health.record_key = health_id.record_key and health_id.registry = 'health_registry'
left join link_by_id as household_id
    on household.record_key = household_id.record_key and household_id.registry = 'household_register'
