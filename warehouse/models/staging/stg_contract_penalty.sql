-- 各村按村规合同收取的违约金。文件中退还日期写在以后的，到那天才算已退。
-- Sums that villages collected under their own contracts. What a file says will be paid back on a day to come is not paid back yet.
select
    latest.contract_no as record_id,
    latest.record_key,
    latest.village_code,
    latest.clause,
    latest.legal_basis,
    latest.amount,
    latest.collected_date,
    case
        when coalesce(latest.refunded_date > this_day.as_of, false) then cast(0 as decimal(14, 2))
        else coalesce(latest.refund_amount, cast(0 as decimal(14, 2)))
    end as refund_amount,
    latest.refunded_date,
    latest.first_extract,
    latest.last_extract,
    latest.vanished_on
from latest_contract_penalty as latest
cross join this_day
