-- 一人一行：每个登记库中参加比对的那一条记录。全员人口库有几条在册记录的（重复登记，另作疑点）取编号最小的；户籍有几条
-- 的取最近迁入的在册记录，都不在册的，取号码没有更正过的记录中最近迁入的。
-- One row per person: in each registry the one record that is compared with the others. With several active health records
-- (a duplicate, reported as such) the lowest number; with several household entries the latest active one, else the
-- latest of all whose number was not mended since.
with
health as (
    select subject_person.person_key, stg.record_key
    from subject_person
    inner join stg_health_registry as stg on subject_person.record_key = stg.record_key
    where subject_person.registry = 'health_registry' and stg.is_active
    qualify row_number() over (partition by subject_person.person_key order by stg.record_id, stg.record_key) = 1
),

household as (
    select subject_person.person_key, stg.record_key, stg.is_active
    from subject_person
    inner join stg_household_register as stg on subject_person.record_key = stg.record_key
    where subject_person.registry = 'household_register'
    qualify row_number() over (
        partition by subject_person.person_key
        order by
            case when stg.is_active then 0 else 1 end,
            case when stg.replaced_by is null then 0 else 1 end,
            stg.moved_in_date desc nulls last,
            stg.record_key desc
    ) = 1
),

floating as (
    select subject_person.person_key, stg.record_key
    from subject_person
    inner join stg_floating_population as stg on subject_person.record_key = stg.record_key
    where subject_person.registry = 'floating_population' and stg.is_active
    qualify row_number() over (
        partition by subject_person.person_key order by stg.registered_date desc nulls last, stg.record_key
    ) = 1
),

birth as (
    select newborn_person.person_key, newborn.newborn_key, newborn.certificate_no, newborn.delivery_no
    from newborn
    inner join newborn_person on newborn.newborn_key = newborn_person.newborn_key
    qualify row_number() over (partition by newborn_person.person_key order by newborn.newborn_key) = 1
),

everybody as (
    select person_key from health
    union
    select person_key from household
    union
    select person_key from floating
    union
    select person_key from birth
)

select
    everybody.person_key,
    health.record_key as health_key,
    household.record_key as household_key,
    coalesce(household.is_active, false) as household_is_active,
    floating.record_key as floating_key,
    birth.newborn_key,
    birth.certificate_no,
    birth.delivery_no
from everybody
left join health on everybody.person_key = health.person_key
left join household on everybody.person_key = household.person_key
left join floating on everybody.person_key = floating.person_key
left join birth on everybody.person_key = birth.person_key
