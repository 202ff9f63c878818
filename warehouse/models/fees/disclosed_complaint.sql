-- Complaints and tips as they may be disclosed: the latest whole quarter of which every term is over, so that quarters do not
-- overlap, do not change, and cannot be subtracted from each other. A kind is withheld where those answered in time, or those
-- not, are fewer than the minimum; nobody answered late reveals nobody.
with
last_term as (
    select as_of - complaint_term_days as day from this_day
),

latest as (
    select 4 * extract(year from day) + cast(floor((extract(month from day) - 1) / 3) as integer) - 1 as quarter_no
    from last_term
),

counted as (
    select
        coalesce(complaint.complaint_kind, 'complaint') as complaint_kind,
        cast(extract(year from min(complaint.received_date)) as varchar) || 'Q'
        || cast(latest.quarter_no % 4 + 1 as varchar) as quarter,
        count(*) as received,
        count(case when complaint.answered_date <= complaint.due_date then 1 end) as in_time
    from stg_complaint as complaint
    inner join latest
        on 4 * extract(year from complaint.received_date)
        + cast(floor((extract(month from complaint.received_date) - 1) / 3) as integer) = latest.quarter_no
    group by coalesce(complaint.complaint_kind, 'complaint'), latest.quarter_no
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
