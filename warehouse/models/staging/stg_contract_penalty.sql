-- 各村按村规合同收取的违约金。
-- Sums that villages collected under their own contracts.
select
    latest.contract_no as record_id,
    latest.record_key,
    latest.village_code,
    latest.clause,
    latest.legal_basis,
    latest.amount,
    latest.collected_date,
    coalesce(latest.refund_amount, cast(0 as decimal(14, 2))) as refund_amount,
    latest.refunded_date,
    latest.first_extract,
    latest.last_extract,
    latest.vanished_on
from latest_contract_penalty as latest
