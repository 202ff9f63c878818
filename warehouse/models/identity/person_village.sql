-- 本镇中能核实此人记录的村：先看全员人口库或公安户籍的户籍地，再看居住地，再看母亲的村。不属于本镇任何一村的人不在其中。
-- The village of the place that can verify a person's records: of registration in the health registry or with the police,
-- else of residence, else the mother's. Persons of no village of the place are left out.
select person_primary.person_key, coalesce(v1.village_code, v2.village_code, v3.village_code, v4.village_code, v5.village_code) as village_code
from person_primary
left join stg_health_registry as health on person_primary.health_key = health.record_key
left join stg_household_register as household on person_primary.household_key = household.record_key
left join stg_floating_population as floating on person_primary.floating_key = floating.record_key
left join newborn on person_primary.newborn_key = newborn.newborn_key
left join village as v1 on health.registered_village_code = v1.village_code
left join village as v2 on household.registered_village_code = v2.village_code
left join village as v3 on health.residence_village_code = v3.village_code
left join village as v4 on floating.residence_village_code = v4.village_code
left join village as v5 on newborn.village_code = v5.village_code
where coalesce(v1.village_code, v2.village_code, v3.village_code, v4.village_code, v5.village_code) is not null
