-- 各不相同的答复。同一答复有几份的（几个人各填一份，或一个文件交了两次）只计一次，以最先的一份为凭据；
-- 对同一疑点的不同答复都保留。答复算在它交回时的那一次出现里。退回重核以后的答复是新的答复，与以前说的相同也算：
-- 只有此后的答复有效。同样，有了答复以后再退回的，是又一次退回。答复写的村如今并入他村的，就是那个村。
-- Distinct answers. The same answer in several copies (one list filled in by several people, one file sent twice) counts once,
-- with the first copy as evidence; different answers to one case all stay. An answer belongs to the spell in which it came.
-- What is answered after a case was sent back is a new answer, even where it says the same as before: only answers since then
-- count. In the same way a case is sent back anew once it was answered in between. A village named that is part of another now
-- is that one.
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
        input.entered_on
    from return_row
    inner join input on return_row.file_id = input.input_id
    inner join case_spell on return_row.case_id = case_spell.case_id and case_spell.found_on <= return_row.received_on
    qualify row_number() over (
        partition by return_row.file_id, return_row.sheet, return_row.row_number order by case_spell.spell desc
    ) = 1
),

sent_back as (
    select case_id, spell, max(received_at) as received_at
    from placed
    where reply = 'send_back'
    group by case_id, spell
),

-- How often the case was sent back before an answer, or answered before it was sent back. What comes later changes no turn.
turns as (
    select
        placed.*,
        case when reply = 'send_back' then answered_before else sent_back_before end as turn
    from (
        select
            placed.*,
            sum(case when reply = 'send_back' then 1 else 0 end) over (
                partition by case_id, spell order by received_at
            ) as sent_back_before,
            sum(case when reply = 'send_back' then 0 else 1 end) over (
                partition by case_id, spell order by received_at
            ) as answered_before
        from placed
    ) as placed
),

named as (
    select
        turns.*,
        case_id || '|' || cast(spell as varchar) || '|' || kind || '|' || reply || '|' || coalesce(corrected_value, '')
        || '|' || cast(turn as varchar) as answer
    from turns
),

counted as (
    select
        named.*,
        count(*) over (partition by answer) as copies,
        row_number() over (partition by answer order by entered_on, received_at, file_id, sheet, row_number) as copy
    from named
)

select
    substr(md5(counted.answer), 1, 16) as answer_id,
    counted.case_id,
    counted.spell,
    counted.kind,
    counted.recipient,
    counted.reply,
    coalesce(former.village_code, counted.corrected_value) as corrected_value,
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
left join former_village as former on counted.corrected_value = former.former_code
where counted.copy = 1
