-- 投诉举报。按通常期限到期；登记的期限更早的，以登记的为准：期限写得再晚，也不能使答复变为按期。
-- 文件中答复日期写在以后的，到那天才算已答复。
-- Complaints and tips. Each is due after the usual term, or on a day of its own where that is earlier: a later day would put
-- any answer in time. What a file dates on a day to come is not answered yet.
select
    latest.complaint_no as record_id,
    latest.record_key,
    latest.complaint_kind,
    latest.topic,
    latest.received_date,
    least(
        latest.due_date, coalesce(moved_day.last_day, latest.received_date + this_day.complaint_term_days)
    ) as due_date,
    case when latest.answered_date <= this_day.as_of then latest.answered_date end as answered_date,
    latest.outcome,
    latest.village_code,
    latest.first_extract,
    latest.last_extract,
    latest.vanished_on
from latest_complaint as latest
cross join this_day
left join moved_day
    on moved_day.term = 'complaint_term_days'
    and moved_day.day = latest.received_date + this_day.complaint_term_days
