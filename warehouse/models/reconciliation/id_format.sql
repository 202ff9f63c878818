-- A number that is given but cannot be a citizen id: length, characters, check digit or an impossible date.
with written as (
    select 'health_registry' as registry, record_id, 'id_number' as field, id_number as value
    from stg_health_registry where is_active and not id_is_valid
    union all
    select 'health_registry', record_id, 'spouse_id', spouse_id
    from stg_health_registry where is_active and not spouse_id_is_valid
    union all
    select 'health_registry', record_id, 'mother_id', mother_id
    from stg_health_registry where is_active and not mother_id_is_valid
    union all
    select 'health_registry', record_id, 'father_id', father_id
    from stg_health_registry where is_active and not father_id_is_valid
    union all
    select 'household_register', record_id, 'id_number', id_number
    from stg_household_register where is_active and not id_is_valid
    union all
    select 'marriage_register', record_id, 'husband_id', husband_id
    from stg_marriage_register where is_active and not husband_id_is_valid
    union all
    select 'marriage_register', record_id, 'wife_id', wife_id
    from stg_marriage_register where is_active and not wife_id_is_valid
    union all
    select 'birth_certificate', record_id, 'mother_id', mother_id
    from stg_birth_certificate where is_active and not mother_id_is_valid
    union all
    select 'birth_certificate', record_id, 'father_id', father_id
    from stg_birth_certificate where is_active and not father_id_is_valid
    union all
    select 'hospital_delivery', record_id, 'mother_id', mother_id
    from stg_hospital_delivery where is_active and not mother_id_is_valid
    union all
    select 'hospital_delivery', record_id, 'father_id', father_id
    from stg_hospital_delivery where is_active and not father_id_is_valid
    union all
    select 'floating_population', record_id, 'id_number', id_number
    from stg_floating_population where is_active and not id_is_valid
)

select
    written.registry as registry_a,
    written.record_id as record_a,
    cast(null as varchar) as registry_b,
    cast(null as varchar) as record_b,
    written.field,
    written.value as value_a,
    cast(null as varchar) as value_b,
    min(mention.person_key) as person_key
from written
left join person_record as mention
    on written.registry = mention.registry and written.record_id = mention.record_id
where written.value is not null
group by written.registry, written.record_id, written.field, written.value
