-- Where each drawn case stands: what its latest re-check found when it was entered (recheck_judgement), or pending.
with
judged as (
    select handover_id, case_id, file_id, sheet, row_number, received_on, received_at, verdict from recheck_judgement_history
    union all
    select handover_id, case_id, file_id, sheet, row_number, received_on, received_at, verdict from recheck_judgement
),

latest as (
    select *
    from judged
    qualify row_number() over (
        partition by handover_id, case_id order by received_at desc, file_id, sheet, row_number
    ) = 1
)

select
    handover_case.handover_id,
    handover_case.case_id,
    handover_case.rule_code,
    handover_case.village_code,
    handover_case.handed_on as drawn_on,
    handover_case.draw_weight,
    latest.file_id,
    latest.row_number,
    latest.received_on,
    coalesce(latest.verdict, 'pending') as verdict
from handover_case
left join latest on handover_case.handover_id = latest.handover_id and handover_case.case_id = latest.case_id
where handover_case.kind = 'recheck'
