-- 短信回执，按短信编号。
-- Receipts of messages by message number.
select
    latest.message_id as record_id,
    latest.record_key,
    latest.sent_date,
    latest.message_status,
    latest.first_extract,
    latest.last_extract,
    latest.vanished_on
from latest_message_sent as latest
