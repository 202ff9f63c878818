-- Follow-ups by topic and satisfaction; no person.
select
    latest.follow_up_no as record_id,
    latest.record_key,
    latest.follow_up_kind,
    latest.planned_date,
    latest.done_date,
    latest.satisfaction,
    latest.topic,
    latest.answered_date,
    latest.village_code,
    latest.first_extract,
    latest.last_extract,
    latest.vanished_on
from latest_follow_up as latest
