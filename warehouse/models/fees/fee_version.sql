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
