-- 一人在同一登记库有几条在册记录，而该库每人只应有一条。其余各条分别与编号最小的一条相对。双胞胎是两个人，从不在此列。
-- One person with several records that count, in a registry that should hold each person once. Every further record is held
-- against the lowest. Twins are different persons and never come here.
with counted as (
    select subject_person.registry, subject_person.record_id, subject_person.record_key, subject_person.person_key
    from subject_person
    inner join subject_record
        on subject_person.registry = subject_record.registry and subject_person.record_key = subject_record.record_key
    where subject_record.is_active
),

repeated as (
    select registry, person_key
    from counted
    group by registry, person_key
    having count(*) > 1
),

placed as (
    select
        counted.registry,
        counted.record_id,
        counted.person_key,
        row_number() over (
            partition by counted.registry, counted.person_key order by counted.record_id, counted.record_key
        ) as place,
        first_value(counted.record_id) over (
            partition by counted.registry, counted.person_key order by counted.record_id, counted.record_key
        ) as lowest
    from counted
    inner join repeated on counted.registry = repeated.registry and counted.person_key = repeated.person_key
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
