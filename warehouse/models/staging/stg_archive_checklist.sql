-- 档簿清单。
-- Archive checklists.
select
    latest.checklist_no as record_id,
    latest.record_key,
    latest.village_code,
    latest.archive_name,
    latest.due_date,
    latest.is_complete,
    latest.checked_date,
    latest.first_extract,
    latest.last_extract,
    latest.vanished_on
from latest_archive_checklist as latest
