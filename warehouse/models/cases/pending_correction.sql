-- 疑点尚未一致时村里查明的差错，以及错在哪个登记库：按答复，是全员人口库或与它对照的登记库。与全员人口库无关的疑点（如
-- 户籍一条记录自己矛盾），无论选哪一项，都是那条记录所在的登记库：值是那条记录的，别人也无法更正。
-- 退回重核以前的答复也列出，但不再有效。
-- What the village found wrong while the case was still there, and in which registry: by the answer, the health registry or
-- the one it is held against. In a case that the health registry has no part in (a household entry that contradicts itself) it
-- is the registry of that record, whichever is ticked: the value is that record's, and nobody else can correct it. Answers
-- from before a case was sent back are listed too and no longer count.
with
described as (
    select case_id, as_of, registry_a, registry_b from finding_history
    union all
    select case_id, as_of, registry_a, registry_b from finding
)

select
    case_answer.case_id,
    case_answer.spell,
    case_answer.answer_id,
    case_spell.found_on,
    case
        when case_answer.reply = 'health_wrong' and 'health_registry' in (described.registry_a, described.registry_b)
            then 'health_registry'
        else coalesce(described.registry_b, described.registry_a)
    end as registry,
    case_answer.recipient,
    case_answer.reply,
    case_answer.corrected_value,
    case_answer.file_id,
    case_answer.row_number,
    case_answer.received_on,
    case_answer.received_at,
    case_answer.entered_on,
    case_answer.counts
from case_answer
inner join case_spell on case_answer.case_id = case_spell.case_id and case_answer.spell = case_spell.spell
inner join described on case_spell.case_id = described.case_id and case_spell.found_on = described.as_of
where
    case_answer.kind = 'worklist'
    and case_answer.reply in ('health_wrong', 'other_wrong')
    and (case_spell.gone_on is null or case_answer.received_on < case_spell.gone_on)
