-- 人员，一人一行，以最权威的登记为准：先公安，再全员人口库、出生证、分娩登记、流动人口登记。
-- 号码确是本人的才采用（link_by_id）：记录上写的是别人号码的，不能把那个人的婚姻登记算到此人名下。
-- Persons, as the most authoritative record describes them: police, then health registry, certificate, delivery, floating.
-- A number counts as the person's where it is the person's own (link_by_id); a record that carries somebody else's number must
-- not bring that person's marriages along.
select
    person_primary.person_key,
    coalesce(
        case when household_own.record_key is not null then household.id_number end,
        case when health_own.record_key is not null then health.id_number end,
        case when floating_own.record_key is not null then floating.id_number end
    ) as id_number,
    coalesce(household.name, health.name, newborn.name, floating.name) as name,
    coalesce(household.sex, health.sex, newborn.sex, floating.sex) as sex,
    coalesce(household.birth_date, health.birth_date, newborn.birth_date) as birth_date,
    coalesce(
        household.registered_village_code,
        health.registered_village_code,
        newborn.village_code,
        floating.residence_village_code
    ) as village_code
from person_primary
left join stg_household_register as household on person_primary.household_key = household.record_key
left join stg_health_registry as health on person_primary.health_key = health.record_key
left join stg_floating_population as floating on person_primary.floating_key = floating.record_key
left join newborn on person_primary.newborn_key = newborn.newborn_key
left join link_by_id as household_own
    on person_primary.household_key = household_own.record_key and household_own.registry = 'household_register'
left join link_by_id as health_own
    on person_primary.health_key = health_own.record_key and health_own.registry = 'health_registry'
left join link_by_id as floating_own
    on person_primary.floating_key = floating_own.record_key and floating_own.registry = 'floating_population'
