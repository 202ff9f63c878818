-- 收费记录，一笔一行；不保存缴费人。文件中退费日期写在以后的，到那天才算已退。
-- Charges: one row each; who paid is not held. What a file says will be paid back on a day to come is not paid back yet.
select
    latest.charge_no as record_id,
    latest.record_key,
    latest.item_code,
    latest.item_name,
    latest.charging_body,
    latest.payer_kind,
    coalesce(latest.quantity, 1) as quantity,
    latest.amount,
    latest.charged_date,
    latest.receipt_no,
    latest.village_code,
    case
        when coalesce(latest.refunded_date > this_day.as_of, false) then cast(0 as decimal(14, 2))
        else coalesce(latest.refund_amount, cast(0 as decimal(14, 2)))
    end as refund_amount,
    latest.refunded_date,
    latest.first_extract,
    latest.last_extract,
    latest.vanished_on
from latest_fee_charge as latest
cross join this_day
