-- 收费目录各行及其有效期：到其失效，或到同一项目的后一行生效为止。没有人填写失效日期的，后一行失效以后也不重新生效；
-- 生效之前就撤下的行，谁也不取代。
-- Lines of the fee catalogue with the days on which each is in force: until it ends or a later line of its item begins. What
-- nobody ended does not come back when its successor ends; a line withdrawn before its first day supersedes nothing.
select
    record_key,
    item_code,
    item_name,
    document_no,
    charging_body,
    payer_kind,
    standard,
    unit,
    procedure,
    fund_management,
    hotline,
    valid_from,
    least(valid_to, lead(valid_from) over (partition by item_code order by valid_from, record_key) - 1) as in_force_until
from stg_fee_catalogue
where valid_to is null or valid_to >= valid_from
