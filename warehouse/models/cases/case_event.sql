-- 疑点台账。每件事都由不再改变的输入推出：每天的疑点、下发的清单、交回的工作簿。所以不用谁来登记，台账就只增不改：
-- 以后的一天推出同样的事件，再加上当天的。
-- The ledger. Every event follows from input that never changes: the days' findings, the lists that were handed over and the
-- workbooks that came back. So the ledger is append-only without anybody appending: a later day derives the same events again
-- and adds its own.
with
run_day as (
    select as_of, known_at from day_run_history
    union all
    select as_of, known_at from day_run
),

input as (
    select input_id, min(as_of) as entered_on
    from (
        select input_id, as_of from day_input_history
        union all
        select input_id, as_of from day_input
    ) as known
    group by input_id
),

found as (
    select
        case_spell.case_id,
        case_spell.spell,
        case when case_spell.spell = 1 then 'opened' else 'reopened' end as kind,
        case_spell.found_on as about_day,
        case_spell.found_on as entered_on,
        coalesce(run_day.known_at, cast(case_spell.found_on as timestamp)) as known_at,
        'reconciliation' as actor_role,
        cast(null as varchar) as file_id,
        cast(null as integer) as row_number,
        cast(null as varchar) as detail,
        1 as place
    from case_spell
    left join run_day on case_spell.found_on = run_day.as_of
),

gone as (
    select
        case_spell.case_id, case_spell.spell, 'resolved', case_spell.gone_on, case_spell.gone_on,
        coalesce(run_day.known_at, cast(case_spell.gone_on as timestamp)), 'reconciliation', cast(null as varchar), cast(null as integer), cast(null as varchar), 1
    from case_spell
    left join run_day on case_spell.gone_on = run_day.as_of
    where case_spell.gone_on is not null
),

handed_over as (
    select
        handover_case.case_id, case_spell.spell, 'handed_over', handover_case.handed_on, input.entered_on,
        handover_case.handed_at, 'township', handover_case.handover_id, handover_case.row_number,
        handover_case.kind || ':' || handover_case.recipient, 1
    from handover_case
    inner join input on handover_case.handover_id = input.input_id
    inner join case_spell
        on handover_case.case_id = case_spell.case_id
        and handover_case.list_date between case_spell.found_on and case_spell.last_found_on
    where handover_case.kind <> 'recheck'
),

-- Answers in the same row of two sheets of a file are two events all the same.
answered as (
    select
        case_id, spell, 'answered', received_on, entered_on, received_at, recipient, file_id, row_number, reply,
        row_number() over (partition by case_id, spell, file_id, row_number, reply order by answer_id)
    from case_answer
    where kind <> 'recheck'
),

pending as (
    select
        case_id, spell, 'correction_pending', received_on, entered_on, received_at, recipient, file_id, row_number, registry,
        row_number() over (partition by case_id, spell, file_id, row_number, registry order by answer_id)
    from pending_correction
),

waived as (
    select
        case_answer.case_id, case_answer.spell, 'waived', case_answer.received_on, case_answer.entered_on,
        case_answer.received_at, case_answer.recipient, case_answer.file_id, case_answer.row_number, case_answer.reply, 1
    from case_answer
    inner join case_spell on case_answer.case_id = case_spell.case_id and case_answer.spell = case_spell.spell
    where
        case_answer.reply = 'waive'
        and (case_spell.gone_on is null or case_answer.received_on < case_spell.gone_on)
),

event as (
    select * from found
    union all
    select * from gone
    union all
    select * from handed_over
    union all
    select * from answered
    union all
    select * from pending
    union all
    select * from waived
)

select
    substr(md5(
        case_id || '|' || cast(spell as varchar) || '|' || kind || '|' || cast(about_day as varchar) || '|'
        || coalesce(file_id, '') || '|' || coalesce(cast(row_number as varchar), '') || '|' || coalesce(detail, '')
        || case when place > 1 then '|' || cast(place as varchar) else '' end
    ), 1, 16) as event_id,
    case_id,
    spell,
    kind,
    about_day,
    entered_on,
    known_at,
    actor_role,
    file_id,
    row_number,
    detail
from event
