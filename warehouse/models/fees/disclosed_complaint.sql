-- Complaints and tips as they may be disclosed: the latest whole quarter of which every term is over, so that quarters do not
-- overlap, do not change, and cannot be subtracted from each other. A kind is withheld where those answered in time, or those
-- not, are fewer than the minimum; nobody answered late reveals nobody.
with
complaint as (
    select
        coalesce(complaint_kind, 'complaint') as complaint_kind,
        cast(extract(year from received_date) as varchar) || 'Q' || cast(extract(quarter from received_date) as varchar)
            as quarter,
        answered_date <= due_date as is_in_time
    from stg_complaint
),

last_term as (
    select as_of - complaint_term_days as day from this_day
),

latest as (
    select max(complaint.quarter) as quarter
    from complaint
    cross join last_term
    where complaint.quarter
        < cast(extract(year from last_term.day) as varchar) || 'Q' || cast(extract(quarter from last_term.day) as varchar)
),

counted as (
    select
        complaint.complaint_kind,
        complaint.quarter,
        count(*) as received,
        count(case when complaint.is_in_time then 1 end) as in_time
    from complaint
    inner join latest on complaint.quarter = latest.quarter
    group by complaint.complaint_kind, complaint.quarter
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
