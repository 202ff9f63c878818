-- 各不相同的答复。同一答复有几份的（几个人各填一份，或一个文件交了两次）只计一次，以最先交回的一份为凭据；
-- 对同一疑点的不同答复都保留。答复算在它交回时的那一次出现里。退回重核以后的答复是新的答复，与以前说的相同也算：
-- 只有此后的答复有效。同样，有了答复以后再退回的，是又一次退回。两边已一致以后才交回的退回，没有什么可退。裁定免改的是待裁定
-- 清单上的值（shown_a、shown_b）：值变了以后再裁定免改，是又一次裁定。答复写的村如今并入他村的，就是那个村。
-- Distinct answers. The same answer in several copies (one list filled in by several people, one file sent twice) counts once,
-- with the first copy as evidence; different answers to one case all stay. An answer belongs to the spell in which it came.
-- What is answered after a case was sent back is a new answer, even where it says the same as before: only answers since then
-- count. In the same way a case is sent back anew once it was answered in between. What comes back after the registries agreed
-- sends nothing back. What is waived are the values on the list of decisions (shown_a, shown_b): to waive others that came
-- since is another decision. A village named that is part of another now is that one.
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
        case_spell.found_on,
        return_row.reply = 'send_back' and coalesce(return_row.received_on < case_spell.gone_on, true) as sends_back,
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
    where sends_back
    group by case_id, spell
),

-- The newest list of decisions that was out when a waiver came back; what changed since it was made nobody has seen.
waived as (
    select
        placed.file_id,
        placed.sheet,
        placed.row_number,
        placed.case_id,
        coalesce(max(handover_case.list_date), placed.received_on) as seen_on
    from placed
    left join handover_case
        on placed.case_id = handover_case.case_id
        and handover_case.kind = 'decision'
        and handover_case.list_date >= placed.found_on
        and handover_case.handed_at <= placed.received_at
    where placed.reply = 'waive'
    group by placed.file_id, placed.sheet, placed.row_number, placed.case_id, placed.received_on
),

-- A village that is part of another now is that one: the values are what they were.
shown as (
    select
        waived.file_id,
        waived.sheet,
        waived.row_number,
        coalesce(former_a.village_code, found.value_a) as value_a,
        coalesce(former_b.village_code, found.value_b) as value_b
    from waived
    inner join (
        select case_id, as_of, value_a, value_b from finding_history
        union all
        select case_id, as_of, value_a, value_b from finding
    ) as found
        on waived.case_id = found.case_id and found.as_of <= waived.seen_on
    left join former_village as former_a on found.value_a = former_a.former_code
    left join former_village as former_b on found.value_b = former_b.former_code
    qualify row_number() over (
        partition by waived.file_id, waived.sheet, waived.row_number order by found.as_of desc
    ) = 1
),

-- How often the case was sent back before an answer, or answered before it was sent back. What comes later changes no turn.
turns as (
    select
        placed.*,
        case when reply = 'send_back' then answered_before else sent_back_before end as turn
    from (
        select
            placed.*,
            shown.value_a as shown_a,
            shown.value_b as shown_b,
            sum(case when placed.sends_back then 1 else 0 end) over (
                partition by placed.case_id, placed.spell order by placed.received_at
            ) as sent_back_before,
            sum(case when placed.reply = 'send_back' then 0 else 1 end) over (
                partition by placed.case_id, placed.spell order by placed.received_at
            ) as answered_before
        from placed
        left join shown
            on placed.file_id = shown.file_id and placed.sheet = shown.sheet and placed.row_number = shown.row_number
    ) as placed
),

named as (
    select
        turns.*,
        case_id || '|' || cast(spell as varchar) || '|' || kind || '|' || reply || '|' || coalesce(corrected_value, '')
        || '|' || cast(turn as varchar)
        || case when reply = 'waive' then '|' || coalesce(shown_a, '') || '|' || coalesce(shown_b, '') else '' end as answer
    from turns
),

counted as (
    select
        named.*,
        count(*) over (partition by answer) as copies,
        row_number() over (partition by answer order by entered_on, received_on, received_at, file_id, sheet, row_number) as copy
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
    counted.shown_a,
    counted.shown_b,
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
