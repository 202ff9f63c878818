-- Service requests. The day promised is the one on the request, else the day of acceptance and the term of the matter, in
-- working days where the matter says so, else the usual term.
select
    latest.request_no as record_id,
    latest.record_key,
    latest.matter_name,
    latest.channel,
    latest.accepted_date,
    coalesce(
        latest.promised_date,
        due_day.day,
        latest.accepted_date + coalesce(service_matter.term_days, this_day.service_term_days)
    ) as promised_date,
    latest.done_date,
    latest.one_time_notice,
    latest.first_contact,
    latest.trips,
    latest.village_code,
    latest.first_extract,
    latest.last_extract,
    latest.vanished_on
from latest_service_request as latest
left join service_matter on latest.matter_name = service_matter.matter_name
left join calendar_day as accepted_day on latest.accepted_date = accepted_day.day
left join calendar_day as due_day
    on due_day.working and accepted_day.working_number + service_matter.working_days = due_day.working_number
cross join this_day
