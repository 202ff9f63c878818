-- What blind re-checks found: the document's value, written down without seeing the village's answer, against what the health
-- registry says now. Where the case is about a record and not a value: was the person there to be found?
with
drawn as (
    select
        handover_case.handover_id,
        handover_case.case_id,
        handover_case.rule_code,
        handover_case.village_code,
        handover_case.field,
        handover_case.handed_on as drawn_on,
        handover_case.draw_weight,
        discrepancy.record_a
    from handover_case
    inner join discrepancy on handover_case.case_id = discrepancy.case_id
    where handover_case.kind = 'recheck'
),

-- The latest re-check that came back for a drawn case counts.
looked as (
    select drawn.handover_id, return_row.*
    from drawn
    inner join return_row
        on drawn.case_id = return_row.case_id and return_row.kind = 'recheck' and return_row.received_on >= drawn.drawn_on
    qualify row_number() over (
        partition by drawn.handover_id, drawn.case_id
        order by return_row.received_at desc, return_row.file_id, return_row.sheet, return_row.row_number
    ) = 1
),

compared as (
    select
        drawn.*,
        looked.file_id,
        looked.row_number,
        looked.received_on,
        looked.reply,
        looked.corrected_value,
        case drawn.field
            when 'name' then health.name
            when 'sex' then health.sex
            when 'birth_date' then cast(health.birth_date as varchar)
            when 'id_number' then health.id_number
            when 'registered_village_code' then health.registered_village_code
            when 'marital_status' then health.marital_status
            when 'first_marriage_date' then cast(health.first_marriage_date as varchar)
            when 'spouse_id' then health.spouse_id
            when 'mother_id' then health.mother_id
            when 'father_id' then health.father_id
        end as value_now
    from drawn
    left join looked on drawn.handover_id = looked.handover_id and drawn.case_id = looked.case_id
    left join (
        select *
        from stg_health_registry
        qualify row_number() over (partition by record_id order by record_key) = 1
    ) as health on drawn.record_a = health.record_id
)

select
    handover_id,
    case_id,
    rule_code,
    village_code,
    drawn_on,
    draw_weight,
    file_id,
    row_number,
    received_on,
    case
        when reply is null then 'pending'
        when reply = 'unverifiable' then 'unverifiable'
        when rule_code = 'DEREGISTERED_ACTIVE' then case when reply = 'not_found' then 'right' else 'wrong' end
        when field in ('record_id', 'record_status') then case when reply = 'seen' then 'right' else 'wrong' end
        when reply = 'not_found' then 'wrong'
        when record_a is null then 'unverifiable'
        when corrected_value is not distinct from value_now then 'right'
        else 'wrong'
    end as verdict
from compared
