-- 同一人在两个登记库中的记录并列，只要比对的项目有一项不同就成一对。只取当日在册的记录。其中哪些是差错，
-- 由各规则各看自己的那一项。第二个姓名旁列出户籍所载此人的另一姓名：它是现用名的列曾用名，它是曾用名的列现用名。
-- 多数人没有的编号写明“不为空”，其余的人先排除，再与记录连接。
-- Records of one person in two registries, side by side, where the two do not say the same of a field that is compared.
-- Only records that count on the day. What of it is an error the rules say, each of its own field. Beside the second name
-- stands the other one that the police give to whoever bears it: the former name, or to a former name the one in use.
-- A key that few persons have is said to be given: so everybody else is left out before records are joined, not after.
select
    person_primary.person_key,
    'health_registry' as registry_a,
    health.record_id as record_a,
    'household_register' as registry_b,
    household.record_id as record_b,
    health.name as name_a,
    household.name as name_b,
    household.former_name as other_name_b,
    health.sex as sex_a,
    household.sex as sex_b,
    health.birth_date as birth_date_a,
    household.birth_date as birth_date_b,
    health.id_number as id_number_a,
    household.id_number as id_number_b,
    health.id_is_valid as id_is_valid_a,
    household.id_is_valid as id_is_valid_b,
    health.registered_village_code as village_a,
    household.registered_village_code as village_b
from person_primary
inner join stg_health_registry as health on person_primary.health_key = health.record_key
inner join stg_household_register as household on person_primary.household_key = household.record_key
where
    person_primary.household_is_active
    and (
        health.name is distinct from household.name
        or health.sex is distinct from household.sex
        or health.birth_date is distinct from household.birth_date
        or health.id_number is distinct from household.id_number
        or health.registered_village_code is distinct from household.registered_village_code
    )
union all
select
    person_primary.person_key, 'health_registry', health.record_id, 'floating_population', floating.record_id,
    health.name, floating.name,
    case floating.name when household.name then household.former_name when household.former_name then household.name end,
    health.sex, floating.sex, null, null,
    health.id_number, floating.id_number, health.id_is_valid, floating.id_is_valid, null, null
from person_primary
inner join stg_health_registry as health on person_primary.health_key = health.record_key
inner join stg_floating_population as floating on person_primary.floating_key = floating.record_key
left join stg_household_register as household on person_primary.household_key = household.record_key
where
    person_primary.floating_key is not null
    and (
        health.name is distinct from floating.name
        or health.sex is distinct from floating.sex
        or health.id_number is distinct from floating.id_number
    )
union all
select
    person_primary.person_key, 'health_registry', health.record_id, 'birth_certificate', certificate.record_id,
    null, null, null, health.sex, certificate.sex, health.birth_date, certificate.birth_date,
    null, null, null, null, null, null
from person_primary
inner join stg_health_registry as health on person_primary.health_key = health.record_key
inner join stg_birth_certificate as certificate on person_primary.certificate_no = certificate.record_key
where
    person_primary.certificate_no is not null
    and (health.sex is distinct from certificate.sex or health.birth_date is distinct from certificate.birth_date)
union all
select
    person_primary.person_key, 'household_register', household.record_id, 'birth_certificate', certificate.record_id,
    null, null, null, household.sex, certificate.sex, household.birth_date, certificate.birth_date,
    null, null, null, null, null, null
from person_primary
inner join stg_household_register as household on person_primary.household_key = household.record_key
inner join stg_birth_certificate as certificate on person_primary.certificate_no = certificate.record_key
where
    person_primary.household_is_active
    and person_primary.certificate_no is not null
    and (household.sex is distinct from certificate.sex or household.birth_date is distinct from certificate.birth_date)
union all
select
    person_primary.person_key, 'birth_certificate', certificate.record_id, 'hospital_delivery', delivery.record_id,
    null, null, null, certificate.sex, delivery.sex, certificate.birth_date, delivery.birth_date,
    null, null, null, null, null, null
from person_primary
inner join stg_birth_certificate as certificate on person_primary.certificate_no = certificate.record_key
inner join stg_hospital_delivery as delivery on person_primary.delivery_no = delivery.record_key
where certificate.sex is distinct from delivery.sex or certificate.birth_date is distinct from delivery.birth_date
