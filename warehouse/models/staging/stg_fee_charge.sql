-- 收费记录，一笔一行；不保存缴费人。
-- Charges: one row each; who paid is not held.
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
    coalesce(latest.refund_amount, cast(0 as decimal(14, 2))) as refund_amount,
    latest.refunded_date,
    latest.first_extract,
    latest.last_extract,
    latest.vanished_on
from latest_fee_charge as latest
