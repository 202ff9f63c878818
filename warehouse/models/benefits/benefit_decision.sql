-- 每人、每项待遇、每个所属期一个结果：应发已发（paid_right）、错发（paid_wrong，写明方向和差额）、漏发（missed）、待定
-- （undetermined，写明待查的是哪条记录）。待定只是请经办人员查清的问题，从不停发。
-- direction 错发方向：over 多发，under 少发，not_entitled 不应发，wrong_account 账户不符。
-- reason 漏发的原因：not_applied 未申领，refused 申请未通过，decision_late 逾期未审核，not_listed 通过后未列入名单，
-- payment_failed 发放失败，payment_late 逾期未发，left_out 名单遗漏。
-- reason 待定的原因：benefit_due 所列的各种待定原因，no_rule 没有规则可依，deciding 审核期限内，
-- to_be_listed 待列入名单，to_be_paid 待发，listed_without_claim 列入名单而没有应享金额。其他结果为空。
-- 名单明细的所属期或档次没有规则可依（认不出，或尚未开始）的，或者按所写号码在登记库中查无此人的，应享多少无从得知：
-- 这是对这条明细的疑问，不证明谁不应享受。
-- One outcome per person, programme and period: paid_right, paid_wrong (which way, how much), missed or undetermined (which
-- record is open). Whatever is undetermined is a question for the clerk and never stops a payment.
-- direction: over, under, not_entitled, wrong_account
-- reason: of a miss (not_applied, refused, decision_late, not_listed, payment_failed, payment_late, left_out), of what is
-- undetermined (a doubt of benefit_due, no_rule, deciding, to_be_listed, to_be_paid, listed_without_claim), else blank
-- Nothing is known to be due of a line whose period or grade no rule has (unreadable, or not begun), or whose person no register
-- knows by the number that it gives: these are questions about the line, and no proof that somebody was not entitled.
with
rule_period as (
    select distinct programme, period from benefit_rule_period
),

joined as (
    select
        coalesce(due.programme, item.programme) as programme,
        coalesce(due.period, item.period) as period,
        coalesce(due.person_key, item.person_key) as person_key,
        coalesce(due.village_code, item.village_code) as village_code,
        due.rule,
        due.months,
        coalesce(due.amount, 0) as due,
        due.person_key is null as is_without_due,
        due.doubt as due_doubt,
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

doubted as (
    select
        joined.*,
        programme.entitled,
        coalesce(joined.household_record, person.household_record) as known_household,
        case
            when not joined.is_without_due or joined.listed + joined.paid = 0 then joined.due_doubt
            when programme.entitled = 'confirmed' or rule_period.period is null then 'no_rule'
            when person.household_record is null and person.certificate_no is null then 'not_in_register'
        end as doubt
    from joined
    inner join benefit_programme as programme on joined.programme = programme.programme
    left join rule_period on joined.programme = rule_period.programme and joined.period = rule_period.period
    left join benefit_person as person on joined.person_key = person.person_key
),

judged as (
    select
        doubted.*,
        claim.application_no,
        claim.decision,
        case
            when doubted.paid > 0 and doubted.other_holder then 'paid_wrong'
            when doubted.doubt is not null then 'undetermined'
            when doubted.paid > doubted.due then 'paid_wrong'
            when doubted.paid = doubted.due and doubted.due > 0 then 'paid_right'
            when doubted.due = 0 then case when doubted.listed > 0 then 'undetermined' end
            when doubted.outstanding > 0 and doubted.confirmed_on + this_day.payment_term_days >= this_day.as_of
                then 'undetermined'
            when doubted.paid > 0 then 'paid_wrong'
            when doubted.entitled = 'confirmed' or doubted.listed > 0 or claim.application_no is null then 'missed'
            when claim.decision = 'pending' and claim.decide_by >= this_day.as_of
                then 'undetermined'
            when claim.decision = 'approved'
                and greatest(claim.decided_date, doubted.opens_on) + this_day.payment_term_days >= this_day.as_of
                then 'undetermined'
            else 'missed'
        end as outcome
    from doubted
    left join benefit_claim as claim
        on doubted.programme = claim.programme and doubted.person_key = claim.person_key
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
            when judged.doubt in ('not_in_register', 'no_rule') then 'benefit_list ' || judged.items
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
