-- Records that belong to the owner of their id number: the name or the birth date must agree as well, because one number
-- on two people is one of the errors looked for. The floating-population platform gives no birth date; there the name or
-- the sex must agree.
select
    subject.registry,
    subject.record_key,
    'P' || substr(md5('id:' || subject.id_number), 1, 16) as person_key
from subject_record as subject
inner join id_owner as owner on subject.id_number = owner.id_number
where
    subject.name = owner.name
    or subject.name = owner.former_name
    or subject.former_name = owner.name
    or subject.birth_date = subject.id_birth_date
    or (subject.registry = 'floating_population' and subject.sex = owner.sex)
