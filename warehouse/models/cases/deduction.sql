-- What re-checks cost, case by case: an error found after the deadline and after the self-check period. Nothing is deducted
-- where the village reported the error itself before the case was drawn, or said that the rule is wrong.
with
wrong as (
    select recheck_verdict.*, case_standing.due_on, case_standing.spell, case_deadline.points, case_deadline.self_check_until
    from recheck_verdict
    inner join case_standing
        on recheck_verdict.case_id = case_standing.case_id and recheck_verdict.drawn_on >= case_standing.found_on
    inner join case_deadline on recheck_verdict.rule_code = case_deadline.rule_code
    where recheck_verdict.verdict = 'wrong' and recheck_verdict.village_code is not null and case_deadline.points > 0
    qualify row_number() over (
        partition by recheck_verdict.handover_id, recheck_verdict.case_id order by case_standing.spell desc
    ) = 1
),

-- An answer with the very value that the re-check found is a report of the error: the registry is late, the village is not wrong.
excused as (
    select
        wrong.handover_id,
        wrong.case_id,
        max(case when case_answer.reply = 'rule_wrong' then 1 else 0 end) as rule_wrong,
        max(case when case_answer.corrected_value = seen.corrected_value then 1 else 0 end) as self_reported
    from wrong
    inner join case_answer on wrong.case_id = case_answer.case_id and wrong.spell = case_answer.spell
    inner join return_row as seen
        on wrong.file_id = seen.file_id and wrong.row_number = seen.row_number and wrong.case_id = seen.case_id
    where case_answer.kind = 'worklist' and case_answer.counts and case_answer.received_on <= wrong.drawn_on
    group by wrong.handover_id, wrong.case_id
),

judged as (
    select
        wrong.*,
        case
            when excused.rule_wrong = 1 then 'rule_wrong'
            when excused.self_reported = 1 then 'self_reported'
            when wrong.received_on <= wrong.self_check_until then 'in_self_check'
            when wrong.received_on <= wrong.due_on then 'before_deadline'
            else 'deducted'
        end as reason
    from wrong
    left join excused on wrong.handover_id = excused.handover_id and wrong.case_id = excused.case_id
)

select
    case_id,
    handover_id,
    rule_code,
    village_code,
    due_on,
    received_on as found_wrong_on,
    file_id,
    row_number,
    case when reason = 'deducted' then points else 0 end as points,
    reason
from judged
