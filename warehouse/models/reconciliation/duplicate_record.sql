-- One person with several records that count, in a registry that should hold each person once. Every further record is held
-- against the lowest. Twins are different persons and never come here.
with counted as (
    select subject_person.registry, subject_person.record_id, subject_person.record_key, subject_person.person_key
    from subject_person
    inner join subject_record
        on subject_person.registry = subject_record.registry and subject_person.record_key = subject_record.record_key
    where subject_record.is_active
),

placed as (
    select
        registry,
        record_id,
        person_key,
        row_number() over (partition by registry, person_key order by record_id, record_key) as place,
        first_value(record_id) over (partition by registry, person_key order by record_id, record_key) as lowest
    from counted
)

select distinct
    registry as registry_a,
    lowest as record_a,
    registry as registry_b,
    record_id as record_b,
    'record_id' as field,
    lowest as value_a,
    record_id as value_b,
    person_key
from placed
where place > 1
