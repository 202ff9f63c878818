-- 全镇的小结：近日（board_days）各类会议的次数和涉及的单位数，全镇每项指标在这几日开头和现在的值。承诺是现有的，
-- 即各单位对各指标的最近一次，不论何时作出：会议过去再久，逾期的承诺也还在。
-- The town's own summary: meetings held and units met by kind in the last days (board_days), and where each indicator of the
-- whole town stood at their beginning and stands now. The promises are those that stand, each unit's latest on an indicator,
-- whenever it was made: one that is overdue does not go away because the meeting was long ago.
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
