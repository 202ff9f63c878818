-- 待人工判断的清单：可能是同一人、还没有人判定的成对记录，并列对照。
-- The review queue: pairs of records that may be one person and that nobody has decided on yet, side by side.
select
    link.registry,
    link.record_key,
    link.other_registry,
    link.other_record_key,
    record.name as name_a,
    person.name as name_b,
    record.sex as sex_a,
    person.sex as sex_b,
    record.birth_date as birth_date_a,
    person.birth_date as birth_date_b,
    record.id_number as id_number_a,
    person.id_number as id_number_b,
    record.village_code as village_a,
    person.village_code as village_b,
    link.weight,
    link.probability
from probable_link as link
inner join unplaced_record as record
    on link.registry = record.registry and link.record_key = record.record_key
inner join linkable_person as person on link.other_group_key = person.group_key
where link.decision = 'review'
