-- 父母不一致：全员人口库与出生证比，出生证与分娩登记比；全员人口库漏填母亲的也算。父亲未提供不是差错；无效号码只由 
-- ID_FORMAT 负责。出生证写的是生父母：户籍登记为养子女、继子女（GB/T 4761：27、37）的孩子，生父母都不在其户内的，出生证
-- 说明不了现在的父母是谁；所填的父母在其户内的，也不是差错。一边是公安更正以前的号码，另一边已是现在的，是同一人。
-- Parents that differ: health registry against certificate, certificate against delivery. A father not given is valid, a mother
-- left blank in the health registry is not; an id number that is not valid is the subject of ID_FORMAT alone. The certificate
-- names the parents by birth: of a child that the police enter as adopted or step-child (GB/T 4761: 27, 37) it does not say who
-- the parents are now where neither parent by birth is of the household, and a parent of the household is no error. A number
-- that the police have mended since, where the other side has that of today, is the same parent's.
with
-- Everything here is said of those with a certificate.
child as (
    select person_key, health_key, household_key, household_is_active, certificate_no, delivery_no
    from person_primary
    where certificate_no is not null
),

taken_in as (
    select child.person_key, household.household_no
    from child
    inner join stg_household_register as household on child.household_key = household.record_key
    where
        child.household_is_active
        and regexp_matches(household.relation_to_head, '^([23]7([^0-9].*)?|[养继][子女].*)$')
),

family as (
    select distinct taken_in.person_key, member.id_number
    from taken_in
    inner join stg_household_register as member on taken_in.household_no = member.household_no
    where member.id_is_valid
),

by_birth as (
    select distinct family.person_key
    from family
    inner join child on family.person_key = child.person_key
    inner join stg_birth_certificate as certificate on child.certificate_no = certificate.record_key
    where family.id_number = certificate.mother_id or family.id_number = certificate.father_id
),

parent_pair as (
    select
        child.person_key,
        'health_registry' as registry_a,
        health.record_id as record_a,
        'birth_certificate' as registry_b,
        certificate.record_id as record_b,
        health.mother_id as mother_a,
        certificate.mother_id as mother_b,
        health.mother_id_is_valid as mother_valid_a,
        certificate.mother_id_is_valid and mother.id_number is null as mother_valid_b,
        health.father_id as father_a,
        certificate.father_id as father_b,
        health.father_id_is_valid as father_valid_a,
        certificate.father_id_is_valid and father.id_number is null as father_valid_b
    from child
    inner join stg_health_registry as health on child.health_key = health.record_key
    inner join stg_birth_certificate as certificate on child.certificate_no = certificate.record_key
    left join taken_in on child.person_key = taken_in.person_key
    left join by_birth on child.person_key = by_birth.person_key
    left join family as mother on child.person_key = mother.person_key and health.mother_id = mother.id_number
    left join family as father on child.person_key = father.person_key and health.father_id = father.id_number
    where taken_in.person_key is null or by_birth.person_key is not null
    union all
    select
        child.person_key, 'birth_certificate', certificate.record_id, 'hospital_delivery', delivery.record_id,
        certificate.mother_id, delivery.mother_id, certificate.mother_id_is_valid, delivery.mother_id_is_valid,
        certificate.father_id, delivery.father_id, certificate.father_id_is_valid, delivery.father_id_is_valid
    from child
    inner join stg_birth_certificate as certificate on child.certificate_no = certificate.record_key
    inner join stg_hospital_delivery as delivery on child.delivery_no = delivery.record_key
)

select
    pair.registry_a,
    pair.record_a,
    pair.registry_b,
    pair.record_b,
    'mother_id' as field,
    pair.mother_a as value_a,
    pair.mother_b as value_b,
    pair.person_key
from parent_pair as pair
left join corrected_number as corrected on pair.mother_b = corrected.id_number
where
    (
        pair.mother_valid_a
        and pair.mother_valid_b
        and pair.mother_a <> pair.mother_b
        and pair.mother_a <> coalesce(corrected.corrected_to, '')
    )
    or (pair.registry_a = 'health_registry' and pair.mother_a is null and pair.mother_valid_b)
union all
select
    pair.registry_a,
    pair.record_a,
    pair.registry_b,
    pair.record_b,
    'father_id',
    pair.father_a,
    pair.father_b,
    pair.person_key
from parent_pair as pair
left join corrected_number as corrected on pair.father_b = corrected.id_number
where
    pair.father_valid_a
    and pair.father_valid_b
    and pair.father_a <> pair.father_b
    and pair.father_a <> coalesce(corrected.corrected_to, '')
