-- 近一年全镇的投诉举报：按期答复的、逾期答复的、逾期未答复的、期限内办理中的。
-- Complaints and tips of the last year for the whole place: answered in time, answered late, overdue, still within the term.
select
    this_day.as_of,
    coalesce(complaint.complaint_kind, 'complaint') as complaint_kind,
    count(*) as received,
    count(case when complaint.answered_date <= complaint.due_date then 1 end) as in_time,
    count(case when complaint.answered_date > complaint.due_date then 1 end) as late,
    count(case when complaint.answered_date is null and complaint.due_date < this_day.as_of then 1 end) as overdue,
    count(case when complaint.answered_date is null and complaint.due_date >= this_day.as_of then 1 end) as in_hand
from stg_complaint as complaint
cross join this_day
where complaint.received_date > this_day.as_of - this_day.summary_window_days and complaint.received_date <= this_day.as_of
group by this_day.as_of, coalesce(complaint.complaint_kind, 'complaint')
