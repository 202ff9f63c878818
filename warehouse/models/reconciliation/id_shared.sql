-- 同一登记库中两条记录的有效身份号码相同，姓名和出生日期却都不同：两人共用一个号码。记录两两相对；
-- 用同一号码的记录超过规定上限的，是占位号码，不是谁的号码，其余各与第一条相对：疑点最多与记录一样多，不会成平方增长。
-- 疑点说的是第一条记录的人，他在外地而另一条的人在本地的，说的是后者。
-- One valid number on two records of one registry whose names and birth dates both differ: two people, one number.
-- Every two records are held against each other; of a number that more records carry than the declared limit, a placeholder
-- rather than anybody's, every further record against the first: as many cases as records, not their square. A case is about
-- the first record's person, or about the other's where only that one is of the place.
with holder as (
    select 'health_registry' as registry, record_id, record_key, id_number, name, birth_date
    from stg_health_registry where is_active and id_is_valid
    union all
    select 'household_register', record_id, record_key, id_number, name, birth_date
    from stg_household_register where is_active and id_is_valid
),

repeated as (
    select registry, id_number, min(record_key) as first_key, count(*) as holders
    from holder
    group by registry, id_number
    having count(*) > 1
),

held_against as (
    select holder.*
    from repeated
    inner join holder on repeated.registry = holder.registry and repeated.id_number = holder.id_number
    cross join this_day
    where repeated.holders <= this_day.shared_number_limit or holder.record_key = repeated.first_key
)

select
    first_record.registry as registry_a,
    first_record.record_id as record_a,
    other.registry as registry_b,
    other.record_id as record_b,
    'id_number' as field,
    first_record.id_number as value_a,
    other.id_number as value_b,
    coalesce(
        min(case when elsewhere.person_key is null then subject_person.person_key end),
        min(case when other_elsewhere.person_key is null then other_person.person_key end),
        min(subject_person.person_key)
    ) as person_key
from held_against as first_record
inner join holder as other
    on first_record.registry = other.registry
    and first_record.id_number = other.id_number
    and first_record.record_key < other.record_key
    and first_record.name <> other.name
    and first_record.birth_date <> other.birth_date
inner join subject_person
    on first_record.registry = subject_person.registry and first_record.record_key = subject_person.record_key
inner join subject_person as other_person
    on other.registry = other_person.registry and other.record_key = other_person.record_key
left join person_elsewhere as elsewhere on subject_person.person_key = elsewhere.person_key
left join person_elsewhere as other_elsewhere on other_person.person_key = other_elsewhere.person_key
group by first_record.registry, first_record.record_id, other.registry, other.record_id, first_record.id_number, other.id_number
