-- 填了号码，但不可能是公民身份号码：长度、字符、校验码不对，或日期不可能。用同一个号码的记录各自查出，不论还有谁在用。
-- 疑点说的是号码写错的那个人（另有依据认得出是谁的）；认不出的，说的是记录的本人，再没有就是对方当事人。其中有本地人
-- 的，不说外地人（person_elsewhere）。
-- 配偶和父母不一定有公民身份号码：护照（国际民航组织 9303 号文件：不超过九位，此处以字母开头）、港澳居民来往内地通行证、外国
-- 人永久居留身份证的号码不算写错。
-- A number that is given but cannot be a citizen id: length, characters, check digit or an impossible date. Every record that
-- bears it is found by itself, whoever else bears the same. It is about the one whose number it is, where the record is known
-- to be his or hers all the same; else about the record's subject, else about the other party. Of these it is about nobody of
-- another place (person_elsewhere) where there is somebody of the place.
-- A spouse or parent need not have a citizen id: the number of a passport (ICAO Doc 9303: nine characters at most; here those
-- with a letter first), of a Hong Kong or Macao resident's travel permit or of a foreigner's permanent residence is no error.
with written as (
    select 'health_registry' as registry, record_id, record_key, 'id_number' as field, id_number as value
    from stg_health_registry where is_active and not id_is_valid
    union all
    select 'health_registry', record_id, record_key, 'spouse_id', spouse_id
    from stg_health_registry where is_active and not spouse_id_is_valid
    union all
    select 'health_registry', record_id, record_key, 'mother_id', mother_id
    from stg_health_registry where is_active and not mother_id_is_valid
    union all
    select 'health_registry', record_id, record_key, 'father_id', father_id
    from stg_health_registry where is_active and not father_id_is_valid
    union all
    select 'household_register', record_id, record_key, 'id_number', id_number
    from stg_household_register where is_active and not id_is_valid
    union all
    select 'marriage_register', record_id, record_key, 'husband_id', husband_id
    from stg_marriage_register where is_active and not husband_id_is_valid
    union all
    select 'marriage_register', record_id, record_key, 'wife_id', wife_id
    from stg_marriage_register where is_active and not wife_id_is_valid
    union all
    select 'birth_certificate', record_id, record_key, 'mother_id', mother_id
    from stg_birth_certificate where is_active and not mother_id_is_valid
    union all
    select 'birth_certificate', record_id, record_key, 'father_id', father_id
    from stg_birth_certificate where is_active and not father_id_is_valid
    union all
    select 'hospital_delivery', record_id, record_key, 'mother_id', mother_id
    from stg_hospital_delivery where is_active and not mother_id_is_valid
    union all
    select 'hospital_delivery', record_id, record_key, 'father_id', father_id
    from stg_hospital_delivery where is_active and not father_id_is_valid
    union all
    select 'floating_population', record_id, record_key, 'id_number', id_number
    from stg_floating_population where is_active and not id_is_valid
),

mentioned as (
    select
        written.*,
        mention.person_key,
        row_number() over (
            partition by written.registry, written.record_key, written.field
            order by
                case when person_elsewhere.person_key is null then 0 else 1 end,
                case when mention.role || '_id' = written.field then 0 when mention.role = 'subject' then 1 else 2 end,
                mention.person_key
        ) as place
    from written
    left join person_record as mention
        on written.registry = mention.registry and written.record_key = mention.record_key
    left join person_elsewhere on mention.person_key = person_elsewhere.person_key
    where
        written.value is not null
        and (
            written.field = 'id_number'
            or not regexp_matches(written.value, '^([A-Z][A-Z0-9]?[0-9]{5,7}|[HM][0-9]{10}|[A-Z]{3}[0-9]{12})$')
        )
)

select distinct
    registry as registry_a,
    record_id as record_a,
    cast(null as varchar) as registry_b,
    cast(null as varchar) as record_b,
    field,
    value as value_a,
    cast(null as varchar) as value_b,
    person_key
from mentioned
where place = 1
