-- 每个单位对每项指标的最近一次承诺，以及已销号、逾期还是未到期。表格交回时没有填写的行，什么也没有承诺，
-- 也不取代先前的承诺；只填了销号日期的行，销的是先前的承诺。
-- What each unit promised last on each indicator, and whether it was checked off, is overdue, or still has time. A row of the
-- form that came back blank promises nothing and takes nothing back; one with nothing but a day of checking off is about the
-- promise before it.
with
noted as (
    select
        stg_meeting_register.*,
        promise is not null or promised_until is not null as promises,
        row_number() over (partition by unit_code, indicator order by meeting_date, record_key) as place
    from stg_meeting_register
    cross join this_day
    where
        is_active
        and indicator is not null
        and meeting_date <= this_day.as_of
        and (promise is not null or promised_until is not null or checked_off_on is not null)
),

latest as (
    select *
    from noted
    where promises
    qualify row_number() over (partition by unit_code, indicator order by place desc) = 1
),

checked as (
    select latest.unit_code, latest.indicator, min(noted.checked_off_on) as checked_off_on
    from latest
    inner join noted
        on latest.unit_code = noted.unit_code and latest.indicator = noted.indicator and noted.place >= latest.place
    group by latest.unit_code, latest.indicator
)

select
    latest.unit_code,
    latest.indicator,
    latest.meeting_date,
    latest.meeting_kind,
    latest.promise,
    latest.promised_until,
    checked.checked_off_on,
    case
        when checked.checked_off_on <= this_day.as_of then 'checked_off'
        when latest.promised_until < this_day.as_of then 'overdue'
        else 'open'
    end as state
from latest
inner join checked on latest.unit_code = checked.unit_code and latest.indicator = checked.indicator
cross join this_day
