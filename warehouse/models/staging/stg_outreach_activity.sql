-- Outreach activities.
select
    latest.activity_no as record_id,
    latest.record_key,
    latest.village_code,
    latest.activity_kind,
    latest.planned_date,
    latest.held_date,
    latest.material_kept,
    latest.first_extract,
    latest.last_extract,
    latest.vanished_on
from latest_outreach_activity as latest
