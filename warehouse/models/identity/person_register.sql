-- 人员登记簿：每条记录从何时起归哪个人。只记变化，有新情况才增加；一条记录最近的一行写明它现在归谁。
-- The register of persons: which person each record has belonged to since when. Only changes are kept, so the register
-- grows with what is new; the latest row of a record says whose it is.
with
known as (
    select registry, record_key, person_key
    from person_register_history
    qualify row_number() over (partition by registry, record_key order by as_of desc) = 1
)

select
    this_day.as_of,
    subject_person.registry,
    subject_person.record_key,
    subject_person.person_key,
    known.person_key as previous_key,
    subject_person.match_method,
    subject_person.match_probability
from subject_person
cross join this_day
left join known
    on subject_person.registry = known.registry and subject_person.record_key = known.record_key
where known.person_key is distinct from subject_person.person_key
