-- 行政事业性收费目录：可以收什么，从何时起，到何时止。全量提取中不再有的项目，不论原定何时失效，
-- 自那次提取当天起不再作数。
-- The fee catalogue: what may be charged, since when and until when. An entry that is gone counts no longer, from
-- the day of the extract without it, whatever end it had announced.
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
    least(latest.valid_to, latest.vanished_on - 1) as valid_to,
    latest.hotline,
    latest.first_extract,
    latest.last_extract,
    latest.vanished_on
from latest_fee_catalogue as latest
