-- 复核扣分，逐件列明：期限和自查期以后查实的差错。没有要改的不扣（recheck_verdict.exempt：已免改，
-- 或村里已答复规则有误）；抽取以前村里已经自报的差错也不扣。
-- What re-checks cost, case by case: an error found after the deadline and after the self-check period. Nothing is deducted
-- where nothing was to be corrected (recheck_verdict.exempt: waived, or the village said that the rule is wrong), or where the
-- village reported the error itself before the case was drawn.
with
wrong as (
    select recheck_verdict.*, case_standing.due_on, case_deadline.points, case_deadline.self_check_until
    from recheck_verdict
    inner join case_standing
        on recheck_verdict.case_id = case_standing.case_id and recheck_verdict.spell = case_standing.spell
    inner join case_deadline on recheck_verdict.rule_code = case_deadline.rule_code
    where recheck_verdict.verdict = 'wrong' and recheck_verdict.village_code is not null and case_deadline.points > 0
),

-- An answer with the very value that the re-check found is a report of the error: the registry is late, the village is not wrong.
self_reported as (
    select distinct wrong.handover_id, wrong.case_id
    from wrong
    inner join case_answer on wrong.case_id = case_answer.case_id and wrong.spell = case_answer.spell
    inner join return_row as seen
        on wrong.file_id = seen.file_id
        and wrong.sheet = seen.sheet
        and wrong.row_number = seen.row_number
        and wrong.case_id = seen.case_id
    where
        case_answer.kind = 'worklist'
        and case_answer.counts
        and case_answer.received_on <= wrong.drawn_on
        and case_answer.corrected_value = seen.corrected_value
),

judged as (
    select
        wrong.*,
        case
            when wrong.exempt is not null then wrong.exempt
            when self_reported.case_id is not null then 'self_reported'
            when wrong.received_on <= wrong.self_check_until then 'in_self_check'
            when wrong.received_on <= wrong.due_on then 'before_deadline'
            else 'deducted'
        end as reason
    from wrong
    left join self_reported on wrong.handover_id = self_reported.handover_id and wrong.case_id = self_reported.case_id
)

select
    case_id,
    handover_id,
    rule_code,
    village_code,
    due_on,
    received_on as found_wrong_on,
    file_id,
    sheet,
    row_number,
    case when reason = 'deducted' then points else 0 end as points,
    reason
from judged
