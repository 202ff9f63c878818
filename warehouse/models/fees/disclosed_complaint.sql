-- 可以公开的投诉举报办理情况：只取答复期限已全部届满的最近一个完整季度，所以各季度不重叠、不再改变，也不能相减。
-- 一类中按期答复的或未按期答复的少于最小单元的，该类不公布；未按期的一件也没有，不暴露任何人，不因此不公布。
-- Complaints and tips as they may be disclosed: the latest whole quarter of which every term is over, so that quarters do not
-- overlap, do not change, and cannot be subtracted from each other. A kind is withheld where those answered in time, or those
-- not, are fewer than the minimum; nobody answered late reveals nobody.
with
latest as (
    -- Where yesterday was a holiday that moves last days, the terms over are those that ended before the holidays began.
    select quarter_number(coalesce(min(holiday.day), this_day.as_of) - this_day.complaint_term_days) - 1 as quarter
    from this_day
    left join moved_day as yesterday
        on yesterday.term = 'complaint_term_days' and yesterday.day = this_day.as_of - 1
    left join moved_day as holiday on yesterday.term = holiday.term and yesterday.last_day = holiday.last_day
    group by this_day.as_of, this_day.complaint_term_days
),

counted as (
    select
        coalesce(complaint.complaint_kind, 'complaint') as complaint_kind,
        quarter_name(min(complaint.received_date)) as quarter,
        count(*) as received,
        count(case when complaint.answered_date <= complaint.due_date then 1 end) as in_time
    from stg_complaint as complaint
    inner join latest on quarter_number(complaint.received_date) = latest.quarter
    group by coalesce(complaint.complaint_kind, 'complaint')
),

judged as (
    select
        counted.*,
        counted.in_time >= this_day.disclosure_minimum
        and (counted.in_time = counted.received or counted.received - counted.in_time >= this_day.disclosure_minimum)
            as is_shown
    from counted
    cross join this_day
)

select
    complaint_kind,
    quarter,
    case when is_shown then 'shown' else 'withheld' end as state,
    case when is_shown then received end as received,
    case when is_shown then in_time end as in_time
from judged
