-- Requests for verification between places; without a day of its own each is due after the usual term.
select
    latest.request_no as record_id,
    latest.record_key,
    latest.direction,
    latest.matter_name,
    latest.other_area_code,
    latest.asked_date,
    coalesce(latest.due_date, latest.asked_date + this_day.cross_region_term_days) as due_date,
    latest.answered_date,
    latest.first_extract,
    latest.last_extract,
    latest.vanished_on
from latest_cross_region_request as latest
cross join this_day
