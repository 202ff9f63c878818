-- Distinct answers. The same answer in several copies (one list filled in by several people, one file sent twice) counts once,
-- with the first copy as evidence; different answers to one case all stay. An answer belongs to the spell in which it came.
with
input as (
    select input_id, min(as_of) as entered_on
    from (
        select input_id, as_of from day_input_history
        union all
        select input_id, as_of from day_input
    ) as known
    group by input_id
),

placed as (
    select
        return_row.*,
        case_spell.spell,
        input.entered_on,
        return_row.case_id || '|' || cast(case_spell.spell as varchar) || '|' || return_row.kind || '|'
        || return_row.reply || '|' || coalesce(return_row.corrected_value, '') as answer
    from return_row
    inner join input on return_row.file_id = input.input_id
    inner join case_spell on return_row.case_id = case_spell.case_id and case_spell.found_on <= return_row.received_on
    qualify row_number() over (
        partition by return_row.file_id, return_row.sheet, return_row.row_number order by case_spell.spell desc
    ) = 1
),

counted as (
    select
        placed.*,
        count(*) over (partition by answer) as copies,
        row_number() over (partition by answer order by entered_on, received_at, file_id, sheet, row_number) as copy
    from placed
),

sent_back as (
    select case_id, spell, max(received_at) as received_at
    from counted
    where reply = 'send_back'
    group by case_id, spell
)

select
    substr(md5(counted.answer), 1, 16) as answer_id,
    counted.case_id,
    counted.spell,
    counted.kind,
    counted.recipient,
    counted.reply,
    counted.corrected_value,
    counted.source_seen,
    counted.remark,
    counted.file_id,
    counted.row_number,
    counted.received_on,
    counted.received_at,
    counted.entered_on,
    counted.copies,
    sent_back.received_at is null or counted.received_at >= sent_back.received_at as counts
from counted
left join sent_back on counted.case_id = sent_back.case_id and counted.spell = sent_back.spell
where counted.copy = 1
