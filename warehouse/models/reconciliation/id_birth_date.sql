-- 有效身份号码中的出生日期与同一条记录的出生日期不符。
-- A valid id number whose birth date is not the birth date of the same record.
with written as (
    select 'health_registry' as registry, record_id, record_key, birth_date, id_birth_date
    from stg_health_registry where is_active
    union all
    select 'household_register', record_id, record_key, birth_date, id_birth_date
    from stg_household_register where is_active
)

select
    written.registry as registry_a,
    written.record_id as record_a,
    cast(null as varchar) as registry_b,
    cast(null as varchar) as record_b,
    'birth_date' as field,
    cast(written.birth_date as varchar) as value_a,
    cast(written.id_birth_date as varchar) as value_b,
    subject_person.person_key
from written
inner join subject_person
    on written.registry = subject_person.registry and written.record_key = subject_person.record_key
where written.birth_date <> written.id_birth_date
