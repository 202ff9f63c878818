-- Records that belong to the owner of their id number: the name or the birth date must agree as well, because one number
-- on two people is one of the errors looked for. A name agrees in another form, sound or look of the same characters too.
-- The floating-population platform gives no birth date; there the name or the sex must agree.
with
holder as (
    select
        subject.registry,
        subject.record_key,
        subject.id_number,
        subject.name,
        owner.name as owner_name,
        coalesce(
            subject.name = owner.name
            or subject.name = owner.former_name
            or subject.former_name = owner.name
            or subject.birth_date = subject.id_birth_date
            or (subject.registry = 'floating_population' and subject.sex = owner.sex),
            false
        ) as agrees
    from subject_record as subject
    inner join id_owner as owner on subject.id_number = owner.id_number
)

select registry, record_key, 'P' || substr(md5('id:' || id_number), 1, 16) as person_key
from holder
where agrees
union all
select registry, record_key, 'P' || substr(md5('id:' || id_number), 1, 16)
from (select * from holder where not agrees) as doubtful
where name_agreement(name, owner_name) in ('variant', 'homophone', 'look_alike')
