-- 各项待遇每个所属期的资金账，精确到分：本地确认名单上的应发＝已发＋发放失败＋待发。银行在名单之外发放的（多于该条明细
-- 的，或没有对应明细的）单列。
-- Money per programme and period, to the cent: what the place's own confirmed lists hold is what was paid of it, what
-- failed and what is outstanding. What the bank paid beyond the lists (more than a line holds, or for no line) stands beside.
with
unlisted as (
    select payment.programme, coalesce(payment.period, '?') as period, sum(payment.amount) as amount
    from stg_benefit_payment as payment
    left join benefit_item as item on payment.item_no = item.item_no
    where payment.payment_status = 'success' and item.item_no is null and payment.programme is not null
    group by payment.programme, coalesce(payment.period, '?')
),

listed as (
    select
        programme,
        period,
        count(*) as lines,
        sum(listed) as listed,
        sum(paid) as paid,
        sum(failed) as failed,
        sum(outstanding) as outstanding,
        sum(overpaid) as overpaid
    from benefit_item
    where not other_place
    group by programme, period
)

select
    this_day.as_of,
    coalesce(listed.programme, unlisted.programme) as programme,
    coalesce(listed.period, unlisted.period) as period,
    coalesce(listed.lines, 0) as lines,
    cast(coalesce(listed.listed, 0) as decimal(14, 2)) as listed,
    cast(coalesce(listed.paid, 0) as decimal(14, 2)) as paid,
    cast(coalesce(listed.failed, 0) as decimal(14, 2)) as failed,
    cast(coalesce(listed.outstanding, 0) as decimal(14, 2)) as outstanding,
    cast(coalesce(listed.overpaid, 0) as decimal(14, 2)) as overpaid,
    cast(coalesce(unlisted.amount, 0) as decimal(14, 2)) as unlisted
from listed
full outer join unlisted on listed.programme = unlisted.programme and listed.period = unlisted.period
cross join this_day
