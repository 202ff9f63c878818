-- 提到一个人的记录，每个角色一行：本人、婚姻登记的男方和女方、出生证和分娩登记上的父母。凭号码、出生证或父母归人的，
-- 匹配概率为 1。
-- The records that mention a person, one row per role: the subject, the parties of a marriage, the parents on a certificate or
-- delivery. A link by number, certificate or parents has probability 1.
with
mention as (
    select 'marriage_register' as registry, record_id, record_key, role, id_number, match_method
    from marriage_party
    union all
    select 'birth_certificate', record_id, record_key, 'mother', mother_id, 'id'
    from stg_birth_certificate where mother_id_is_valid and is_active
    union all
    select 'birth_certificate', record_id, record_key, 'father', father_id, 'id'
    from stg_birth_certificate where father_id_is_valid and is_active
    union all
    select 'hospital_delivery', record_id, record_key, 'mother', mother_id, 'id'
    from stg_hospital_delivery where mother_id_is_valid and is_active
    union all
    select 'hospital_delivery', record_id, record_key, 'father', father_id, 'id'
    from stg_hospital_delivery where father_id_is_valid and is_active
),

-- Only of those who are mentioned: where few are, few owners are looked up.
id_person as (
    select owner.id_number, subject_person.person_key
    from (select * from id_owner where id_number in (select id_number from mention)) as owner
    inner join subject_person on owner.registry = subject_person.registry and owner.record_key = subject_person.record_key
)

select person_key, registry, record_id, record_key, 'subject' as role, match_method, match_probability
from subject_person
union all
select
    coalesce(id_person.person_key, 'P' || substr(md5('id:' || mention.id_number), 1, 16)),
    mention.registry,
    mention.record_id,
    mention.record_key,
    mention.role,
    mention.match_method,
    1.0
from mention
left join id_person on mention.id_number = id_person.id_number
