-- 每件疑点的每次出现办到了哪一步。登记库一致即办结，无论怎样答复；一致以后交回的答复、退回、免改都不再起作用。免改要有写明
-- 依据的裁定，只对裁定清单上的值有效，此后值变了，疑点重新打开，可以再裁定。
-- 村里在一致之日办毕；答复以后该由他方处理的（由另一登记库的主管单位更正，或由镇里裁定），在答复之日就已办毕：
-- 等他们的时间不算村里的。只要村里没有另作答复、镇里没有退回重核、主管单位没有坚持登记无误，这样的答复一直有效。
-- Where each spell of a case stands. A case is resolved when the registries agree, whatever was answered; what comes back
-- afterwards, answer or decision, moves nothing. It is waived by a documented decision for the values that the list of
-- decisions showed: values that change afterwards open it again, and may be decided about again.
-- The village's part is done on that day, or earlier by an answer after which others have to act: another registry's owner
-- corrects, or the township decides. Waiting for them is not the village's time. Such an answer stands as long as the
-- village says nothing else, the township does not send the case back and the owner does not maintain that it is right.
with
-- A village of then that is part of another now is that one: who had a list has it still, and a value is what it was.
described as (
    select
        found.case_id,
        found.as_of,
        found.rule_code,
        coalesce(former.village_code, found.village_code) as village_code,
        found.registry_a,
        found.registry_b,
        coalesce(former_a.village_code, found.value_a) as value_a,
        coalesce(former_b.village_code, found.value_b) as value_b
    from (
        select case_id, as_of, rule_code, village_code, registry_a, registry_b, value_a, value_b from finding_history
        union all
        select case_id, as_of, rule_code, village_code, registry_a, registry_b, value_a, value_b from finding
    ) as found
    left join former_village as former on found.village_code = former.former_code
    left join former_village as former_a on found.value_a = former_a.former_code
    left join former_village as former_b on found.value_b = former_b.former_code
),

milestone as (
    select
        case_id,
        spell,
        min(case when kind = 'answered' and actor_role <> 'township' then about_day end) as answered_on,
        min(case when kind = 'correction_pending' then about_day end) as pending_on
    from case_event
    group by case_id, spell
),

-- Whoever can correct a case has it from the first list on that was made for them: a list for another village, or for the
-- township as long as no village was known, gave the village nothing.
printed as (
    select
        case_spell.case_id,
        case_spell.spell,
        min(handover_case.handed_on) as handed_over_on,
        min(handover_case.due_on) as due_on
    from handover_case
    inner join case_spell
        on handover_case.case_id = case_spell.case_id
        and handover_case.list_date between case_spell.found_on and case_spell.last_found_on
    inner join described as last_found
        on case_spell.case_id = last_found.case_id and case_spell.last_found_on = last_found.as_of
    inner join rule on last_found.rule_code = rule.rule_code
    left join former_village as former on handover_case.village_code = former.former_code
    where
        (
            rule.owner = 'village'
            and handover_case.kind = 'worklist'
            and coalesce(former.village_code, handover_case.village_code) is not distinct from last_found.village_code
        )
        or (rule.owner <> 'village' and handover_case.kind = 'referral')
    group by case_spell.case_id, case_spell.spell
),

-- What is said after the registries agreed moves nothing any more: neither whose time it was nor what was decided.
said as (
    select case_answer.*
    from case_answer
    inner join case_spell on case_answer.case_id = case_spell.case_id and case_answer.spell = case_spell.spell
    where case_answer.counts and coalesce(case_answer.received_on < case_spell.gone_on, true)
),

-- Of a case that the health registry has no part in, either registry that may be ticked is the other (pending_correction).
-- The same answer once without and once with its value is one answer: who brings the value later contradicts nobody.
answer as (
    select
        said.case_id,
        said.spell,
        count(*) as answers,
        greatest(count(distinct said.reply), count(distinct said.corrected_value)) as different,
        max(case when said.reply in ('both_right', 'rule_wrong') then 1 else 0 end) as wants_decision,
        max(case when said.reply in ('health_wrong', 'other_wrong') then 1 else 0 end) as names_registry,
        max(case
            when said.reply = 'other_wrong' then 1
            when said.reply = 'health_wrong'
                and last_found.registry_a <> 'health_registry'
                and last_found.registry_b is distinct from 'health_registry'
                then 1
            else 0
        end) as names_other,
        min(said.received_on) as first_on
    from said
    inner join case_spell on said.case_id = case_spell.case_id and said.spell = case_spell.spell
    inner join described as last_found
        on case_spell.case_id = last_found.case_id and case_spell.last_found_on = last_found.as_of
    where said.kind = 'worklist' and said.reply <> 'unverifiable'
    group by said.case_id, said.spell
),

