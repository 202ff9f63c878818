-- 有效身份号码顺序码表示的性别与同一条记录的性别不符。
-- A valid id number whose sex digit is not the sex of the same record.
with written as (
    select 'health_registry' as registry, record_id, record_key, sex, id_sex from stg_health_registry where is_active
    union all
    select 'household_register', record_id, record_key, sex, id_sex from stg_household_register where is_active
    union all
    select 'floating_population', record_id, record_key, sex, id_sex from stg_floating_population where is_active
)

select
    written.registry as registry_a,
    written.record_id as record_a,
    cast(null as varchar) as registry_b,
    cast(null as varchar) as record_b,
    'sex' as field,
    written.sex as value_a,
    written.id_sex as value_b,
    subject_person.person_key
from written
inner join subject_person
    on written.registry = subject_person.registry and written.record_key = subject_person.record_key
where written.sex in ('1', '2') and written.sex <> written.id_sex
