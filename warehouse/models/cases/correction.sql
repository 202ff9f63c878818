-- What is known to be right and the source does not say yet: found by verification, or listed by hand (listed_correction).
-- Figures never include it. `repaired` turns true on the day the source says the same, or no longer has the record: what
-- verification found is shown once more on that day and then drops out with its case; what is listed stays until the list
-- drops it. Only the spell in which a case now is counts: what was found before its registries agreed is settled.
with
answered as (
    select
        discrepancy.case_id,
        pending.registry,
        case when pending.registry = discrepancy.registry_a then discrepancy.record_a else discrepancy.record_b end as record_id,
        discrepancy.field,
        case when pending.registry = discrepancy.registry_a then discrepancy.value_a else discrepancy.value_b end as source_value,
        pending.corrected_value,
        pending.reply,
        pending.file_id,
        pending.row_number,
        pending.received_on,
        discrepancy.status
    from pending_correction as pending
    inner join discrepancy on pending.case_id = discrepancy.case_id and pending.found_on = discrepancy.spell_found_on
    cross join this_day
    where
        pending.counts
        and pending.corrected_value is not null
        and (discrepancy.status = 'open' or discrepancy.resolved_on = this_day.as_of)
    qualify row_number() over (
        partition by pending.case_id, pending.registry, pending.corrected_value
        order by pending.received_at, pending.answer_id
    ) = 1
),

verified as (
    select
        case_id as correction_no,
        case_id,
        registry,
        record_id,
        field,
        source_value,
        corrected_value,
        reply as reason,
        file_id,
        row_number,
        received_on as known_since,
        status = 'resolved' or corrected_value is not distinct from source_value as repaired
    from answered
),

source as (
    select
        'health_registry' as registry, listed.correction_no,
        case listed.field
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
        end as value
    from listed_correction as listed
    inner join stg_health_registry as record on listed.record_id = record.record_id
    where listed.registry = 'health_registry' and record.is_active
    union all
    select
        'household_register', listed.correction_no,
        case listed.field
            when 'name' then record.name
            when 'sex' then record.sex
            when 'birth_date' then cast(record.birth_date as varchar)
            when 'id_number' then record.id_number
            when 'registered_village_code' then record.registered_village_code
        end
    from listed_correction as listed
    inner join stg_household_register as record on listed.record_id = record.record_id
    where listed.registry = 'household_register' and record.is_active
    union all
    select
        'marriage_register', listed.correction_no,
        case listed.field
            when 'event_date' then cast(record.event_date as varchar)
            when 'husband_id' then record.husband_id
            when 'wife_id' then record.wife_id
        end
    from listed_correction as listed
    inner join stg_marriage_register as record on listed.record_id = record.record_id
    where listed.registry = 'marriage_register' and record.is_active
    union all
    select
        'birth_certificate', listed.correction_no,
        case listed.field
            when 'name' then record.name
            when 'sex' then record.sex
            when 'birth_date' then cast(record.birth_date as varchar)
            when 'mother_id' then record.mother_id
            when 'father_id' then record.father_id
        end
    from listed_correction as listed
    inner join stg_birth_certificate as record on listed.record_id = record.record_id
    where listed.registry = 'birth_certificate' and record.is_active
    union all
    select
        'hospital_delivery', listed.correction_no,
        case listed.field
            when 'sex' then record.sex
            when 'birth_date' then cast(record.birth_date as varchar)
            when 'mother_id' then record.mother_id
            when 'father_id' then record.father_id
        end
    from listed_correction as listed
    inner join stg_hospital_delivery as record on listed.record_id = record.record_id
    where listed.registry = 'hospital_delivery' and record.is_active
    union all
    select
        'floating_population', listed.correction_no,
        case listed.field
            when 'name' then record.name
            when 'sex' then record.sex
            when 'id_number' then record.id_number
        end
    from listed_correction as listed
    inner join stg_floating_population as record on listed.record_id = record.record_id
    where listed.registry = 'floating_population' and record.is_active
),

-- Where a registry has a number twice, the correction is in the source once no row differs.
held as (
    select
        listed.correction_no,
        min(case when source.value is distinct from listed.corrected_value then coalesce(source.value, '') end) as differing,
        count(case when source.value is distinct from listed.corrected_value then 1 end) as wrong
    from listed_correction as listed
    inner join source on listed.correction_no = source.correction_no
    group by listed.correction_no
)

select * from verified
union all
select
    listed.correction_no,
    cast(null as varchar),
    listed.registry,
    listed.record_id,
    listed.field,
    case when held.wrong = 0 then listed.corrected_value else nullif(held.differing, '') end,
    listed.corrected_value,
    listed.reason,
    listed.file_id,
    listed.row_number,
    listed.known_since,
    coalesce(held.wrong, 0) = 0
from listed_correction as listed
left join held on listed.correction_no = held.correction_no
