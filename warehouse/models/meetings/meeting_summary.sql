-- 全镇近几日的小结：各类会议的次数和涉及的单位数；现有的承诺（各单位对各指标的最近一次），其中已销号和逾期的；
-- 全镇每项指标在这几日开头和现在的值。
-- The town's own summary of the last days: meetings held and units met by kind; the promises that stand (each unit's last
-- on each indicator), those checked off and overdue; and where each indicator of the whole town stood at the beginning and
-- stands now.
with
held as (
    select stg_meeting_register.*
    from stg_meeting_register
    cross join this_day
    where
        stg_meeting_register.is_active
        and stg_meeting_register.meeting_date between this_day.as_of - this_day.board_days + 1 and this_day.as_of
),

town as (
    select as_of, indicator, value from indicator_value_history where unit_type = 'town'
    union all
    select as_of, indicator, value from indicator_value where unit_type = 'town'
),

course as (
    select
        town.indicator,
        town.value,
        row_number() over (partition by town.indicator order by town.as_of) as from_first,
        row_number() over (partition by town.indicator order by town.as_of desc) as from_last
    from town
    cross join this_day
    where town.value is not null and town.as_of > this_day.as_of - this_day.board_days
),

counted as (
    select 'meetings' as measure, meeting_kind as item, cast(count(distinct record_id) as double) as value
    from held
    group by meeting_kind
    union all
    select 'units', meeting_kind, count(distinct unit_code)
    from held
    group by meeting_kind
    union all
    select 'promises', 'all', count(*) from promise
    union all
    select state, 'all', count(*) from promise where state <> 'open' group by state
    union all
    select 'value_before', indicator, value from course where from_first = 1
    union all
    select 'value_now', indicator, value from course where from_last = 1
)

select this_day.as_of, counted.measure, counted.item, counted.value
from counted
cross join this_day
