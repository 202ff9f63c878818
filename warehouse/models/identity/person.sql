-- Persons, as the most authoritative record describes them: police, then health registry, certificate, delivery, floating.
select
    person_primary.person_key,
    coalesce(
        case when household.id_is_valid then household.id_number end,
        case when health.id_is_valid then health.id_number end,
        case when floating.id_is_valid then floating.id_number end
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
