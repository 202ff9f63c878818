-- 确认名单的每条明细及其发放结果，代发记录按名单明细号对应。每条明细的金额正好分成三部分：已发的、发放失败而没有补发
-- 的、待发的；多发的单列。登记库中没有的人，保留由其号码生成的人员键。账户应是领款人的；明细没有写明领款人的，
-- 确认对象应是其本人的，儿童应是申请人的。金额为负的明细是扣回以前发的：没有人因它收款，未扣回的是其待发。
-- 银行先报成功、后来又以新的流水号报退票的，紧接其前的那笔成功不算已发（taken_back）。
-- Lines of confirmed lists with what became of them. Payments are found by the line's number. Each line falls apart without
-- a rest: what was paid of it, what failed and was not made good, and what is still to be paid. What was paid beyond it is
-- kept apart. Persons whom the registers do not know keep the key that their number gives. An account is to be the payee's; where
-- the line names none, a confirmed person's own, or that of whoever applied for a child. A line below zero takes back what
-- was paid before: nobody is paid for it, and what is not taken back yet is outstanding.
-- A success that the bank follows by a return under another number is not paid after all (taken_back).
with
confirmed as (
    select * from stg_benefit_list where list_stage = 'confirmed' and programme is not null
),

-- Nearly every line is paid in one attempt: only the others are put in order.
several as (
    select item_no from stg_benefit_payment where item_no is not null group by item_no having count(*) > 1
),

attempt as (
    select
        line.item_no,
        line.record_key,
        line.payment_status,
        lead(line.payment_status) over (
            partition by line.item_no order by coalesce(line.paid_date, line.last_extract), line.record_key
        ) as next_status
    from stg_benefit_payment as line
    inner join several on line.item_no = several.item_no
),

taken_back as (
    select record_key from attempt where payment_status = 'success' and next_status = 'returned'
),

paid_line as (
    select
        line.item_no,
        line.amount,
        line.account_no,
        case when taken_back.record_key is null then line.payment_status else 'taken_back' end as payment_status
    from stg_benefit_payment as line
    left join taken_back on line.record_key = taken_back.record_key
    where line.item_no is not null
),

payment as (
    select
        item_no,
        sum(case when payment_status = 'success' then amount end) as success,
        sum(case when payment_status = 'taken_back' then amount end) as taken_back,
        min(case when payment_status = 'success' then account_no end) as first_account,
        max(case when payment_status = 'success' then account_no end) as last_account,
        case when count(*) = 1 then min(payment_status) end as only_status
    from paid_line
    group by item_no
),

last_payment as (
    select item_no, payment_status as last_status from attempt where next_status is null
),

place as (
    select min(substr(village_code, 1, 9)) as code from village
),

settled as (
    select
        item.*,
        coalesce(
            id_person.person_key,
            meant.person_key,
            'P' || substr(md5('id:' || coalesce(item.beneficiary_id, item.record_id)), 1, 16)
        ) as person_key,
        coalesce(item.area_code, place.code) not like place.code || '%' as other_place,
        coalesce(payment.success, 0) as success,
        coalesce(payment.taken_back, 0) as taken_back,
        coalesce(last_payment.last_status, payment.only_status) in ('failed', 'returned') as is_failed,
        item.account_no <> payment.first_account
            or item.account_no <> payment.last_account
            or item.account_name <> coalesce(
                item.payee_name,
                case programme.entitled when 'confirmed' then item.beneficiary_name else application.applicant_name end
            ) as other_holder
    from confirmed as item
    inner join benefit_programme as programme on item.programme = programme.programme
    cross join place
    left join corrected_number as corrected on item.beneficiary_id = corrected.id_number
    left join benefit_person as id_person
        on coalesce(corrected.corrected_to, item.beneficiary_id) = id_person.id_number and item.beneficiary_id_is_valid
    left join benefit_application_person as meant on item.application_no = meant.application_no
    left join stg_benefit_application as application on item.application_no = application.record_id
    left join payment on item.record_id = payment.item_no
    left join last_payment on item.record_id = last_payment.item_no
),

divided as (
    select
        *,
        case when amount >= 0 then greatest(success - amount, 0) else greatest(success, 0) end as beyond,
        case when amount >= 0 then greatest(amount - success, 0) else amount - least(success, 0) end as rest
    from settled
)

select
    record_id as item_no,
    list_no,
    programme,
    coalesce(period, '?') as period,
    grade,
    person_key,
    village_code,
    other_place,
    application_no,
    coalesce(confirmed_date, first_extract) as confirmed_on,
    amount as listed,
    cast(success - beyond as decimal(14, 2)) as paid,
    cast(case when is_failed then rest else 0 end as decimal(14, 2)) as failed,
    cast(case when is_failed then 0 else rest end as decimal(14, 2)) as outstanding,
    cast(beyond as decimal(14, 2)) as overpaid,
    cast(taken_back as decimal(14, 2)) as taken_back,
    coalesce(other_holder, false) as other_holder
from divided
