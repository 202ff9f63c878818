-- One outcome per person, programme and period: paid_right, paid_wrong (which way, how much), missed or undetermined (which
-- record is open). Whatever is undetermined is a question for the clerk and never stops a payment.
-- direction: over, under, not_entitled, wrong_account
-- reason: of a miss (not_applied, refused, decision_late, not_listed, payment_failed, payment_late, left_out), of what is
-- undetermined (a doubt of benefit_due, deciding, to_be_listed, to_be_paid), else blank
with
joined as (
    select
        coalesce(due.programme, item.programme) as programme,
        coalesce(due.period, item.period) as period,
        coalesce(due.person_key, item.person_key) as person_key,
        coalesce(due.village_code, item.village_code) as village_code,
        due.rule,
        due.months,
        coalesce(due.amount, 0) as due,
        due.doubt,
        due.opens_on,
        due.certificate_no,
        due.household_record,
        coalesce(item.listed, 0) as listed,
        coalesce(item.paid, 0) as paid,
        coalesce(item.failed, 0) as failed,
        coalesce(item.outstanding, 0) as outstanding,
        item.confirmed_on,
        coalesce(item.other_holder, false) as other_holder,
        item.item_no || case when item.lines > 1 then ' +' || cast(item.lines - 1 as varchar) else '' end as items,
        item.item_elsewhere
    from benefit_due as due
    full outer join benefit_listed as item
        on due.programme = item.programme and due.period = item.period and due.person_key = item.person_key
),

judged as (
    select
        joined.*,
        programme.entitled,
        claim.application_no,
        claim.decision,
        coalesce(joined.household_record, person.household_record) as known_household,
        case
            when joined.paid > 0 and joined.other_holder then 'paid_wrong'
            when joined.doubt is not null then 'undetermined'
            when joined.paid > joined.due then 'paid_wrong'
            when joined.paid = joined.due and joined.due > 0 then 'paid_right'
            when joined.due = 0 then case when joined.listed > 0 then 'undetermined' end
            when joined.outstanding > 0 and joined.confirmed_on + this_day.payment_term_days >= this_day.as_of
                then 'undetermined'
            when joined.paid > 0 then 'paid_wrong'
            when programme.entitled = 'confirmed' or joined.listed > 0 or claim.application_no is null then 'missed'
            when claim.decision = 'pending' and claim.decide_by >= this_day.as_of
                then 'undetermined'
            when claim.decision = 'approved'
                and greatest(claim.decided_date, joined.opens_on) + this_day.payment_term_days >= this_day.as_of
                then 'undetermined'
            else 'missed'
        end as outcome
    from joined
    inner join benefit_programme as programme on joined.programme = programme.programme
    left join benefit_claim as claim
        on joined.programme = claim.programme and joined.person_key = claim.person_key
    left join benefit_person as person on joined.person_key = person.person_key
    cross join this_day
)

select
    this_day.as_of,
    judged.programme,
    judged.period,
    judged.person_key,
    judged.village_code,
    judged.outcome,
    case when judged.outcome = 'paid_wrong' then
        case
            when judged.other_holder then 'wrong_account'
            when judged.due = 0 then 'not_entitled'
            when judged.paid > judged.due then 'over'
            else 'under'
        end
    end as direction,
    cast(case
        when judged.outcome <> 'paid_wrong' then 0
        when judged.other_holder then judged.paid
        else abs(judged.paid - judged.due)
    end as decimal(14, 2)) as difference,
    case judged.outcome
        when 'missed' then
            case
                when judged.listed > 0 and judged.failed > 0 then 'payment_failed'
                when judged.listed > 0 then 'payment_late'
                when judged.entitled = 'confirmed' then 'left_out'
                when judged.application_no is null then 'not_applied'
                when judged.decision = 'refused' then 'refused'
                when judged.decision = 'pending' then 'decision_late'
                else 'not_listed'
            end
        when 'undetermined' then
            case
                when judged.doubt is not null then judged.doubt
                when judged.due = 0 then 'listed_without_claim'
                when judged.listed > 0 then 'to_be_paid'
                when judged.decision = 'pending' then 'deciding'
                else 'to_be_listed'
            end
    end as reason,
    case when judged.outcome = 'undetermined' then
        case
            when judged.doubt = 'not_registered' then 'birth_certificate ' || judged.certificate_no
            when judged.doubt = 'listed_elsewhere' then 'benefit_list ' || judged.item_elsewhere
            when judged.doubt = 'not_in_register' then 'benefit_list ' || judged.items
            when judged.doubt is not null then 'household_register ' || judged.household_record
            when judged.listed > 0 then 'benefit_list ' || judged.items
            else 'benefit_application ' || judged.application_no
        end
    end as open_record,
    judged.due,
    judged.listed,
    judged.paid,
    judged.failed,
    judged.outstanding,
    judged.months,
    judged.rule,
    judged.certificate_no,
    judged.known_household as household_record,
    judged.application_no,
    judged.items
from judged
cross join this_day
where judged.outcome is not null
