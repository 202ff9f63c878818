-- The person each subject record belongs to, and by what evidence, strongest first:
--   id           a valid number whose owner agrees in name or birth date
--   certificate  a child without a usable number, by certificate number or mother and birth date (newborn_person)
--   name         a record whose number leads nowhere, by name, birth date and sex, where exactly one household entry fits
--   alone        nothing else known
with
police_person as (
    select distinct link_by_id.person_key
    from link_by_id
    where link_by_id.registry = 'household_register'
),

-- A health record whose number belongs to nobody in the household register may be a child found by certificate.
with_child as (
    select
        subject.registry,
        subject.record_key,
        subject.record_id,
        subject.name,
        subject.sex,
        subject.birth_date,
        subject.village_code,
        subject.is_active,
        case
            when police_person.person_key is not null then link_by_id.person_key
            when newborn_person.person_key is not null then newborn_person.person_key
            else link_by_id.person_key
        end as person_key,
        case
            when police_person.person_key is not null then 'id'
            when newborn_person.person_key is not null then newborn_person.health_method
            when link_by_id.person_key is not null then 'id'
        end as match_method
    from subject_record as subject
    left join link_by_id
        on subject.registry = link_by_id.registry and subject.record_key = link_by_id.record_key
    left join police_person on link_by_id.person_key = police_person.person_key
    left join newborn_person
        on subject.registry = 'health_registry' and subject.record_key = newborn_person.health_key
),

settled as (
    select
        registry,
        record_key,
        record_id,
        name,
        sex,
        birth_date,
        village_code,
        is_active,
        coalesce(person_key, 'P' || substr(md5('record:' || registry || ':' || record_key), 1, 16)) as person_key,
        coalesce(match_method, 'alone') as match_method
    from with_child
),

in_household as (
    select distinct person_key from settled where registry = 'household_register'
),

in_health as (
    select distinct person_key from settled where registry = 'health_registry' and is_active
),

unplaced_health as (
    select settled.*
    from settled
    left join in_household on settled.person_key = in_household.person_key
    where settled.registry = 'health_registry' and settled.is_active and in_household.person_key is null
),

-- One row per person: several household entries of one person are one candidate.
unplaced_household as (
    select
        settled.person_key,
        min(settled.name) as name,
        min(settled.birth_date) as birth_date,
        min(settled.sex) as sex,
        max(settled.village_code) as village_code
    from settled
    left join in_health on settled.person_key = in_health.person_key
    where settled.registry = 'household_register' and settled.is_active and in_health.person_key is null
    group by settled.person_key
),

candidate as (
    select
        unplaced_health.record_key,
        unplaced_household.person_key,
        case when unplaced_health.village_code = unplaced_household.village_code then 0 else 1 end as distance
    from unplaced_health
    inner join unplaced_household
        on unplaced_health.name = unplaced_household.name
        and unplaced_health.birth_date = unplaced_household.birth_date
        and unplaced_health.sex = unplaced_household.sex
),

-- Where two candidates are equally near, nothing is decided.
named as (
    select record_key, person_key
    from candidate
    qualify
        rank() over (partition by record_key order by distance) = 1
        and rank() over (partition by person_key order by distance) = 1
        and count(*) over (partition by record_key, distance) = 1
        and count(*) over (partition by person_key, distance) = 1
)

select
    settled.registry,
    settled.record_key,
    settled.record_id,
    coalesce(named.person_key, settled.person_key) as person_key,
    case when named.person_key is not null then 'name_birth_date_sex' else settled.match_method end as match_method
from settled
left join named on settled.registry = 'health_registry' and settled.record_key = named.record_key
