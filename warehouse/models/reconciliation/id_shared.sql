-- One valid number on two records of one registry whose names and birth dates both differ: two people, one number.
-- Every further record is held against the first.
with holder as (
    select 'health_registry' as registry, record_id, record_key, id_number, name, birth_date
    from stg_health_registry where is_active and id_is_valid
    union all
    select 'household_register', record_id, record_key, id_number, name, birth_date
    from stg_household_register where is_active and id_is_valid
),

-- Numbers on more than one record, and the first of each: a number that many carry is as many cases, not their square.
repeated as (
    select registry, id_number, min(record_key) as first_key
    from holder
    group by registry, id_number
    having count(*) > 1
)

select
    first_record.registry as registry_a,
    first_record.record_id as record_a,
    other.registry as registry_b,
    other.record_id as record_b,
    'id_number' as field,
    first_record.id_number as value_a,
    other.id_number as value_b,
    min(subject_person.person_key) as person_key
from repeated
inner join holder as first_record
    on repeated.registry = first_record.registry and repeated.first_key = first_record.record_key
inner join holder as other
    on repeated.registry = other.registry
    and repeated.id_number = other.id_number
    and first_record.record_key < other.record_key
    and first_record.name <> other.name
    and first_record.birth_date <> other.birth_date
inner join subject_person
    on first_record.registry = subject_person.registry and first_record.record_key = subject_person.record_key
group by first_record.registry, first_record.record_id, other.registry, other.record_id, first_record.id_number, other.id_number