-- What the owner of the registry that an answer names says last: that it is right is one word against the other, and of two
-- things said at once the one that stands.
owner_reply as (
    select case_id, spell, reply
    from said
    where kind = 'referral' and reply <> 'unverifiable'
    qualify row_number() over (
        partition by case_id, spell
        order by received_at desc, case when reply = 'source_right' then 0 else 1 end, answer_id
    ) = 1
),

-- The first waiver that was given for the values of today, of those that stand; who waives a case and sends it back at once
-- has not decided that it be waived.
waiver as (
    select waived.case_id, waived.spell, min(waived.received_on) as waived_on
    from said as waived
    inner join case_spell on waived.case_id = case_spell.case_id and waived.spell = case_spell.spell
    inner join described as last_found
        on waived.case_id = last_found.case_id and case_spell.last_found_on = last_found.as_of
    left join said as sent_back
        on waived.case_id = sent_back.case_id
        and waived.spell = sent_back.spell
        and sent_back.reply = 'send_back'
        and waived.received_at = sent_back.received_at
    where
        waived.reply = 'waive'
        and sent_back.case_id is null
        and waived.shown_a is not distinct from last_found.value_a
        and waived.shown_b is not distinct from last_found.value_b
    group by waived.case_id, waived.spell
),

dated as (
    select
        case_spell.case_id,
        case_spell.spell,
        last_found.rule_code,
        last_found.village_code,
        case_spell.found_on,
        printed.handed_over_on,
        coalesce(printed.due_on, due_day.day, case_spell.found_on) as due_on,
        milestone.answered_on,
        milestone.pending_on,
        case_spell.gone_on as resolved_on,
        waiver.waived_on,
        coalesce(answer.answers, 0) as answers,
        coalesce(answer.different, 0) > 1
        or (coalesce(answer.names_other, 0) = 1 and coalesce(owner_reply.reply, '') = 'source_right') as is_conflicting,
        coalesce(answer.wants_decision, 0) as wants_decision,
        coalesce(answer.names_registry, 0) as names_registry,
        case
            when answer.wants_decision = 1
                or (answer.names_other = 1 and coalesce(last_found.registry_b, last_found.registry_a) <> 'health_registry')
                then answer.first_on
        end as passed_on,
        case
            when case_spell.gone_on is not null then 'resolved'
            when waiver.waived_on is not null then 'waived'
            else 'open'
        end as status
    from case_spell
    inner join described as last_found
        on case_spell.case_id = last_found.case_id and case_spell.last_found_on = last_found.as_of
    inner join case_deadline on last_found.rule_code = case_deadline.rule_code
    left join calendar_day as found_day on case_spell.found_on = found_day.day
    left join calendar_day as due_day
        on due_day.working and found_day.working_number + case_deadline.working_days = due_day.working_number
    left join milestone on case_spell.case_id = milestone.case_id and case_spell.spell = milestone.spell
    left join printed on case_spell.case_id = printed.case_id and case_spell.spell = printed.spell
    left join answer on case_spell.case_id = answer.case_id and case_spell.spell = answer.spell
    left join owner_reply on case_spell.case_id = owner_reply.case_id and case_spell.spell = owner_reply.spell
    left join waiver on case_spell.case_id = waiver.case_id and case_spell.spell = waiver.spell
)

select
    case_id,
    spell,
    rule_code,
    village_code,
    found_on,
    handed_over_on,
    due_on,
    answered_on,
    pending_on,
    resolved_on,
    waived_on,
    case
        when is_conflicting or passed_on is null or resolved_on < passed_on then resolved_on else passed_on
    end as village_done_on,
    answers,
    status,
    case
        when status <> 'open' then 'closed'
        when is_conflicting then 'conflicting'
        when wants_decision = 1 then 'decision'
        when names_registry = 1 then 'correction_pending'
        when answered_on is not null then 'answered'
        when handed_over_on is not null then 'handed_over'
        else 'found'
    end as stage
from dated
