-- What each unit promised last on each indicator, and whether it was checked off, is overdue, or still has time.
with placed as (
    select
        stg_meeting_register.*,
        row_number() over (
            partition by stg_meeting_register.unit_code, stg_meeting_register.indicator
            order by stg_meeting_register.meeting_date desc, stg_meeting_register.record_key desc
        ) as place
    from stg_meeting_register
    cross join this_day
    where
        stg_meeting_register.is_active
        and stg_meeting_register.indicator is not null
        and stg_meeting_register.meeting_date <= this_day.as_of
)

select
    placed.unit_code,
    placed.indicator,
    placed.meeting_date,
    placed.meeting_kind,
    placed.promise,
    placed.promised_until,
    placed.checked_off_on,
    case
        when placed.checked_off_on <= this_day.as_of then 'checked_off'
        when placed.promised_until < this_day.as_of then 'overdue'
        else 'open'
    end as state
from placed
cross join this_day
where placed.place = 1
