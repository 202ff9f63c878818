-- What verification found and the source does not say yet. Figures never include it. `repaired` turns true on the day the
-- source says the same: the row is shown once more on that day and then drops out with its case.
select
    discrepancy.case_id,
    pending.detail as registry,
    case when pending.detail = discrepancy.registry_a then discrepancy.record_a else discrepancy.record_b end as record_id,
    discrepancy.field,
    case when pending.detail = discrepancy.registry_a then discrepancy.value_a else discrepancy.value_b end as source_value,
    case_answer.corrected_value,
    case_answer.reply as reason,
    case_answer.file_id,
    case_answer.row_number,
    case_answer.received_on as known_since,
    discrepancy.status = 'resolved'
    or case_answer.corrected_value is not distinct from
    case when pending.detail = discrepancy.registry_a then discrepancy.value_a else discrepancy.value_b end as repaired
from case_answer
inner join case_event as pending
    on case_answer.case_id = pending.case_id
    and case_answer.spell = pending.spell
    and case_answer.file_id = pending.file_id
    and case_answer.row_number = pending.row_number
    and pending.kind = 'correction_pending'
inner join discrepancy on case_answer.case_id = discrepancy.case_id
cross join this_day
where
    case_answer.counts
    and case_answer.corrected_value is not null
    and (discrepancy.status = 'open' or discrepancy.resolved_on = this_day.as_of)
qualify row_number() over (
    partition by discrepancy.case_id, pending.detail, case_answer.corrected_value order by case_answer.received_at
) = 1
