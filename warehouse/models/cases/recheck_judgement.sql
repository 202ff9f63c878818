-- 当日交回的抽查复核的结论：复核人员不看村里的答复，写下证件上的值，与入账当天该疑点所在登记库的值比较；证件只能证明
-- 已婚的，初婚、再婚、复婚都算一致。疑点在于有没有记录而不在于值的，看是否查有此人。结论作出以后不再变：登记库以后怎样
-- 写，都不使它变对或变错。
-- What the day's returned re-checks say: the document's value, written down without seeing the village's answer, against
-- what the registry that the case is about says on the day the re-check is entered; a document that only proves a marriage
-- agrees with a first one as with any other. Where the case is about a record and not a value: was the person there to be
-- found? A judgement once made stays: what the registry says later neither makes it good nor bad.
with
drawn as (
    select
        handover_case.handover_id,
        handover_case.case_id,
        handover_case.rule_code,
        handover_case.field,
        discrepancy.registry_a,
        discrepancy.record_a,
        return_row.file_id,
        return_row.sheet,
        return_row.row_number,
        return_row.received_on,
        return_row.received_at,
        return_row.reply,
        coalesce(former.village_code, return_row.corrected_value) as corrected_value
    from handover_case
    inner join discrepancy on handover_case.case_id = discrepancy.case_id
    inner join return_row
        on handover_case.case_id = return_row.case_id
        and return_row.kind = 'recheck'
        and return_row.received_on >= handover_case.handed_on
    left join former_village as former on return_row.corrected_value = former.former_code
    left join recheck_judgement_history as judged
        on handover_case.handover_id = judged.handover_id
        and return_row.case_id = judged.case_id
        and return_row.file_id = judged.file_id
        and return_row.sheet = judged.sheet
        and return_row.row_number = judged.row_number
    where handover_case.kind = 'recheck' and judged.handover_id is null
),

-- A record that is gone from another registry says nothing: its owner may have corrected its very number. One of the health
-- registry speaks even when it was cancelled: that proves nothing. Of records with one number, one that agrees is enough.
compared as (
    select drawn.*, stated.source_value as value_now, stated.record_key is not null as is_there
    from drawn
    left join stated_value as stated
        on drawn.registry_a = stated.registry
        and drawn.record_a = stated.record_id
        and drawn.field = stated.field
        and (stated.is_active or stated.registry = 'health_registry')
    qualify row_number() over (
        partition by drawn.handover_id, drawn.case_id, drawn.file_id, drawn.sheet, drawn.row_number
        order by case when drawn.corrected_value = stated.source_value then 0 else 1 end, stated.record_key
    ) = 1
)

select
    this_day.as_of,
    compared.handover_id,
    compared.case_id,
    compared.file_id,
    compared.sheet,
    compared.row_number,
    compared.received_on,
    compared.received_at,
    case
        when compared.reply = 'unverifiable' then 'unverifiable'
        when compared.rule_code = 'DEREGISTERED_ACTIVE' then case when compared.reply = 'not_found' then 'right' else 'wrong' end
        when compared.field in ('record_id', 'record_status') then case when compared.reply = 'seen' then 'right' else 'wrong' end
        when compared.reply = 'not_found' then 'wrong'
        when compared.record_a is null then 'unverifiable'
        when compared.registry_a <> 'health_registry' and not compared.is_there then 'unverifiable'
        when compared.corrected_value is not distinct from compared.value_now then 'right'
        when compared.field = 'marital_status'
            and '20' in (compared.corrected_value, compared.value_now)
            and compared.corrected_value in ('20', '21', '22', '23')
            and compared.value_now in ('20', '21', '22', '23')
            then 'right'
        else 'wrong'
    end as verdict
from compared
cross join this_day
