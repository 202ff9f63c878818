-- The fee catalogue: what may be charged, since when and until when. An entry that vanished without an end counts no longer.
select
    latest.item_code as record_id,
    latest.record_key,
    latest.item_code,
    latest.item_name,
    latest.document_no,
    latest.charging_body,
    latest.payer_kind,
    latest.standard,
    latest.unit,
    latest.procedure,
    latest.fund_management,
    latest.valid_from,
    coalesce(latest.valid_to, latest.vanished_on) as valid_to,
    latest.hotline,
    latest.first_extract,
    latest.last_extract,
    latest.vanished_on
from latest_fee_catalogue as latest
