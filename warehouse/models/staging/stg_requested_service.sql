-- Counts of services requested and met in time, for the whole town: never by village, never by person.
select
    latest.month as record_id,
    latest.record_key,
    latest.requested_count,
    latest.met_in_time_count,
    latest.first_extract,
    latest.last_extract,
    latest.vanished_on
from latest_requested_service as latest
