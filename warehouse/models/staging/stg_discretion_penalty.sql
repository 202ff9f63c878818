-- 已作出的行政处罚；不保存受罚人。
-- Penalties imposed; the person is not held.
select
    latest.penalty_no as record_id,
    latest.record_key,
    latest.violation,
    latest.circumstance,
    latest.amount,
    latest.decided_date,
    latest.first_extract,
    latest.last_extract,
    latest.vanished_on
from latest_discretion_penalty as latest
