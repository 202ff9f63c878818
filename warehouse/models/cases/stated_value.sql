-- 有人问到的字段，各登记库现在怎样写：手工更正表所列的，和已交回复核的。可以更正的字段（forms/corrections.yaml）都列在
-- 这里。一个登记库中同一编号有两条记录的，就有两行。
-- What the registries now say in those fields that somebody asks about: for a correction kept by hand, and for a re-check that
-- came back. Every field that can be corrected (forms/corrections.yaml) is listed here. A number that a registry has twice gives
-- as many rows.
with
asked as (
    select registry, record_id, field from listed_correction
    union
    select discrepancy.registry_a, discrepancy.record_a, discrepancy.field
    from discrepancy
    inner join return_row on discrepancy.case_id = return_row.case_id
    where return_row.kind = 'recheck'
)

select
    'health_registry' as registry,
    record.record_id,
    record.record_key,
    asked.field,
    case asked.field
        when 'name' then record.name
        when 'sex' then record.sex
        when 'birth_date' then cast(record.birth_date as varchar)
        when 'id_number' then record.id_number
        when 'registered_village_code' then record.registered_village_code
        when 'marital_status' then record.marital_status
        when 'first_marriage_date' then cast(record.first_marriage_date as varchar)
        when 'spouse_id' then record.spouse_id
        when 'mother_id' then record.mother_id
        when 'father_id' then record.father_id
    end as source_value,
    record.is_active
from asked
inner join stg_health_registry as record on asked.record_id = record.record_id
where asked.registry = 'health_registry'
union all
select
    'household_register',
    record.record_id,
    record.record_key,
    asked.field,
    case asked.field
        when 'name' then record.name
        when 'sex' then record.sex
        when 'birth_date' then cast(record.birth_date as varchar)
        when 'id_number' then record.id_number
        when 'registered_village_code' then record.registered_village_code
    end,
    record.is_active
from asked
inner join stg_household_register as record on asked.record_id = record.record_id
where asked.registry = 'household_register'
union all
select
    'marriage_register',
    record.record_id,
    record.record_key,
    asked.field,
    case asked.field
        when 'event_date' then cast(record.event_date as varchar)
        when 'husband_id' then record.husband_id
        when 'wife_id' then record.wife_id
    end,
    record.is_active
from asked
inner join stg_marriage_register as record on asked.record_id = record.record_id
where asked.registry = 'marriage_register'
union all
select
    'birth_certificate',
    record.record_id,
    record.record_key,
    asked.field,
    case asked.field
        when 'name' then record.name
        when 'sex' then record.sex
        when 'birth_date' then cast(record.birth_date as varchar)
        when 'mother_id' then record.mother_id
        when 'father_id' then record.father_id
    end,
    record.is_active
from asked
inner join stg_birth_certificate as record on asked.record_id = record.record_id
where asked.registry = 'birth_certificate'
union all
select
    'hospital_delivery',
    record.record_id,
    record.record_key,
    asked.field,
    case asked.field
        when 'sex' then record.sex
        when 'birth_date' then cast(record.birth_date as varchar)
        when 'mother_id' then record.mother_id
        when 'father_id' then record.father_id
    end,
    record.is_active
from asked
inner join stg_hospital_delivery as record on asked.record_id = record.record_id
where asked.registry = 'hospital_delivery'
union all
select
    'floating_population',
    record.record_id,
    record.record_key,
    asked.field,
    case asked.field
        when 'name' then record.name
        when 'sex' then record.sex
        when 'id_number' then record.id_number
    end,
    record.is_active
from asked
inner join stg_floating_population as record on asked.record_id = record.record_id
where asked.registry = 'floating_population'
