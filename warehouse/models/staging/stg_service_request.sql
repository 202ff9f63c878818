-- 政务服务办件。按事项期限到期，从受理日起算，事项规定按工作日的按工作日，事项未列的按通常期限；承诺日更早的，
-- 以承诺日为准。承诺得再晚也不推后：否则写一个很远的日子，什么都算按期，一直不办的也永远不到期。
-- 文件中办结日期写在以后的，到那天才算已办结。
-- Service requests. One is due by the term of its matter, counted from its acceptance, in working days where the matter says
-- so, else by the usual term; by the day promised on it where that is earlier. A later promise moves nothing: or else a day
-- far away would put anything in time, and what is never done would never be due. What a file dates on a day to come is not
-- done yet.
with dated as (
    select
        latest.*,
        this_day.as_of,
        coalesce(
            due_day.day,
            latest.accepted_date + service_matter.term_days,
            moved_day.last_day,
            latest.accepted_date + this_day.service_term_days
        ) as term_until
    from latest_service_request as latest
    left join service_matter on latest.matter_name = service_matter.matter_name
    left join calendar_day as accepted_day on latest.accepted_date = accepted_day.day
    left join calendar_day as due_day
        on due_day.working and accepted_day.working_number + service_matter.working_days = due_day.working_number
    cross join this_day
    left join moved_day
        on moved_day.term = 'service_term_days'
        and moved_day.day = latest.accepted_date + this_day.service_term_days
)

select
    request_no as record_id,
    record_key,
    matter_name,
    channel,
    accepted_date,
    least(coalesce(promised_date, term_until), term_until) as promised_date,
    case when done_date <= as_of then done_date end as done_date,
    one_time_notice,
    first_contact,
    trips,
    village_code,
    first_extract,
    last_extract,
    vanished_on
from dated
